package dev.supervise.plan;

import dev.supervise.plan.Codes.Place;
import dev.supervise.spec.App;
import dev.supervise.spec.Code;
import dev.supervise.spec.Code.Held;
import dev.supervise.spec.TaskSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of a new declaration's code is the code that is there already. Each load of a script makes
/// every closure anew, and with it all it captured: a queue, a counter, the classes of the script.
/// Code that has not changed therefore stays the very same code, in runs to come too, and goes on
/// with what it holds. Where code has changed, everybody who shares a thing that moves with it
/// counts as changed, too, so that all of them get the new thing together. Pure.
///
/// @param app what is declared, with the code that stays in its places
/// @param tied code of `app` that reads as before and is another one all the same, and why; by
///   identity
/// @param warnings what code that has run and does not run again made of things that new code gets
///   afresh
record Carried(App app, Map<Code, String> tied, List<String> warnings) {
  static Carried over(App was, App is) {
    return new Comparison(was, is).carried();
  }

  /// Who holds a thing, and what it is to him.
  private record Holder(Place place, Held held) {}

  /// Who shares what in one load of the script.
  private static final class Sharing {
    private final Map<Object, List<Holder>> holders = new IdentityHashMap<>();
    private final Map<String, List<Object>> things = new HashMap<>();
    private final Map<Object, Boolean> moving = new IdentityHashMap<>();

    Sharing(Map<String, Place> places) {
      for (Place place : places.values()) {
        for (Held held : place.code().held()) {
          holders
              .computeIfAbsent(held.thing(), _ -> new ArrayList<>())
              .add(new Holder(place, held));
          things.computeIfAbsent(place.key(), _ -> new ArrayList<>()).add(held.thing());
          if (held.moves()) {
            moving.put(held.thing(), true);
          }
        }
      }
    }

    /// Everybody else who shares with that place what may change.
    List<Holder> with(String key) {
      List<Holder> others = new ArrayList<>();
      for (Object thing : things.getOrDefault(key, List.of())) {
        if (moving.containsKey(thing)) {
          for (Holder holder : holders.getOrDefault(thing, List.of())) {
            if (!holder.place().key().equals(key)) {
              others.add(holder);
            }
          }
        }
      }
      return others;
    }
  }

  private static final class Comparison {
    private final App was;
    private final App is;
    private final Map<String, Place> before;
    private final Map<String, Place> after;
    private final Map<String, TaskSpec> tasks = new HashMap<>();
    private final Set<String> same = new LinkedHashSet<>();
    private final Map<Code, String> tied = new IdentityHashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    Comparison(App was, App is) {
      this.was = was;
      this.is = is;
      this.before = Codes.of(was);
      this.after = Codes.of(is);
      was.tasks().forEach(task -> tasks.put(Codes.ofTask(task.name()), task));
    }

    Carried carried() {
      after.values().stream().filter(this::reads).map(Place::key).forEach(same::add);
      boolean anew = after.values().stream().anyMatch(place -> !same.contains(place.key()));
      if (anew) {
        spread();
      }
      App kept =
          Codes.with(
              is,
              (key, code) -> {
                Place old = before.get(key);
                return same.contains(key) && old != null ? old.code() : code;
              });
      return new Carried(withForms(kept), tied, List.copyOf(warnings));
    }

    /// Whether it reads as what stands there.
    private boolean reads(Place place) {
      Place old = before.get(place.key());
      return old != null
          && old.code().opaque().isEmpty()
          && place.code().opaque().isEmpty()
          && old.code().text().equals(place.code().text())
          && Shape.same(form(was, place.key()), form(is, place.key()));
    }

    private static @Nullable Class<?> form(App app, String key) {
      for (TaskSpec task : app.tasks()) {
        if (Codes.ofTask(task.name()).equals(key)) {
          return task.params();
        }
      }
      return null;
    }

    /// From what is new to all who share with it, and on from there.
    private void spread() {
      Sharing old = new Sharing(before);
      Sharing now = new Sharing(after);
      Deque<Place> anew = new ArrayDeque<>();
      after.values().stream()
          .filter(place -> place.again() && !same.contains(place.key()))
          .forEach(anew::add);
      while (!anew.isEmpty()) {
        Place place = anew.remove();
        Map<String, Holder> partners = new LinkedHashMap<>();
        old.with(place.key()).forEach(each -> partners.putIfAbsent(each.place().key(), each));
        now.with(place.key()).forEach(each -> partners.putIfAbsent(each.place().key(), each));
        for (Holder partner : partners.values()) {
          Place other = after.get(partner.place().key());
          if (other != null && same.remove(other.key())) {
            tied.put(
                other.code(), partner.held().phrase() + " is shared with " + name(place, other));
            if (other.again()) {
              anew.add(other);
            }
          }
        }
        now.with(place.key()).stream()
            .filter(each -> !each.place().again())
            .forEach(each -> warnings.add(warning(place, each)));
      }
    }

    private static String name(Place place, Place to) {
      return place.owner().equals(to.owner()) ? "its " + place.word() : place.owner();
    }

    private static String warning(Place place, Holder once) {
      return place.owner()
          + " begins anew: "
          + once.held().phrase()
          + " is shared with "
          + once.place().owner()
          + ", which a reload does not call again";
    }

    /// The code of a task that stays knows the class it was written for.
    private App withForms(App kept) {
      List<TaskSpec> specs =
          kept.tasks().stream()
              .map(task -> {
                TaskSpec old = tasks.get(Codes.ofTask(task.name()));
                return old != null && same.contains(Codes.ofTask(task.name()))
                    ? task.withParams(old.params())
                    : task;
              })
              .toList();
      return kept.withTasks(specs);
    }
  }
}
