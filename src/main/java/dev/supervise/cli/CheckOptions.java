package dev.supervise.cli;

import java.util.Map;

/// How a script is to be checked.
///
/// @param script as the user gave it
/// @param stacktrace mistakes with the Java stack of what the script threw
record CheckOptions(String script, Map<String, String> params, Form form, boolean stacktrace) {
  /// How a check answers.
  enum Form {
    TEXT,
    JSON,
    /// Workflow commands that GitHub shows beside the lines.
    GITHUB
  }
}
