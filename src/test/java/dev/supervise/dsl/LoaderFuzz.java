package dev.supervise.dsl;

import com.sun.management.OperatingSystemMXBean;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.words.LoadOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Loads scripts with slips in them, as `check` does, and holds what the loader answers against
/// what it promises: a tree or mistakes; each mistake with a place inside the file and in words
/// that are nobody's but the language's; nothing printed, no thread left, within the time limit.
///
/// A script that is loaded is run. What could do harm if it were moved to a script's top level is
/// left out ([#harmless]), unless this runs as a user who may do nothing.
public final class LoaderFuzz {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Pattern FENCE = Pattern.compile("(?sm)^```groovy\n(.*?)^```$");

  /// Words of the compiler, of Java and of Groovy that only a script may say first.
  private static final Pattern FOREIGN =
      Pattern.compile(
          "(?i)antlr|groovyjarjar\\w*|org\\.codehaus\\S*|org\\.apache\\S*|dev\\.supervise\\S*"
              + "|\\bjavax?\\.\\w+\\.\\S+|\\$?_\\w*closure\\w*|\\w*exception\\w*|\\w+Error\\b"
              + "|\\w+@[0-9a-f]{5,}|\\bdefect\\b|\\binternal\\b|\\btoken recognition\\b|\\bBUG\\b"
              + "|\\bunsupported \\w+ expression|\\bat \\w+\\.\\w+\\(|\\bnull\\b$");

  private static final Pattern HARMFUL =
      Pattern.compile(
          "\\b(execute|File|Files|Path|Paths|ProcessBuilder|ProcessHandle|Process|Runtime|System"
              + "|URL|URI|Socket|ServerSocket|HttpClient|delete\\w*|write\\w*|evaluate|GroovyShell"
              + "|Eval|Thread|start\\w*|Class|forName|exec|halt|exit|leftShift|text)\\b|<<");

  private final Path script;
  private final List<String> corpus;
  private final boolean everything;
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final Map<String, Integer> answers = new TreeMap<>();
  private final Map<String, String> vague = new TreeMap<>();
  private int loaded;
  private int refused;
  private int skipped;

  /// @param everything harmful ones too
  LoaderFuzz(Path directory, List<String> corpus, boolean everything) {
    this.script = directory.resolve("app.groovy");
    this.corpus = corpus;
    this.everything = everything;
  }

  /// Every script of `scripts/` and of the documentation, and those of the traps.
  static List<String> corpus(Path home) throws IOException {
    List<String> corpus = new ArrayList<>();
    try (Stream<Path> scripts = Files.list(home.resolve("scripts"))) {
      for (Path each :
          scripts.filter(path -> path.toString().endsWith(".groovy")).sorted().toList()) {
        corpus.add(Files.readString(each));
      }
    }
    List<Path> pages = new ArrayList<>(List.of(home.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(home.resolve("dsl-docs"))) {
      docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher fence = FENCE.matcher(Files.readString(page));
      while (fence.find()) {
        corpus.add(fence.group(1));
      }
    }
    for (String table : List.of("traps.txt", "valid.txt")) {
      String text =
          Files.readString(home.resolve("src/test/resources/dev/supervise/dsl").resolve(table));
      for (String part : text.split("(?m)^### .*\n")) {
        corpus.add(part.split("(?m)^---$")[0]);
      }
    }
    return corpus;
  }

  static boolean harmless(String text) {
    return !HARMFUL.matcher(text).find();
  }

  /// Loads so many, beginning with one.
  void run(long seed, long first, long count) throws IOException {
    Mutations mutations = new Mutations(corpus, seed);
    long others = loaders();
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream wrong = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(wrong, true, StandardCharsets.UTF_8));
    try {
      for (long number = first; number < first + count && failures.size() < 60; number++) {
        byte[] bytes = mutations.script(number);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!everything && !harmless(text)) {
          skipped++;
          continue;
        }
        Files.write(script, bytes);
        load(seed + ":" + number, text);
        if (printed.size() > 0 && !text.contains("print")) {
          failed("printed", seed + ":" + number, text, printed.toString(StandardCharsets.UTF_8));
        }
        if (wrong.size() > 0) {
          failed("stderr", seed + ":" + number, text, wrong.toString(StandardCharsets.UTF_8));
        }
        printed.reset();
        wrong.reset();
        if (number % 1000 == 999) {
          threads(others, seed + ":" + number, text);
        }
      }
      threads(others, seed + ":end", "");
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private void load(String number, String text) {
    long began = processorTime();
    try {
      ScriptLoader.load(
          script,
          "app.groovy",
          new LoadOptions(Map.of(), LoadOptions.DEFAULT.ports(), true, LIMIT, Optional.empty()));
      loaded++;
    } catch (ScriptMistakes mistakes) {
      refused++;
      judge(mistakes, number, text);
    } catch (Throwable thrown) {
      failed("thrown " + thrown.getClass().getName(), number, text, stack(thrown));
    }
    // What other programs take of the machine is not the loader's.
    long took = (processorTime() - began) / 1_000_000;
    if (took > LIMIT.toMillis() + 3000) {
      failed("slow", number, text, took + " ms");
    }
  }

  private static long processorTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  void judge(ScriptMistakes mistakes, String number, String text) {
    String message = String.valueOf(mistakes.getMessage());
    int lines = (int) text.chars().filter(c -> c == '\n').count() + 1;
    if (mistakes.mistakes().isEmpty() || message.isBlank()) {
      failed("no mistake", number, text, message);
    }
    for (Mistake mistake : mistakes.mistakes()) {
      String said = mistake.message() + " (" + mistake.hint() + ")";
      answers.merge(
          mistake.message().replaceAll("'[^']*'", "'…'").replaceAll("[0-9]+", "9"),
          1,
          Integer::sum);
      boolean placed =
          mistake.origin().line() >= 1 && mistake.origin().line() <= lines
              || mistake.origin().line() == 0 && whole(mistake);
      if (!placed || !mistake.origin().file().equals("app.groovy") && !whole(mistake)) {
        failed("place: " + mistake.message(), number, text, message);
      }
      Matcher foreign = FOREIGN.matcher(said);
      while (foreign.find()) {
        if (!text.contains(foreign.group())) {
          failed("foreign word: " + foreign.group(), number, text, message);
          break;
        }
      }
      if (mistake.message().equals("this script cannot be loaded")) {
        failed("cannot be loaded", number, text, message + "\n" + causes(mistakes));
      }
      if (mistake.message().equals("this does not compile")
          || mistake.message().equals("this does not parse")) {
        String cause = causes(mistakes);
        vague.putIfAbsent(
            cause.lines().limit(2).toList().toString(),
            number + "\n" + text + "\n=> " + message + "\n" + cause);
        boolean ours =
            cause.lines().limit(2).anyMatch(line -> line.strip().startsWith("dev.supervise"))
                || cause.isBlank() && mistake.message().equals("this does not parse");
        if (ours) {
          failed("own defect " + cause.lines().limit(2).toList(), number, text, message + cause);
        }
      }
    }
  }

  private static boolean whole(Mistake mistake) {
    return mistake.message().startsWith("the script ")
        || mistake.message().startsWith("app.groovy ")
        || mistake.message().startsWith("-P ");
  }

  private static String causes(ScriptMistakes mistakes) {
    StringBuilder causes = new StringBuilder();
    for (Throwable each : mistakes.getSuppressed()) {
      causes.append(stack(each)).append('\n');
    }
    return causes.toString();
  }

  private static String stack(Throwable thrown) {
    StringBuilder text = new StringBuilder(String.valueOf(thrown));
    StackTraceElement[] stack = thrown.getStackTrace();
    for (int i = 0; i < Math.min(12, stack.length); i++) {
      text.append("\n  ").append(stack[i]);
    }
    return thrown.getCause() == null ? text.toString() : text + "\n by " + stack(thrown.getCause());
  }

  /// @param others of other loads, which were there before
  private void threads(long others, String number, String text) {
    for (int i = 0; i < 400; i++) {
      if (loaders() <= others) {
        return;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    failed("a thread is left", number, text, loaders() + " loaders");
  }

  private static long loaders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("script-loader"))
        .count();
  }

  private void failed(String kind, String number, String text, String what) {
    String known = kind.replaceAll("'[^']*'", "'…'").replaceAll("[0-9]+", "9");
    failures.putIfAbsent(known, number + ": " + kind + "\n" + text + "\n=> " + what + "\n");
  }

  Map<String, String> failures() {
    return failures;
  }

  int loaded() {
    return loaded;
  }

  int refused() {
    return refused;
  }

  int skipped() {
    return skipped;
  }

  /// `LoaderFuzz HOME DIRECTORY SEED FIRST COUNT`: one part of a run, in a process of its own, as
  /// every loaded script leaves a little behind.
  public static void main(String[] arguments) throws IOException {
    LoaderFuzz fuzz =
        new LoaderFuzz(
            Path.of(arguments[1]),
            corpus(Path.of(arguments[0])),
            Boolean.getBoolean("fuzz.everything"));
    fuzz.run(
        Long.parseLong(arguments[2]), Long.parseLong(arguments[3]), Long.parseLong(arguments[4]));
    fuzz.failures.values().forEach(failure -> System.out.println("FAILED " + failure));
    if (Boolean.getBoolean("fuzz.vague")) {
      fuzz.vague.values().forEach(each -> System.out.println("VAGUE " + each));
    }
    if (Boolean.getBoolean("fuzz.answers")) {
      fuzz.answers.forEach((answer, times) -> System.out.println("ANSWER " + times + " " + answer));
    }
    System.out.println(
        "seed "
            + arguments[2]
            + " from "
            + arguments[3]
            + ": "
            + fuzz.loaded
            + " loaded, "
            + fuzz.refused
            + " refused, "
            + fuzz.skipped
            + " left out, "
            + fuzz.failures.size()
            + " kinds of failure");
    System.out.flush();
    Runtime.getRuntime().halt(fuzz.failures.isEmpty() ? 0 : 1);
  }
}
