package dev.supervise.task;

import dev.supervise.spec.Check;
import dev.supervise.spec.Command;
import dev.supervise.spec.Origin;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.TaskContext;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.Value;
import dev.supervise.text.DurationText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The task type `await-condition`: completes when something holds, asks again and again until
/// then, and fails when it takes too long.
public final class AwaitCondition implements TaskBody {
  /// Its name.
  public static final String TYPE = "await-condition";

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /// Asks once.
  public interface Asking {
    /// @param name who asks
    /// @return why it does not hold; empty when it does
    String ask(Check check, String name) throws InterruptedException;
  }

  /// What is submitted: one of the first five.
  ///
  /// @param tcp a port of this machine, or `host:port`
  /// @param command a list of words, or a text for `/bin/sh -c`
  /// @param check a declared task type whose body is asked; it holds when that returns true
  /// @param params what that body is given
  /// @param status the wanted one of `http`; 200 to 399 without it
  /// @param interval from one try to the next: seconds, or `'250ms'`; a second without it
  /// @param timeout in all; five minutes without it
  public record Wanted(
      @Nullable Object tcp,
      @Nullable String http,
      @Nullable String file,
      @Nullable Object command,
      @Nullable String check,
      @Nullable Map<String, Object> params,
      @Nullable Integer status,
      @Nullable Object interval,
      @Nullable Object timeout) {}

  private final Asking asking;
  private final Function<String, Optional<TaskSpec>> types;

  private AwaitCondition(Asking asking, Function<String, Optional<TaskSpec>> types) {
    this.asking = asking;
    this.types = types;
  }

  /// @param types the declared ones, as they are when somebody asks
  public static TaskSpec type(Asking asking, Function<String, Optional<TaskSpec>> types) {
    return new TaskSpec(
        TYPE,
        Origin.NONE,
        Wanted.class,
        TaskSpec.Retry.NONE,
        Optional.empty(),
        OptionalInt.empty(),
        TaskSpec.Keep.DEFAULT,
        new AwaitCondition(asking, types));
  }

  /// The task type `mark-ready`, which does nothing: that it completes is what counts.
  public static TaskSpec markReady() {
    return new TaskSpec(
        MarkReady.TYPE,
        Origin.NONE,
        null,
        TaskSpec.Retry.NONE,
        Optional.empty(),
        OptionalInt.empty(),
        new TaskSpec.Keep.Forever(),
        (_, _) -> null);
  }

  @Override
  public @Nullable Object run(TaskContext context, @Nullable Object params) throws Throwable {
    Wanted wanted = (Wanted) java.util.Objects.requireNonNull(params);
    Try attempt = tried(wanted);
    Duration interval = duration("interval", wanted.interval(), INTERVAL);
    Duration timeout = duration("timeout", wanted.timeout(), TIMEOUT);
    Thread waiting = Thread.currentThread();
    String why = "";
    Watch watch = new Watch(timeout, interval);
    for (int tries = 1; !context.cancelled() && !waiting.isInterrupted(); tries++) {
      why = attempt.why(context);
      if (why.isEmpty()) {
        return Map.of("tries", tries);
      }
      if (watch.over()) {
        throw new IllegalStateException(
            "did not hold within "
                + DurationText.exact(timeout)
                + ", "
                + tries
                + " tries; at last: "
                + why);
      }
      context.progress(watch.fraction(), why);
      context.sleep(interval);
      watch.slept();
    }
    throw new InterruptedException("cancelled; at last: " + why);
  }

  /// Counts what was slept, so that no clock is needed.
  private static final class Watch {
    private final long limit;
    private final long step;
    private long slept;

    Watch(Duration limit, Duration step) {
      this.limit = limit.toNanos();
      this.step = step.toNanos();
    }

    void slept() {
      slept += step;
    }

    boolean over() {
      return slept >= limit;
    }

    double fraction() {
      return Math.min(1.0, (double) slept / limit);
    }
  }

  private interface Try {
    String why(TaskContext context) throws Throwable;
  }

  private Try tried(Wanted wanted) {
    List<Try> tries = new ArrayList<>();
    if (wanted.tcp() != null) {
      tries.add(asked(tcp(wanted.tcp())));
    }
    if (wanted.http() != null) {
      int status = wanted.status() == null ? 0 : wanted.status();
      tries.add(
          asked(
              new Check.Http(
                  wanted.http(), status == 0 ? 200 : status, status == 0 ? 399 : status)));
    }
    if (wanted.file() != null) {
      tries.add(asked(new Check.File(wanted.file())));
    }
    if (wanted.command() != null) {
      tries.add(asked(new Check.Exec(command(wanted.command()))));
    }
    if (wanted.check() != null) {
      tries.add(body(wanted.check(), wanted.params() == null ? Map.of() : wanted.params()));
    }
    if (tries.size() != 1) {
      throw new InvalidParams(
          "await-condition wants exactly one of tcp, http, file, command and check, not "
              + tries.size());
    }
    return tries.getFirst();
  }

  private Try asked(Check check) {
    return context -> asking.ask(check, context.name());
  }

  private Try body(String type, Map<String, ?> params) {
    return context -> {
      TaskSpec spec =
          types
              .apply(type)
              .orElseThrow(() -> new InvalidParams("check: " + Runner.unhandled(type)));
      Object given = Params.of(spec, Params.text(spec, params));
      String no = "check '" + type + "': ";
      try {
        Object answer = spec.body().run(context, given);
        return Boolean.TRUE.equals(answer) ? "" : no + answer;
      } catch (InterruptedException cancelled) {
        throw cancelled;
      } catch (Throwable thrown) {
        // As in a probe: what cannot be asked yet does not hold yet.
        return no + Attempt.words(thrown);
      }
    };
  }

  private static Check tcp(Object where) {
    if (where instanceof Number port) {
      return new Check.Tcp("localhost", port.intValue());
    }
    String text = String.valueOf(where);
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (!port.matches("\\d{1,5}")) {
      throw new InvalidParams("field 'tcp' wants a port or host:port, not '" + text + "'");
    }
    return new Check.Tcp(
        colon < 0 ? "localhost" : text.substring(0, colon), Integer.parseInt(port));
  }

  private static Command command(Object words) {
    if (words instanceof List<?> list) {
      return new Command.Argv(list.stream().map(word -> Value.of(String.valueOf(word))).toList());
    }
    return new Command.Shell(Value.of(String.valueOf(words)), List.of());
  }

  private static Duration duration(String field, @Nullable Object value, Duration otherwise) {
    if (value == null) {
      return otherwise;
    }
    Duration span =
        value instanceof Number seconds
            ? DurationText.read(new BigDecimal(seconds.toString()).toPlainString() + "s")
                .orElse(null)
            : DurationText.read(String.valueOf(value)).orElse(null);
    if (span == null) {
      throw new InvalidParams(
          "field '" + field + "' wants seconds or a text like '500ms', not '" + value + "'");
    }
    if (span.isNegative() || span.isZero()) {
      throw new InvalidParams("field '" + field + "' is not more than 0");
    }
    return span;
  }
}
