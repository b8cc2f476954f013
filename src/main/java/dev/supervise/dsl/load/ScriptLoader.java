package dev.supervise.dsl.load;

import dev.supervise.dsl.compile.CachedScripts;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.Mistakes;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.value.WordError;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.spec.App;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ScriptFrame;
import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.vital.UserCode;
import java.beans.Introspector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// From a script to what it declares. Nothing starts here.
public final class ScriptLoader {
  private ScriptLoader() {}

  /// Compiles a script, runs it once on a thread of its own, and returns what it declared.
  ///
  /// Blocks until the script has ended, the limit has passed, or the caller is interrupted; the
  /// last two interrupt the script, and one that does not listen is left behind on its daemon
  /// thread, where what it declares is nobody's.
  ///
  /// @param shownPath the path as the user gave it; every mistake begins with it
  /// @throws ScriptMistakes everything that is wrong with the script
  /// @throws CancellationException the caller was interrupted; its interrupt flag is set again
  public static App load(Path script, String shownPath, LoadOptions options) {
    CompletableFuture<App> loaded = new CompletableFuture<>();
    Compiling compiling = new Compiling();
    Thread thread =
        Threads.start(
            Threads.aside(
                "script-loader",
                Threads.DEEP,
                () -> loaded.complete(run(script, shownPath, options, compiling)),
                loaded::completeExceptionally));
    try {
      return loaded.get(options.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      StackTraceElement[] stack = thread.getStackTrace();
      thread.interrupt();
      Optional<String> compiled = compiling.file();
      throw compiled.isPresent()
          ? alone(
              new Origin(compiled.get(), 0),
              "the script was not compiled within " + DurationText.exact(options.limit()),
              "write less in one piece: use a loop or a method")
          : alone(
              ScriptFrame.innermost(stack).orElse(new Origin(shownPath, 0)),
              "the script had not ended after " + DurationText.exact(options.limit()),
              "declare what is to run, do not run it");
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new CancellationException("loading " + shownPath + " was interrupted");
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(failed.getCause());
      }
    }
  }

  /// Lets the classes of earlier loads and typed lines go, as far as nothing runs that needs them.
  ///
  /// Groovy asks Java's Introspector about every class whose methods it calls. That keeps what it
  /// found, and with it the class and all of its script, until memory is short. To ask again costs
  /// some microseconds a class. Never waits; any platform thread.
  public static void forget() {
    // It remembers by groups of threads; all virtual ones, which functions and tasks run on, are
    // one.
    Introspector.flushCaches();
    try {
      new UserCode("supervise-forgets", Introspector::flushCaches).start();
    } catch (NoThread e) {
      unwelcome(e);
    }
  }

  private static void unwelcome(Throwable why) {
    System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not done beside", why);
  }

  private static ScriptMistakes alone(Origin origin, String message, String hint) {
    return new ScriptMistakes(List.of(new Mistake(origin, 0, "", "", message, hint)));
  }

  /// Ends with an app or with mistakes, whatever the script is.
  private static App run(Path script, String shownPath, LoadOptions options, Compiling compiling) {
    Origin whole = new Origin(shownPath, 0);
    try {
      return read(SourceFile.read(script, shownPath), options, compiling);
    } catch (ScriptMistakes mistakes) {
      throw options.stacktrace() ? mistakes : mistakes.withoutStacks();
    } catch (WordError unreadable) {
      throw alone(new Origin("", 0), String.valueOf(unreadable.getMessage()), "");
    } catch (Interpreter.Stopped _) {
      // Nobody waits any more, unless the script did it to itself.
      throw alone(whole, "the script interrupted its own load", "");
    } catch (RuntimeException | Error failure) {
      ScriptMistakes failed =
          alone(whole, "this script cannot be loaded", ThrownText.text(failure));
      if (options.stacktrace()) {
        failed.addSuppressed(failure);
      }
      throw failed;
    }
  }

  private static App read(SourceFile file, LoadOptions options, Compiling compiling) {
    Mistakes mistakes = new Mistakes();
    CachedScripts scripts = new CachedScripts(options, mistakes);
    App app = new ScriptLoad(file, options, scripts, mistakes, compiling).run();
    if (!mistakes.isEmpty()) {
      throw mistakes.all(options.stacktrace(), options.secrets());
    }
    scripts.keep();
    return app;
  }
}
