package dev.supervise.dsl.load;

import dev.supervise.dsl.mistake.EndsProgram;
import dev.supervise.dsl.value.ClassNames;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.codehaus.groovy.runtime.typehandling.GroovyCastException;
import org.jspecify.annotations.Nullable;

/// What a script's own code threw, in a sentence for who wrote it: what failed, and no class of an
/// exception. `--stacktrace` shows those.
final class ThrownText {
  private static final Pattern GROOVY_CAST =
      Pattern.compile(
          "Cannot cast object '(.*)' with class '(.*)' to class '([^']*)'.*", Pattern.DOTALL);
  private static final Pattern JAVA_CAST =
      Pattern.compile("class (\\S+) cannot be cast to class (\\S+) .*", Pattern.DOTALL);
  private static final Pattern PROPERTY_OF = Pattern.compile("property '([^']+)'");
  private static final Pattern NO_NUMBER =
      Pattern.compile(
          "(?:For input string: |Cannot parse null string: ?)\"?(.*?)\"?(?: under .*)?");

  private ThrownText() {}

  static String text(Throwable thrown) {
    return switch (thrown) {
      case MissingMethodException missing ->
          "there is no method '" + missing.getMethod() + "' on " + ClassNames.of(missing.getType());
      case MissingPropertyException missing ->
          missing.getProperty() == null || missing.getType() == null
              ? property(missing)
              : "there is no property '"
                  + missing.getProperty()
                  + "' on "
                  + ClassNames.of(missing.getType());
      case EndsProgram ends -> String.valueOf(ends.getMessage());
      case StackOverflowError _ -> "the script calls itself without end";
      case OutOfMemoryError _ -> "this needs more memory than there is";
      case LinkageError _ -> "this fails: the JVM refuses what stands here";
      case VirtualMachineError _ -> "this fails: the JVM cannot go on with it";
      default -> "this fails: " + why(thrown);
    };
  }

  /// Of an element of a list, Groovy tells the property in its sentence only.
  private static String property(MissingPropertyException missing) {
    Matcher element = PROPERTY_OF.matcher(String.valueOf(missing.getMessage()));
    return "there is no property '"
        + (element.find() ? element.group(1) : String.valueOf(missing.getProperty()))
        + "'";
  }

  private static String why(Throwable thrown) {
    String message = ClassNames.in(first(thrown.getMessage()));
    return switch (thrown) {
      case NumberFormatException _ -> {
        Matcher read = NO_NUMBER.matcher(message);
        yield read.matches() ? "'" + read.group(1) + "' is no number" : lower(message, thrown);
      }
      case GroovyCastException _ -> {
        Matcher cast = GROOVY_CAST.matcher(message);
        yield cast.matches()
            ? "'" + cast.group(1) + "' (" + cast.group(2) + ") is no " + cast.group(3)
            : lower(message, thrown);
      }
      case ClassCastException _ -> {
        Matcher cast = JAVA_CAST.matcher(message);
        yield cast.matches()
            ? "a " + cast.group(1) + " is no " + cast.group(2)
            : lower(message, thrown);
      }
      // Groovy's own names what was null; the JVM's names what the script was compiled to.
      case NullPointerException _ ->
          message.startsWith("Cannot invoke method")
                  || message.startsWith("Cannot get property")
                  || message.startsWith("Cannot set property")
              ? lower(message, thrown)
              : "something that is used here is null";
      case PatternSyntaxException pattern ->
          "'"
              + pattern.getPattern()
              + "' is no pattern: "
              + lower(pattern.getDescription(), pattern);
      case FileNotFoundException _ -> "file " + message;
      case NoSuchFileException missing -> "file " + missing.getFile() + " does not exist";
      case FileAlreadyExistsException there -> "file " + there.getFile() + " exists already";
      case AccessDeniedException denied -> "file " + denied.getFile() + ": permission denied";
      case FileSystemException file when file.getReason() != null ->
          "file " + file.getFile() + ": " + file.getReason();
      case ClassNotFoundException _ -> "class " + message + " is not there";
      case UnknownHostException _ -> "host " + message + " is not known";
      case NoSuchElementException _ when message.isBlank() -> "there is no such element";
      default -> lower(message, thrown);
    };
  }

  private static String first(@Nullable String message) {
    return message == null ? "" : message.strip().lines().findFirst().orElse("");
  }

  /// As a part of a sentence; what says nothing is called by its kind: `unsupported operation`.
  private static String lower(String message, Throwable thrown) {
    if (message.isBlank()) {
      String kind = thrown.getClass().getSimpleName().replaceFirst("(Exception|Error)$", "");
      String words = kind.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
      return words.isBlank() ? "nothing is said of why" : words;
    }
    boolean name =
        message.length() > 1
            && !Character.isLowerCase(message.charAt(1))
            && message.charAt(1) != ' ';
    return name ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }
}
