package dev.supervise.repl.live;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Signals;
import dev.supervise.verb.Asking;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One unit of the running tree, in the hand of a line of Groovy: `unit('api').restarts`,
/// `units*.restart()`. Everything it says is as it is now, not as it was when the handle was made.
///
/// It means the unit it was made for and no other: once that has been removed, or removed and added
/// again, the handle is stale and every use of it says so. Methods wait for their answer and throw
/// [IllegalStateException] with a sentence when it is a refusal.
public final class UnitHandle {
  private final Connection connection;
  private final UnitSnapshot made;

  UnitHandle(Connection connection, UnitSnapshot made) {
    this.connection = connection;
    this.made = made;
  }

  /// How it is now.
  UnitSnapshot view() {
    String stale =
        "this handle of '" + made.path() + "' is stale: the unit it was made for has been removed";
    Answer answer = answer(new Query.Tree(which()));
    if (answer instanceof Answer.NoSuchUnit) {
      throw new IllegalStateException(stale);
    }
    for (UnitSnapshot unit : Asking.units(answer)) {
      if (unit.serial() == made.serial() && unit.path().equals(made.path())) {
        return unit;
      }
    }
    throw new IllegalStateException(
        stale + ", and another one has its name; write unit('" + made.path() + "') again");
  }

  private Selector which() {
    return made.path().isEmpty() ? Selector.ALL : Selector.of(made.path());
  }

  private Answer answer(Query query) {
    return Asking.answer(connection, query);
  }

  private UnitHandle done(Request.Order order) {
    view();
    Answer answer = answer(new Query.Order(order));
    if (answer instanceof Answer.Refusal refusal) {
      throw new IllegalStateException(refusal.why());
    }
    return this;
  }

  // What it is

  public String getName() {
    return made.name();
  }

  public String getPath() {
    return made.path();
  }

  public String getKind() {
    return made.kind();
  }

  /// `running`, `backing-off`, …
  public String getState() {
    return view().status().word();
  }

  /// The same by its other name.
  public String getStatus() {
    return getState();
  }

  public boolean isReady() {
    return view().ready();
  }

  /// Declared while the tree ran.
  public boolean isLive() {
    return view().live();
  }

  /// 0 where there is none.
  public int getPid() {
    return view().pid();
  }

  public int getRestarts() {
    return view().restarts();
  }

  /// The present run's number.
  public long getGeneration() {
    return view().run();
  }

  /// The code of the newest run that is over; null where none ever ended.
  public @Nullable Integer getExit() {
    return view().exit().map(UnitSnapshot.Ended::code).orElse(null);
  }

  /// What it waits for, or why it failed.
  public String getDetail() {
    return view().said();
  }

  /// How long it has been in its state.
  public Duration getUptime() {
    return view().inState();
  }

  public Map<String, String> getLabels() {
    return made.labels();
  }

  public List<UnitHandle> getChildren() {
    return view().children().stream().map(child -> new UnitHandle(connection, child)).toList();
  }

  // What can be done with it

  public UnitHandle start() {
    return done(new Request.Start(which()));
  }

  public UnitHandle stop() {
    return done(new Request.Stop(which()));
  }

  public UnitHandle restart() {
    return done(new Request.Restart(which()));
  }

  /// @param name `HUP`, `SIGHUP`
  public UnitHandle signal(String name) {
    int number =
        Signals.number(name)
            .orElseThrow(() -> new IllegalStateException("'" + name + "' is no signal"));
    return done(new Request.Signal(which(), number, false));
  }

  public UnitHandle scale(int size) {
    return done(new Request.Scale(made.path(), size));
  }

  /// Adds children to a pool.
  public UnitHandle add(int count) {
    return done(new Request.Add(made.path(), count));
  }

  public void remove() {
    done(new Request.Remove(made.path()));
  }

  /// The same unit, however it is now.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnitHandle handle
        && handle.made.serial() == made.serial()
        && handle.made.path().equals(made.path());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(made.serial());
  }

  @Override
  public String toString() {
    return made.kind() + " " + (made.path().isEmpty() ? "root" : made.path());
  }
}
