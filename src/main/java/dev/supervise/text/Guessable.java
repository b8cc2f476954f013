package dev.supervise.text;

import java.util.Locale;
import java.util.Set;

/// Secrets that stand in ordinary text by chance: short ones, and words that everybody uses. To
/// blot such a text out wherever it is found would destroy what is shown and tell the secret, so it
/// is blotted out only where it stands as a word of its own. Pure.
public final class Guessable {
  /// The fewest characters of a secret that is blotted out everywhere.
  public static final int ENOUGH = 6;

  private static final Set<String> COMMON =
      Set.of(
          "password",
          "secret",
          "changeme",
          "default",
          "example",
          "localhost",
          "postgres",
          "mysql",
          "redis",
          "admin",
          "administrator",
          "production",
          "development",
          "staging",
          "testing",
          "service",
          "process",
          "server",
          "client",
          "database",
          "docker",
          "master",
          "123456",
          "12345678",
          "qwerty",
          "letmein",
          "welcome");

  private Guessable() {}

  public static boolean is(String secret) {
    return secret.codePointCount(0, secret.length()) < ENOUGH
        || COMMON.contains(secret.toLowerCase(Locale.ROOT));
  }

  /// Whether what lies between these places of a text is a word of its own: no letter of ASCII,
  /// digit or `_` stands right before or behind it.
  public static boolean alone(String text, int from, int to) {
    return (from == 0 || !inWord(text.charAt(from - 1)))
        && (to == text.length() || !inWord(text.charAt(to)));
  }

  private static boolean inWord(char c) {
    return c == '_' || c < 128 && Character.isLetterOrDigit(c);
  }

  /// The same of a byte of UTF-8 beside it.
  public static boolean inWord(byte b) {
    return b > 0 && inWord((char) b);
  }

  /// Why a secret is not blotted out everywhere, as an end of a sentence; empty where it is.
  public static String why(String secret) {
    int length = secret.codePointCount(0, secret.length());
    return length < ENOUGH
        ? "has " + length + (length == 1 ? " character" : " characters")
        : is(secret) ? "is a word that stands in ordinary text" : "";
  }
}
