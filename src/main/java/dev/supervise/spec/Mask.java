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
}
