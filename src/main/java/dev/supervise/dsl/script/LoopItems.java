package dev.supervise.dsl.script;

import groovy.lang.Closure;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.runtime.ScriptBytecodeAdapter;
import org.jspecify.annotations.Nullable;

/// What `each` and `times` run over, when the loop's body is a method of the script.
final class LoopItems {
  private LoopItems() {}

  static Iterator<?> of(
      LoadedScript script,
      @Nullable Object receiver,
      String loop,
      String body,
      @Nullable Object[] captured) {
    if (receiver == null && loop.equals("each")) {
      return Collections.emptyIterator();
    } else if (loop.equals("each") && receiver instanceof Collection<?> collection) {
      return collection.iterator();
    } else if (loop.equals("each") && receiver instanceof Map<?, ?> map) {
      return map.entrySet().iterator();
    } else if (loop.equals("times") && receiver instanceof Integer times) {
      return new Numbers(0, times - 1, 1);
    }
    InvokerHelper.invokeMethod(receiver, loop, new Object[] {new Body(script, body, captured)});
    return Collections.emptyIterator();
  }

  static Iterator<?> range(
      LoadedScript script,
      @Nullable Object from,
      @Nullable Object to,
      boolean withoutLast,
      String body,
      @Nullable Object[] captured) {
    if (from instanceof Integer first && to instanceof Integer last) {
      int step = first <= last ? 1 : -1;
      if (withoutLast && first.equals(last)) {
        return Collections.emptyIterator();
      }
      return new Numbers(first, withoutLast ? last - step : last, step);
    }
    try {
      Object range = ScriptBytecodeAdapter.createRange(from, to, !withoutLast);
      return of(script, range, "each", body, captured);
    } catch (Throwable thrown) {
      throw Rethrown.<RuntimeException>unchecked(thrown);
    }
  }

  private static final class Numbers implements Iterator<Integer> {
    private final long last;
    private final int step;
    private long next;

    Numbers(long first, long last, int step) {
      this.next = first;
      this.last = last;
      this.step = step;
    }

    @Override
    public boolean hasNext() {
      return step > 0 ? next <= last : next >= last;
    }

    @Override
    public Integer next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int number = (int) next;
      next += step;
      return number;
    }
  }

  /// The body as the closure it was written as.
  private static final class Body extends Closure<Object> {
    private static final long serialVersionUID = 1L;

    private final transient LoadedScript script;
    private final String method;
    private final transient @Nullable Object[] captured;

    Body(LoadedScript script, String method, @Nullable Object[] captured) {
      super(script, script);
      this.script = script;
      this.method = method;
      this.captured = captured;
    }

    @SuppressWarnings({"unused", "UnusedMethod"})
    public @Nullable Object doCall(@Nullable Object item) {
      @Nullable Object[] all = new @Nullable Object[captured.length + 1];
      all[0] = item;
      System.arraycopy(captured, 0, all, 1, captured.length);
      return InvokerHelper.invokeMethod(script, method, all);
    }
  }
}
