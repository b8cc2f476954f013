package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Check;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What may be asked of a running unit: the words of `ready` and `alive`, and of `allOf` and
/// `anyOf` inside them.
public abstract class ProbeWords extends Words {
  private static final int ANY_STATUS_FROM = 200;
  private static final int ANY_STATUS_TO = 399;

  /// The block all this stands in.
  enum Asked {
    READY("ready"),
    ALIVE("alive");

    final String word;

    Asked(String word) {
      this.word = word;
    }
  }

  final UnitWords unit;
  final Asked asked;
  private final Words outer;
  private final List<Check> checks = new ArrayList<>();

  ProbeWords(Declarations load, Origin origin, Words outer, UnitWords unit, Asked asked) {
    super(load, origin);
    this.outer = outer;
    this.unit = unit;
    this.asked = asked;
  }

  @Override
  final String label() {
    return unit.label();
  }

  @Override
  final void finish() {
    if (broken()) {
      outer.breakBlock();
      return;
    }
    try {
      made(checks);
    } catch (InvalidSpec | WordError refused) {
      load.refused(this, refused);
      outer.breakBlock();
    }
  }

  /// The block is complete.
  abstract void made(List<Check> checks);

  static Check all(List<Check> checks) {
    return checks.size() == 1 ? checks.getFirst() : new Check.AllOf(checks);
  }

  private boolean process() {
    return unit instanceof ProcessWords;
  }

  private void forProcesses(String word) {
    if (!process()) {
      throw new WordError(word + " is for processes, not for functions");
    }
  }

  private void onceOnly(String word) {
    if (asked == Asked.ALIVE) {
      throw new WordError(
          word + " tells once that a unit is ready; in alive it would never change again");
    }
  }

  @Word(value = "A TCP port on this host accepts connections", repeats = true)
  public void tcp(int port) {
    tcp(Map.of(), "localhost", port);
  }

  @Word(
      value = "A TCP port on this host accepts connections",
      repeats = true,
      options = {"stale"})
  public void tcp(Map<String, Object> options, int port) {
    tcp(options, "localhost", port);
  }

  @Word(value = "A TCP port accepts connections", repeats = true)
  public void tcp(String host, int port) {
    tcp(Map.of(), host, port);
  }

  @Word(
      value = "A TCP port accepts connections",
      repeats = true,
      options = {"stale"})
  public void tcp(Map<String, Object> options, String host, int port) {
    checks.add(new Check.Tcp(host, port, stale("tcp", options)));
  }

  /// Whether a probe may hold before the run.
  private static boolean stale(String word, Map<String, Object> options) {
    return options.containsKey("stale") && Convert.truth(word + " stale", options.get("stale"));
  }

  @Word(value = "A GET is answered with a status from 200 to 399", repeats = true)
  public void http(String url) {
    checks.add(new Check.Http(url, ANY_STATUS_FROM, ANY_STATUS_TO));
  }

  @Word(
      value = "A GET is answered with that status, or one of a range",
      repeats = true,
      options = {"status", "stale"})
  public void http(Map<String, Object> options, String url) {
    boolean stale = stale("http", options);
    if (!options.containsKey("status")) {
      checks.add(new Check.Http(url, ANY_STATUS_FROM, ANY_STATUS_TO, stale));
      return;
    }
    Object status = options.get("status");
    if (status instanceof List<?> range && !range.isEmpty()) {
      int from = Convert.integer("http status", range.getFirst());
      int to = Convert.integer("http status", range.getLast());
      checks.add(new Check.Http(url, Math.min(from, to), Math.max(from, to), stale));
    } else {
      int only = Convert.integer("http status", status);
      checks.add(new Check.Http(url, only, only, stale));
    }
  }

  @Word(value = "A command exits with 0", repeats = true)
  public void exec(Object... words) {
    forProcesses("exec");
    checks.add(new Check.Exec(CommandLine.command(words)));
  }

  @Word(value = "A line of the output matches a pattern, or contains a text", repeats = true)
  public void logLine(Object sought) {
    onceOnly("logLine");
    checks.add(
        new Check.LogLine(
            sought instanceof Pattern pattern
                ? pattern
                : Pattern.compile(Pattern.quote(Convert.text("logLine", sought)))));
  }

  @Word(value = "There is such a file, made or changed by this run", repeats = true)
  public void file(String path) {
    file(Map.of(), path);
  }

  @Word(
      value = "There is such a file",
      repeats = true,
      options = {"stale"})
  public void file(Map<String, Object> options, String path) {
    if (path.isEmpty()) {
      throw new WordError("file: the path is empty");
    }
    // A function has no directory; the script's is what its paths are relative to.
    String place = process() ? path : Path.of(load.base()).resolve(path).toString();
    checks.add(new Check.File(place, stale("file", options)));
  }

  @Word("The process says so itself, by sd_notify: READY=1, and in alive WATCHDOG=1")
  public void sdNotify() {
    forProcesses("sdNotify");
    checks.add(new Check.SdNotify());
  }

  @Word(value = "A closure answers true", repeats = true)
  public void check(
      @Later @DelegatesTo(value = Language.ValueApi.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> body) {
    if (body.getMaximumNumberOfParameters() > 1) {
      throw new WordError("check { … } takes no parameter");
    }
    checks.add(new Check.Asked(DeferredCode.question(body), here()));
  }

  @Word("The function has called ctx.ready()")
  public void called() {
    onceOnly("called");
    if (process()) {
      throw new WordError(
          "called is for functions, which call ctx.ready(); for a process there is sdNotify()");
    }
    checks.add(new Check.Called());
  }

  @Word(value = "All of these hold", repeats = true)
  public SeveralWords allOf(
      @DelegatesTo(value = SeveralWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return new SeveralWords(
        load, here(), this, unit, asked, parts -> checks.add(new Check.AllOf(parts)));
  }

  @Word(value = "At least one of these holds", repeats = true)
  public SeveralWords anyOf(
      @DelegatesTo(value = SeveralWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    return new SeveralWords(
        load, here(), this, unit, asked, parts -> checks.add(new Check.AnyOf(parts)));
  }
}
