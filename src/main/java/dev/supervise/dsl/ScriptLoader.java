package dev.supervise.dsl;

import dev.supervise.spec.App;
import dev.supervise.spec.Origin;
import java.nio.file.Path;
import java.util.List;
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
  /// thread, where its words are refused.
  ///
  /// @param shownPath the path as the user gave it; every mistake begins with it
  /// @throws ScriptMistakes everything that is wrong with the script
  /// @throws CancellationException the caller was interrupted; its interrupt flag is set again
  public static App load(Path script, String shownPath, LoadOptions options) {
    CompletableFuture<App> loaded = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("script-loader")
            .stackSize(16L << 20)
            .start(() -> {
              try {
                loaded.complete(run(script, shownPath, options));
              } catch (Throwable thrown) {
                loaded.completeExceptionally(thrown);
              }
            });
    try {
      return loaded.get(options.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      String place = place(thread);
      thread.interrupt();
      throw new ScriptMistakes(
          List.of(
              new Mistake(
                  new Origin(shownPath, 0),
                  0,
                  "",
                  "",
                  "the script had not ended after " + Quantity.text(options.limit()) + place,
                  "declare what is to run, do not run it")));
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

  /// Work that is welcome but not waited for, on a daemon thread.
  static void beside(Runnable work) {
    Thread.ofPlatform().daemon().name("script-compiler").start(work);
  }

  private static String place(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if ("script".equals(frame.getClassLoaderName()) && frame.getLineNumber() > 0) {
        return "; it is at line " + frame.getLineNumber();
      }
    }
    return "";
  }

  private static App run(Path script, String shownPath, LoadOptions options) {
    Mistakes mistakes = new Mistakes();
    SourceFile file;
    try {
      file = SourceFile.read(script, shownPath);
    } catch (Wrong unreadable) {
      mistakes.add(
          new Mistake(new Origin("", 0), 0, "", "", String.valueOf(unreadable.getMessage()), ""));
      throw mistakes.all(options.stacktrace());
    }
    KeptScripts scripts = new KeptScripts(options.cacheDir(), mistakes);
    App app = new Load(file, options, scripts, mistakes).run();
    if (!mistakes.isEmpty()) {
      throw mistakes.all(options.stacktrace());
    }
    scripts.keep();
    return app;
  }
}
