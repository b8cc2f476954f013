package dev.supervise.dsl.mistake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the walk and the run found, made into the one list that a user is shown. Pure.
public final class MistakeReport {
  /// The words that take what has to be given from outside.
  private static final Set<String> FROM_OUTSIDE = Set.of("param", "secret");

  /// More than this are not read by anybody.
  static final int LIMIT = 50;

  public static final Comparator<Mistake> BY_PLACE =
      Comparator.<Mistake, String>comparing(mistake -> mistake.origin().file())
          .thenComparingInt(mistake -> mistake.origin().line())
          .thenComparingInt(Mistake::column);

  private MistakeReport() {}

  /// Sorted by place, equal ones folded.
  ///
  /// What the walk found comes first. The run meets most of the same mistakes again: those count as
  /// the same when line and sentence agree, and then the unit's name is the run's, which knows what
  /// `"web-$i"` was; everything else the run says about a line that the walk named, or about no
  /// line at all, is a consequence and is left out. What the script lacks from outside is none.
  public static List<Mistake> of(List<Mistake> walked, List<Mistake> run) {
    Map<String, Mistake> kept = new LinkedHashMap<>();
    Map<String, Integer> times = new HashMap<>();
    Set<String> places = new HashSet<>();
    for (Mistake mistake : walked) {
      kept.putIfAbsent(key(mistake), mistake);
      places.add(mistake.origin().toString());
    }
    for (Mistake mistake : run) {
      String key = key(mistake);
      Mistake before = kept.get(key);
      if (before == null) {
        if ((places.contains(mistake.origin().toString()) && !FROM_OUTSIDE.contains(mistake.word()))
            || (mistake.origin().line() == 0 && !walked.isEmpty())) {
          continue;
        }
        kept.put(key, mistake);
      } else if (!times.containsKey(key)) {
        kept.put(key, named(before, mistake));
      }
      times.merge(key, 1 + mistake.more(), Integer::sum);
    }
    List<Mistake> folded = new ArrayList<>();
    kept.forEach((key, mistake) -> folded.add(mistake.folded(times.getOrDefault(key, 1) - 1)));
    folded.sort(BY_PLACE);
    return List.copyOf(folded);
  }

  private static Mistake named(Mistake walked, Mistake run) {
    return run.unit().isEmpty()
        ? walked
        : new Mistake(
            walked.origin(),
            walked.column(),
            run.unit(),
            walked.word(),
            walked.message(),
            walked.hint());
  }

  private static String key(Mistake mistake) {
    return mistake.origin() + "\n" + mistake.message();
  }
}
