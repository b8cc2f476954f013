package dev.supervise.repl;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.StatusText;
import dev.supervise.repl.live.UnitHandle;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Signals;
import dev.supervise.verb.Verb;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What could stand where the cursor is. Names of units are those of the newest look at the tree;
/// words of the language are asked of the instance.
final class Completions {
  /// One thing that could stand there.
  ///
  /// @param whole nothing belongs right behind it, so a blank may follow
  record Choice(String text, String about, boolean whole) {}

  /// Pale text behind the cursor.
  ///
  /// @param taken becomes part of the line when the right arrow is pressed; else it is only told
  record Hint(String text, boolean taken) {
    static final Hint NONE = new Hint("", false);
  }

  private static final Pattern LAST = Pattern.compile("[A-Za-z0-9_./-]*$");
  private static final Pattern UNIT_NAME =
      Pattern.compile("\\bunit\\(\\s*['\"]([A-Za-z0-9_./-]*)$");
  private static final Pattern HANDLE =
      Pattern.compile("\\bunit\\(\\s*['\"][^'\"]*['\"]\\s*\\)\\.(\\w*)$");
  private static final long PATIENCE_MILLIS = 1000;

  /// What a handle has, read from its class once.
  private static final Set<String> OF_HANDLE = ofHandle();

  private final Commands commands;
  private volatile List<UnitSnapshot> units = List.of();

  Completions(Commands commands) {
    this.commands = commands;
  }

  /// The newest look at the tree. Any thread.
  void seen(UnitSnapshot root) {
    List<UnitSnapshot> all = new ArrayList<>();
    collect(root, all);
    units = all;
  }

  private static void collect(UnitSnapshot unit, List<UnitSnapshot> all) {
    if (!unit.path().isEmpty()) {
      all.add(unit);
    }
    unit.children().forEach(child -> collect(child, all));
  }

  /// The part of a text that a choice would replace.
  static String last(String before) {
    Matcher matcher = LAST.matcher(before);
    return matcher.find() ? matcher.group() : "";
  }

  /// @param before the text before the cursor
  List<Choice> of(String before) {
    String text = before.stripLeading();
    boolean forced = text.startsWith(":");
    String line = forced ? text.substring(1).stripLeading() : text;
    int blank = line.indexOf(' ');
    if (blank < 0 && line.matches("[A-Za-z?]*")) {
      List<Choice> first = new ArrayList<>(verbs(line));
      if (!forced) {
        words(before, line).forEach(word -> first.add(new Choice(word, "", false)));
      }
      return first;
    }
    return commands.grammar().read(text) instanceof Line.Command(String verb, List<String> words)
        ? commands.named(verb).map(known -> operands(known, words, before)).orElse(List.of())
        : groovy(before);
  }

  private List<Choice> verbs(String begin) {
    return commands.verbs().stream()
        .filter(verb -> verb.name().startsWith(begin))
        .map(verb -> new Choice(verb.name(), verb.purpose(), true))
        .toList();
  }

  private List<Choice> operands(Verb verb, List<String> words, String before) {
    String part = last(before);
    if (part.startsWith("-")) {
      return verb.options().stream()
          .flatMap(
              option -> option.names().stream().map(name -> new Choice(name, option.about(), true)))
          .filter(each -> each.text().startsWith(part))
          .toList();
    }
    int done = before.endsWith(" ") ? words.size() : words.size() - 1;
    return switch (verb.operand()) {
      case NOTHING, TEXT -> List.of();
      case UNITS -> units(part, false);
      case POOLS -> done == 0 ? units(part, true) : List.of();
      case SIGNAL -> done == 0 ? choices(signals(), part) : units(part, false);
    };
  }

  private static List<String> signals() {
    return IntStream.rangeClosed(1, 31).mapToObj(Signals::name).toList();
  }

  private static List<Choice> choices(Collection<String> all, String part) {
    return all.stream()
        .filter(each -> each.startsWith(part))
        .map(each -> new Choice(each, "", true))
        .toList();
  }

  private List<Choice> units(String part, boolean pools) {
    List<Choice> found = new ArrayList<>();
    Set<String> said = new LinkedHashSet<>();
    for (UnitSnapshot unit : units) {
      if (pools && !unit.kind().equals("pool")) {
        continue;
      }
      boolean unique =
          units.stream().filter(other -> other.name().equals(unit.name())).count() == 1;
      String name = unique && !unit.path().startsWith(part) ? unit.name() : unit.path();
      String shown = unique && unit.name().startsWith(part) ? unit.name() : name;
      if (shown.startsWith(part) && said.add(shown)) {
        found.add(new Choice(shown, StatusText.status(unit), true));
      }
    }
    return found;
  }

  private List<Choice> groovy(String before) {
    Matcher named = UNIT_NAME.matcher(before);
    if (named.find()) {
      return units(named.group(1), false).stream()
          .map(choice -> new Choice(choice.text(), choice.about(), false))
          .toList();
    }
    Matcher handle = HANDLE.matcher(before);
    if (handle.find()) {
      String part = last(before);
      String head = part.substring(0, part.lastIndexOf('.') + 1);
      return OF_HANDLE.stream()
          .filter(each -> each.startsWith(handle.group(1)))
          .map(each -> new Choice(head + each, "", false))
          .toList();
    }
    String part = last(before);
    return words(before, part).stream().map(word -> new Choice(word, "", false)).toList();
  }

  /// Words of the block that is open, and names of the session: the instance knows them.
  private List<String> words(String before, String part) {
    try {
      return commands
                  .connection()
                  .ask(new Query.Complete(before))
                  .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              instanceof Answer.Texts(List<String> all)
          ? all.stream().filter(word -> word.startsWith(part)).toList()
          : List.of();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException | TimeoutException _) {
      // A list that comes too late is of no use to who typed on.
      return List.of();
    }
  }

  /// What could follow; asks nobody, as it is drawn with every key.
  Hint hint(String before) {
    String line = before.stripLeading();
    if (line.isEmpty() || line.contains("\n")) {
      return Hint.NONE;
    }
    if (line.matches("[a-z]+")) {
      List<Choice> verbs = verbs(line);
      return verbs.size() == 1 ? rest(verbs.getFirst().text(), line) : Hint.NONE;
    }
    if (!(commands.grammar().read(line) instanceof Line.Command(String name, List<String> words))) {
      return Hint.NONE;
    }
    Verb verb = commands.named(name).orElse(null);
    if (verb == null) {
      return Hint.NONE;
    }
    if (words.isEmpty() && before.endsWith(" ")) {
      return new Hint(verb.usage(), false);
    }
    if (words.isEmpty() || before.endsWith(" ")) {
      return Hint.NONE;
    }
    List<Choice> choices = operands(verb, words, before);
    return choices.size() == 1 ? rest(choices.getFirst().text(), last(before)) : Hint.NONE;
  }

  private static Hint rest(String whole, String part) {
    return whole.startsWith(part) ? new Hint(whole.substring(part.length()), true) : Hint.NONE;
  }

  private static Set<String> ofHandle() {
    Set<String> names = new TreeSet<>();
    for (var method : UnitHandle.class.getDeclaredMethods()) {
      String name = method.getName();
      if (!java.lang.reflect.Modifier.isPublic(method.getModifiers())
          || name.equals("equals")
          || name.equals("hashCode")
          || name.equals("toString")) {
        continue;
      }
      String bare = name.replaceFirst("^(get|is)(?=[A-Z])", "");
      names.add(
          bare.equals(name)
              ? name + "("
              : Character.toLowerCase(bare.charAt(0)) + bare.substring(1));
    }
    return names;
  }
}
