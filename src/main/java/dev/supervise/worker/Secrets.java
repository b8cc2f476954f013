package dev.supervise.worker;

import dev.supervise.spec.Guessable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Texts that nothing may show, and how to blot them out. Immutable.
final class Secrets {
  static final Secrets NONE = new Secrets(List.of());

  private static final byte[] BLOT = {'*', '*', '*'};

  /// @param guessable blotted out only where it stands as a word of its own
  private record Text(byte[] bytes, boolean guessable) {}

  private final List<Text> texts;
  private final boolean[] first = new boolean[256];

  Secrets(Collection<String> texts) {
    // The longest first: a secret may begin with another one.
    this.texts =
        texts.stream()
            .filter(text -> !text.isEmpty())
            .map(text -> new Text(text.getBytes(StandardCharsets.UTF_8), Guessable.is(text)))
            .sorted((a, b) -> Integer.compare(b.bytes.length, a.bytes.length))
            .toList();
    for (Text text : this.texts) {
      first[text.bytes[0] & 0xff] = true;
    }
  }

  boolean none() {
    return texts.isEmpty();
  }

  String mask(String text) {
    if (none()) {
      return text;
    }
    Mask mask = new Mask(this);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(mask.next(bytes, bytes.length));
    out.writeBytes(mask.rest());
    return out.toString(StandardCharsets.UTF_8);
  }

  /// Blots secrets out of one stream, also those that are cut by the end of a piece: what may be
  /// the beginning of one is held back until the next piece tells.
  static final class Mask {
    private final Secrets secrets;
    private byte[] held = new byte[0];

    /// The byte before what is held.
    private byte before = ' ';

    Mask(Secrets secrets) {
      this.secrets = secrets;
    }

    byte[] next(byte[] piece, int length) {
      byte[] all = Arrays.copyOf(held, held.length + length);
      System.arraycopy(piece, 0, all, held.length, length);
      ByteArrayOutputStream out = new ByteArrayOutputStream(all.length);
      int at = 0;
      while (at < all.length) {
        if (!secrets.first[all[at] & 0xff]) {
          out.write(all[at++]);
          continue;
        }
        int matched = secrets.matchAt(all, at, before(all, at), true);
        if (matched > 0) {
          out.writeBytes(BLOT);
          at += matched;
        } else if (matched < 0) {
          break;
        } else {
          out.write(all[at++]);
        }
      }
      before = before(all, at);
      held = Arrays.copyOfRange(all, at, all.length);
      return out.toByteArray();
    }

    /// What was held back, when nothing more comes. It is no whole secret, but may hold a shorter
    /// one.
    byte[] rest() {
      byte[] all = held;
      held = new byte[0];
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int at = 0; at < all.length; ) {
        int matched = secrets.matchAt(all, at, before(all, at), false);
        if (matched > 0) {
          out.writeBytes(BLOT);
          at += matched;
        } else {
          out.write(all[at++]);
        }
      }
      before = ' ';
      return out.toByteArray();
    }

    private byte before(byte[] bytes, int at) {
      return at == 0 ? before : bytes[at - 1];
    }
  }

  /// @param before the byte before `at`
  /// @param more whether the bytes may go on
  /// @return the length of the secret at `at`; -1 when one may begin there but the bytes end; 0 for
  ///   none
  private int matchAt(byte[] bytes, int at, byte before, boolean more) {
    for (Text text : texts) {
      int length = Math.min(text.bytes.length, bytes.length - at);
      if ((text.guessable && Guessable.inWord(before))
          || !Arrays.equals(bytes, at, at + length, text.bytes, 0, length)) {
        continue;
      }
      boolean ends = at + length == bytes.length;
      if (more && ends && (length < text.bytes.length || text.guessable)) {
        return -1;
      }
      boolean alone = !text.guessable || ends || !Guessable.inWord(bytes[at + length]);
      if (length == text.bytes.length && alone) {
        return length;
      }
    }
    return 0;
  }
}
