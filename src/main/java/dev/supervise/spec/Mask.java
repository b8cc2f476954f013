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

  /// The text with every secret in it replaced by `***`; a guessable one (see [Guessable]) where it
  /// stands as a word of its own.
  public String of(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = Guessable.is(secret) ? alone(masked, secret) : masked.replace(secret, SHOWN);
    }
    return masked;
  }

  private static String alone(String text, String secret) {
    StringBuilder masked = new StringBuilder();
    int shown = 0;
    for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      if (at >= shown && Guessable.alone(text, at, at + secret.length())) {
        masked.append(text, shown, at).append(SHOWN);
        shown = at + secret.length();
      }
    }
    return masked.append(text, shown, text.length()).toString();
  }
}
