package dev.supervise.cli;

import java.util.List;
import java.util.Set;

/// Keeps secrets out of what people are shown.
final class Mask {
  private static final String SHOWN = "***";

  private final List<String> secrets;

  Mask(Set<String> secrets) {
    // Longest first: one secret may be part of another.
    this.secrets =
        secrets.stream()
            .filter(secret -> !secret.isEmpty())
            .sorted((a, b) -> Integer.compare(b.length(), a.length()))
            .toList();
  }

  String of(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, SHOWN);
    }
    return masked;
  }
}
