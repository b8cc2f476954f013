package dev.supervise.dsl.script;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.codehaus.groovy.runtime.FormatHelper;
import org.jspecify.annotations.Nullable;

/// What every typed line extends: a script that also sees the running tree, and whose `println`
/// goes to whoever typed it.
public abstract class LiveScript extends LoadedScript {
  /// The running tree, as lines see it. Any thread; throws [IllegalStateException] with a sentence.
  public interface Tree {
    /// A handle of one unit.
    Object unit(String name);

    /// A handle of every unit, in start order.
    List<?> units();

    /// Submits a task.
    ///
    /// @param id empty: a new one
    /// @return its id
    String submit(String type, Map<?, ?> params, String id);
  }

  private static final Set<String> OWN = Set.of("unit", "submit", "sleep");

  private @Nullable Tree tree;
  private @Nullable Consumer<String> out;

  public final void see(Tree tree, Consumer<String> out) {
    this.tree = tree;
    this.out = out;
  }

  public static boolean has(String method) {
    return OWN.contains(method);
  }

  private Tree tree() {
    Tree known = tree;
    if (known == null) {
      throw new IllegalStateException("there is no tree in a @Field initialiser");
    }
    return known;
  }

  private void write(String text) {
    Consumer<String> to = out;
    if (to != null) {
      to.accept(text);
    }
  }

  /// `def x = …`: a variable of the session.
  public final @Nullable Object keep$(String name, @Nullable Object value) {
    variables().put(name, value);
    return value;
  }

  // What lines call by name

  public Object unit(String name) {
    return tree().unit(name);
  }

  public List<?> getUnits() {
    return tree().units();
  }

  public String submit(String type) {
    return submit(Map.of(), type);
  }

  /// `submit 'import', url: 'x'`.
  public String submit(Map<?, ?> params, String type) {
    return tree().submit(type, params, "");
  }

  public String submit(String type, Map<?, ?> params) {
    return submit(params, type);
  }

  /// `submit('import', [url: 'x'], id: '…')`.
  public String submit(Map<?, ?> options, String type, Map<?, ?> params) {
    for (Object option : options.keySet()) {
      if (!option.equals("id")) {
        throw new IllegalStateException(
            "unknown option '" + option + ":' of 'submit'; allowed is id");
      }
    }
    Object id = options.get("id");
    return tree().submit(type, params, id == null ? "" : id.toString());
  }

  /// Unlike Groovy's own, ends with the line.
  public void sleep(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  public void sleep(Duration span) throws InterruptedException {
    Thread.sleep(span);
  }

  public void println() {
    write("\n");
  }

  public void println(@Nullable Object value) {
    write(FormatHelper.toString(value) + "\n");
  }

  public void print(@Nullable Object value) {
    write(FormatHelper.toString(value));
  }

  public void printf(String format, @Nullable Object value) {
    write(String.format(format, value));
  }

  public void printf(String format, @Nullable Object... values) {
    write(String.format(format, values));
  }
}
