package dev.supervise.cli;

import dev.supervise.dsl.mistake.Mistake;

/// `check --github`: mistakes as workflow commands, which GitHub shows beside the lines of a
/// change.
final class GithubAnnotations {
  private GithubAnnotations() {}

  static String of(Mistake mistake) {
    return of("error", mistake);
  }

  static String warning(Mistake doubtful) {
    return of("warning", doubtful);
  }

  private static String of(String command, Mistake mistake) {
    StringBuilder text = new StringBuilder("::" + command + " file=");
    text.append(property(mistake.origin().file()));
    if (mistake.origin().line() > 0) {
      text.append(",line=").append(mistake.origin().line());
    }
    if (mistake.column() > 0) {
      text.append(",col=").append(mistake.column());
    }
    text.append("::");
    if (!mistake.unit().isEmpty()) {
      text.append(data(mistake.unit())).append(": ");
    }
    text.append(data(mistake.message()));
    if (!mistake.hint().isEmpty()) {
      text.append(" (").append(data(mistake.hint())).append(')');
    }
    return text.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
