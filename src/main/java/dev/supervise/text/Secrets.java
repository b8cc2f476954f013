package dev.supervise.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The texts that nothing may show: one object a process, handed to everything that shows or keeps
/// text. A text is added the moment a script calls it a secret and is never taken away: what an
/// older declaration called so may stand in what runs still write. Any thread; what is added holds
/// from the next text on, in streams that are open, too.
///
/// Every character that belongs to a secret is blotted out, also where two secrets overlap. Of a
/// secret of several lines each line of [#LINE] characters or more is one, too, because output is
/// shown line by line; and each is one as it stands inside a JSON string. Other forms, base64 or
/// percent-encoding, are not looked for. A [Guessable] one is blotted out where it stands as a word
/// of its own.
public final class Secrets {
  /// The shortest line of a longer secret that is blotted out by itself.
  public static final int LINE = 6;

  private static final String SHOWN = "***";
  private static final byte[] BLOT = SHOWN.getBytes(StandardCharsets.UTF_8);

  /// One text that is looked for.
  ///
  /// @param bytes the same as UTF-8
  /// @param guessable blotted out only where it stands as a word of its own
  private record Form(String text, byte[] bytes, boolean guessable) {
    static Form of(String text, boolean guessable) {
      return new Form(text, text.getBytes(StandardCharsets.UTF_8), guessable);
    }

    boolean at(String raw, int from) {
      return raw.startsWith(text, from)
          && (!guessable || Guessable.alone(raw, from, from + text.length()));
    }
  }

  /// What is looked for.
  ///
  /// @param first the bytes that a form begins with
  private record Sought(List<Form> forms, boolean[] first) {
    static final Sought NOTHING = of(List.of());

    static Sought of(Collection<Form> forms) {
      boolean[] first = new boolean[256];
      forms.forEach(form -> first[form.bytes[0] & 0xff] = true);
      return new Sought(List.copyOf(forms), first);
    }

    boolean nothing() {
      return forms.isEmpty();
    }
  }

  private final Set<String> known = new HashSet<>();
  private volatile Sought sought = Sought.NOTHING;

  /// From now on none of these is shown. An empty text is none.
  public void add(Collection<String> secrets) {
    secrets.forEach(this::add);
  }

  /// From now on this is not shown. An empty text is none.
  public synchronized void add(String secret) {
    if (secret.isEmpty() || !known.add(secret)) {
      return;
    }
    Map<String, Form> forms = new LinkedHashMap<>();
    sought.forms().forEach(form -> forms.put(form.text(), form));
    take(secret, forms);
    List<String> lines = secret.lines().filter(line -> !line.isBlank()).toList();
    lines.stream()
        .filter(line -> lines.size() == 1 || line.length() >= LINE)
        .forEach(line -> take(line, forms));
    sought = Sought.of(forms.values());
  }

  private static void take(String secret, Map<String, Form> forms) {
    String json = Json.write(secret);
    boolean guessable = Guessable.is(secret);
    forms.putIfAbsent(secret, Form.of(secret, guessable));
    String quoted = json.substring(1, json.length() - 1);
    forms.putIfAbsent(quoted, Form.of(quoted, guessable));
  }

  /// Whether nothing has ever been a secret.
  public boolean none() {
    return sought.nothing();
  }

  /// From raw text to text that may be shown: with `***` in the place of every secret.
  public String mask(String raw) {
    Sought now = sought;
    if (now.nothing()) {
      return raw;
    }
    return now.forms().stream().anyMatch(form -> raw.contains(form.text()))
        ? blotted(raw, now)
        : raw;
  }

  /// Text of others, a message, as it may be kept and shown: masked, made printable, then bounded.
  /// Of half a secret nobody would know that it is one.
  public String shown(String raw) {
    return shown(raw, Printable.LONGEST);
  }

  /// @param longest in characters
  public String shown(String raw, int longest) {
    return Printable.bounded(mask(Printable.text(mask(raw))), longest);
  }

  /// The same of a text whose beginning was cut off: where it begins in the middle of a secret that
  /// is not guessable, what is left of that is blotted out, too.
  public String maskRest(String raw) {
    int rest = 0;
    for (Form form : sought.forms()) {
      String secret = form.text();
      for (int from = 1; !form.guessable() && from < secret.length() - rest; from++) {
        if (raw.startsWith(secret.substring(from))) {
          rest = secret.length() - from;
        }
      }
    }
    return rest == 0 ? mask(raw) : SHOWN + mask(raw.substring(rest));
  }

  private static String blotted(String raw, Sought now) {
    StringBuilder shown = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      int end = end(raw, at, now);
      if (end == at) {
        shown.append(raw.charAt(at++));
      } else {
        shown.append(SHOWN);
        at = end;
      }
    }
    return shown.toString();
  }

  /// Where the secret that begins at `from` ends, with those that overlap it; `from` for none.
  private static int end(String raw, int from, Sought now) {
    int end = from;
    for (int at = from; at == from || at < end; at++) {
      for (Form form : now.forms()) {
        if (form.at(raw, at)) {
          end = Math.max(end, at + form.text().length());
        }
      }
    }
    return end;
  }

  /// Blots secrets out of one stream of bytes; see [Stream].
  public Stream stream() {
    return new Stream();
  }

  /// One stream of bytes that comes in pieces: what may be the beginning of a secret that the end
  /// of a piece cuts is held back until the next piece tells. One thread at a time.
  public final class Stream {
    private byte[] held = new byte[0];

    /// How many of the next bytes belong to a secret that was blotted out already.
    private int covered;

    /// The byte before what is held.
    private byte before = ' ';

    private Stream() {}

    /// Whether bytes may pass as they are.
    public boolean idle() {
      return held.length == 0 && covered == 0 && none();
    }

    /// What may be shown after these bytes have come.
    ///
    /// @param length how many of `piece` count
    public byte[] next(byte[] piece, int length) {
      byte[] all = Arrays.copyOf(held, held.length + length);
      System.arraycopy(piece, 0, all, held.length, length);
      return passed(all, sought, true);
    }

    /// What was held back, when nothing more comes.
    public byte[] rest() {
      byte[] all = held;
      held = new byte[0];
      byte[] rest = passed(all, sought, false);
      before = ' ';
      return rest;
    }

    /// @param more whether the bytes may go on
    private byte[] passed(byte[] all, Sought now, boolean more) {
      Bytes out = new Bytes(all.length);
      int at = 0;
      int plain = 0;
      while (at < all.length) {
        int found = now.first()[all[at] & 0xff] ? matchAt(all, at, now, more) : 0;
        if (found < 0) {
          break;
        }
        boolean fresh = at >= covered;
        if (found > 0) {
          if (fresh) {
            out.put(all, plain, at);
            out.put(BLOT, 0, BLOT.length);
          }
          covered = Math.max(covered, at + found);
        }
        at++;
        plain = at <= covered ? at : plain;
      }
      out.put(all, plain, at);
      before = before(all, at);
      held = Arrays.copyOfRange(all, at, all.length);
      covered = Math.max(0, covered - at);
      return out.all();
    }

    /// @return the length of the longest secret at `at`; -1 when a longer one may begin there but
    ///   the bytes end; 0 for none
    private int matchAt(byte[] bytes, int at, Sought now, boolean more) {
      int longest = 0;
      boolean within = Guessable.inWord(before(bytes, at));
      for (Form form : now.forms()) {
        byte[] secret = form.bytes();
        int length = Math.min(secret.length, bytes.length - at);
        if ((form.guessable() && within)
            || !Arrays.equals(bytes, at, at + length, secret, 0, length)) {
          continue;
        }
        boolean last = at + length == bytes.length;
        if (more && last && (length < secret.length || form.guessable())) {
          return -1;
        }
        if (length == secret.length
            && (!form.guessable() || last || !Guessable.inWord(bytes[at + length]))) {
          longest = Math.max(longest, length);
        }
      }
      return longest;
    }

    private byte before(byte[] bytes, int at) {
      return at == 0 ? before : bytes[at - 1];
    }
  }
}
