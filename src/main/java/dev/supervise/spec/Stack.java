package dev.supervise.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The stack of what a closure threw, as its author reads it: the line of the script first, then
/// the frames between, without those of the language's and of supervise's own machinery.
///
/// ```text
/// app.groovy:4: java.lang.IllegalStateException: no rates
///   at app.groovy:4 in rates
///   at app.groovy:9
/// caused by java.net.ConnectException: Connection refused
///   at java.net.Socket.connect(Socket.java:633)
/// ```
///
/// Never longer than [#LINES] lines of [#LONGEST] characters. Pure; writing one out costs more than
/// the restart of a function.
public final class Stack {
  /// Lines at most.
  public static final int LINES = 40;

  /// Characters of a line at most.
  public static final int LONGEST = 400;

  /// Frames shown of each throwable.
  private static final int FRAMES = 12;

  private static final List<String> MACHINERY =
      List.of(
          "org.codehaus.groovy.",
          "org.apache.groovy.",
          "groovy.lang.",
          "java.lang.reflect.",
          "java.lang.invoke.",
          "jdk.internal.",
          "dev.supervise.");

  /// What every run of a function begins with.
  private static final Set<String> BEGINNING =
      Set.of("java.lang.VirtualThread", "java.lang.ScopedValue", "java.lang.ScopedValue$Carrier");

  private Stack() {}

  /// Never empty, whatever a throwable of somebody else's does when it is asked.
  public static List<String> lines(Throwable thrown) {
    return lines(thrown, UnaryOperator.identity());
  }

  /// @param shown makes of what was said text that may be shown; before it is cut, as half a secret
  ///   would not be found
  public static List<String> lines(Throwable thrown, UnaryOperator<String> shown) {
    List<String> lines = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable each = thrown;
    while (each != null && seen.add(each) && lines.size() < LINES) {
      head(each, seen.size() > 1, shown, lines);
      frames(each.getStackTrace(), lines);
      each = each.getCause();
    }
    return List.copyOf(lines.subList(0, Math.min(lines.size(), LINES)));
  }

  /// One phrase without a place: `IllegalStateException: boom`. What it says in several lines
  /// stands in several, under each other. Never throws, whatever the throwable does.
  public static String phrase(Throwable thrown) {
    String type = thrown.getClass().getSimpleName();
    try {
      String message = thrown.getMessage();
      return message == null || message.isBlank()
          ? type
          : Block.behind(type + ": ", text(message.stripTrailing()));
    } catch (RuntimeException | Error again) {
      return type;
    }
  }

  /// The same with its place in a script, where it has one: `IllegalStateException: boom at
  /// app.groovy:4`.
  public static String sentence(Throwable thrown) {
    return Block.and(phrase(thrown), at(thrown));
  }

  /// Without blank lines before it.
  private static String text(String message) {
    int begin = 0;
    for (int i = 0; i < message.length() && Character.isWhitespace(message.charAt(i)); i++) {
      if (message.charAt(i) == '\n') {
        begin = i + 1;
      }
    }
    return message.substring(begin);
  }

  /// What a sentence about something thrown may end with: ` at app.groovy:4`; empty where no script
  /// threw it.
  public static String at(Throwable thrown) {
    return ScriptFrame.innermost(thrown.getStackTrace()).map(place -> " at " + place).orElse("");
  }

  private static void head(
      Throwable thrown, boolean cause, UnaryOperator<String> shown, List<String> lines) {
    String place =
        ScriptFrame.innermost(thrown.getStackTrace()).map(origin -> origin + ": ").orElse("");
    String said = shown.apply(said(thrown));
    List<String> text = (cause ? "caused by " + said : place + said).lines().toList();
    for (int i = 0; i < text.size() && i < FRAMES; i++) {
      lines.add(cut(i == 0 ? text.get(i) : "  " + text.get(i)));
    }
  }

  private static String said(Throwable thrown) {
    String type = thrown.getClass().getName();
    try {
      String message = thrown.getMessage();
      return message == null || message.isBlank() ? type : type + ": " + message;
    } catch (RuntimeException | Error again) {
      return type + " (its message cannot be had: " + again.getClass().getName() + ")";
    }
  }

  private static void frames(StackTraceElement[] stack, List<String> lines) {
    int shown = 0;
    int more = 0;
    String before = "";
    for (StackTraceElement frame : stack) {
      String line = "  at " + text(frame);
      // A closure's method calls its twin on the same line.
      if (machinery(frame) || line.equals(before)) {
        continue;
      }
      before = line;
      if (shown < FRAMES) {
        lines.add(cut(line));
        shown++;
      } else {
        more++;
      }
    }
    if (more > 0) {
      lines.add("  and " + more + " more");
    }
  }

  private static boolean machinery(StackTraceElement frame) {
    String type = frame.getClassName();
    // Code that was made while it ran, for a call or a closure, stands nowhere.
    return frame.getFileName() == null && !frame.isNativeMethod()
        || ScriptFrame.of(frame).isEmpty() && script(frame)
        || BEGINNING.contains(type)
        || MACHINERY.stream().anyMatch(type::startsWith);
  }

  /// Code that was made for a script and stands on no line of it.
  private static boolean script(StackTraceElement frame) {
    return frame.getLineNumber() <= 0
        && frame.getClassLoaderName() instanceof String loader
        && loader.startsWith(ScriptFrame.loader(""));
  }

  private static String text(StackTraceElement frame) {
    Optional<Origin> place = ScriptFrame.of(frame);
    if (place.isEmpty()) {
      String file = frame.getFileName();
      String where =
          frame.isNativeMethod()
              ? "native"
              : frame.getLineNumber() < 0 ? file : file + ":" + frame.getLineNumber();
      return frame.getClassName() + "." + frame.getMethodName() + "(" + where + ")";
    }
    return place.get()
        + (Set.of("doCall", "call", "run").contains(frame.getMethodName())
            ? ""
            : " in " + frame.getMethodName());
  }

  private static String cut(String line) {
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
