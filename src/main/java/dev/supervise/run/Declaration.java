package dev.supervise.run;

import dev.supervise.spec.App;
import dev.supervise.spec.Members;
import dev.supervise.spec.SupervisorSpec;
import java.util.List;

/// What a tree is declared as. The loop is its one owner: it gives a declaration its version when
/// it takes it over, and whoever shows or holds something that follows from one learns of it
/// afterwards ([Watcher#declared]). What the loop refuses was never declared.
///
/// @param version one more with every declaration that was taken over; 0: nothing is declared yet
public record Declaration(long version, App app) {
  public static final Declaration NOTHING =
      new Declaration(0, App.of(SupervisorSpec.root(new Members.Listed(List.of()))));

  Declaration followedBy(App next) {
    return new Declaration(version + 1, next);
  }
}
