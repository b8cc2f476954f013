package dev.supervise.worker.function;

import dev.supervise.spec.Block;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Stack;
import dev.supervise.spec.Tasks;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.UserCode;
import dev.supervise.worker.Launch;
import dev.supervise.worker.output.Speakers;
import java.util.function.Consumer;

/// A closure of a stop (`stop { run { ctx -> } }`), on a virtual thread of its own. Cancelled when
/// the run it stops is over.
public final class StopCall extends CallContext {
  private final UserCode code;
  private final Consumer<String> failed;
  private volatile boolean over;

  /// @param failed told what went wrong, unless the run was over by then
  public StopCall(
      FunctionBody body,
      Launch launch,
      Consumer<String> log,
      Tasks tasks,
      Consumer<String> failed) {
    super(launch, log, tasks);
    this.failed = failed;
    code =
        new UserCode(
            "supervise-stop-" + launch.path(),
            () -> {
              Speakers.begin(this::said);
              try {
                body.run(this);
              } catch (Throwable thrown) {
                // A user's closure may throw anything; the stop has further steps.
                if (!over) {
                  failed.accept(Block.behind("the stop's closure threw ", Stack.sentence(thrown)));
                }
              } finally {
                Speakers.end();
              }
            });
  }

  public void begin() {
    try {
      code.start();
    } catch (NoThread e) {
      failed.accept(String.valueOf(e.getMessage()));
    }
  }

  /// The run is over: whatever the closure still does is of no use.
  public void cancel() {
    over = true;
    code.interrupt();
  }

  @Override
  protected boolean ending() {
    return over;
  }

  @Override
  protected void fence() {}
}
