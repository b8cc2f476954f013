package dev.supervise.spec;

import java.util.List;
import java.util.Set;

/// Keeps secrets out of what people are shown. Pure; any thread.
public final class Mask {
  private static final String SHOWN = "***";

  private final List<String> secrets;

  public Mask(Set<String> secrets) {
    // Longest first: one secret may be part of another.
    this.secrets =
        secrets.stream()
            .filter(secret -> !secret.isEmpty())
            .sorted((a, b) -> Integer.compare(b.length(), a.length()))
            .toList();
  }

  /// The text with every secret in it replaced by `***`.
  public String of(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, SHOWN);
    }
    return masked;
  }

  /// The same of a text whose beginning was cut off: where it begins in the middle of a secret,
  /// what is left of that is replaced, too.
  public String ofRest(String text) {
    int rest = 0;
    for (String secret : secrets) {
      for (int from = 1; from < secret.length() - rest; from++) {
        if (text.startsWith(secret.substring(from))) {
          rest = secret.length() - from;
        }
      }
    }
    return rest == 0 ? of(text) : SHOWN + of(text.substring(rest));
  }
}
