package dev.supervise.spec;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The durable tasks, as code of a script may use them. Any thread.
public interface Tasks {
  /// Submits a task and returns once it is on disk, before it runs. With the id of a task that is
  /// active or completed nothing new begins; with that of a failed one, one new attempt does.
  ///
  /// @param type the name of a declared task type
  /// @param params what JSON can say
  /// @param id a UUID; a random one where empty
  /// @return the task's id
  /// @throws RuntimeException it was not submitted, and why: no such type, no UUID, the id belongs
  ///   to a task with another type or other parameters, the store cannot be written
  UUID submit(String type, Map<String, ?> params, Optional<String> id);

  /// Waits until a task is over. Whoever waits in a task takes his place in its
  /// [TaskSpec#concurrency] meanwhile.
  ///
  /// @return the task's result
  /// @throws RuntimeException there is no such task, or it has failed or was cancelled, and why
  @Nullable Object await(UUID id) throws InterruptedException;

  /// Where nothing durable is at hand.
  Tasks NONE =
      new Tasks() {
        @Override
        public UUID submit(String type, Map<String, ?> params, Optional<String> id) {
          throw new IllegalStateException("no task can be submitted here");
        }

        @Override
        public @Nullable Object await(UUID id) {
          throw new IllegalStateException("there are no tasks here");
        }
      };
}
