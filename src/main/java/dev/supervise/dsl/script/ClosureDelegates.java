package dev.supervise.dsl.script;

import groovy.lang.Closure;
import groovy.lang.MetaClass;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.util.Map;
import java.util.Optional;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;

/// What a name means to a closure itself, when somebody gave it a delegate: `list.with { add 1 }`,
/// `new Site().tap { port = 80 }`, builders. Plain Groovy, which has nothing to do with blocks of
/// words.
public final class ClosureDelegates {
  private ClosureDelegates() {}

  /// The object that the closure, or one around it, was told to ask first.
  private static Optional<Object> asked(@Nullable Closure<?> closure) {
    Object each = closure;
    while (each instanceof Closure<?> inside) {
      Object delegate = inside.getDelegate();
      boolean first =
          inside.getResolveStrategy() == Closure.DELEGATE_FIRST
              || inside.getResolveStrategy() == Closure.DELEGATE_ONLY;
      if (first && delegate != null && !(delegate instanceof LoadedScript)) {
        return Optional.of(delegate);
      }
      each = inside.getOwner();
    }
    return Optional.empty();
  }

  /// The one asked first, if it has such a method.
  public static Optional<Object> callee(
      @Nullable Closure<?> closure, String method, @Nullable Object[] args) {
    return asked(closure)
        .filter(object -> !metaClass(object).respondsTo(object, method, args).isEmpty());
  }

  /// The one asked first, if it has such a property.
  public static Optional<Object> holder(@Nullable Closure<?> closure, String property) {
    return asked(closure)
        .filter(object ->
            object instanceof Map<?, ?> map
                ? map.containsKey(property)
                : metaClass(object).hasProperty(object, property) != null);
  }

  /// The one asked first, if it takes such a property.
  public static Optional<Object> taker(@Nullable Closure<?> closure, String property) {
    return asked(closure)
        .filter(object ->
            object instanceof Map<?, ?> || metaClass(object).hasProperty(object, property) != null);
  }

  /// As Groovy calls a method from inside the closure: its owners, then whatever they were given.
  ///
  /// @throws MissingMethodException naming the closure's or the script's class: nobody has it
  static @Nullable public Object call(Closure<?> closure, String method, @Nullable Object[] args) {
    return InvokerHelper.invokeMethod(closure, method, args);
  }

  /// As Groovy reads a property inside the closure.
  ///
  /// @throws MissingPropertyException nobody has it
  static @Nullable public Object read(Closure<?> closure, String property) {
    return closure.getProperty(property);
  }

  private static MetaClass metaClass(Object object) {
    return InvokerHelper.getMetaClass(object);
  }
}
