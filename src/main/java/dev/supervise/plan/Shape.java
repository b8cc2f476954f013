package dev.supervise.plan;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether two classes are filled alike. A class of a script is another one at each load; what
/// decides whether yesterday's parameters fit today's is its fields.
final class Shape {
  private Shape() {}

  static boolean same(@Nullable Class<?> one, @Nullable Class<?> other) {
    return same(one, other, new HashSet<>());
  }

  private static boolean same(
      @Nullable Class<?> one, @Nullable Class<?> other, Set<Class<?>> looked) {
    if (one == null || other == null || one == other) {
      return one == other;
    }
    if (!looked.add(one)) {
      return true;
    }
    return one.getName().equals(other.getName())
        && fields(one).equals(fields(other))
        && parts(one, other, looked);
  }

  private static boolean parts(Class<?> one, Class<?> other, Set<Class<?>> looked) {
    List<Class<?>> ones = types(one);
    List<Class<?>> others = types(other);
    for (int i = 0; i < ones.size(); i++) {
      if (!same(ones.get(i), others.get(i), looked)) {
        return false;
      }
    }
    return true;
  }

  /// Each field with its type, or each constant, in order.
  private static List<String> fields(Class<?> type) {
    return filled(type).stream()
        .map(field -> field.getName() + " " + field.getGenericType().getTypeName())
        .toList();
  }

  private static List<Class<?>> types(Class<?> type) {
    List<Class<?>> types = new ArrayList<>();
    filled(type).forEach(field -> collect(field.getGenericType(), types));
    return types;
  }

  private static void collect(Type type, List<Class<?>> types) {
    switch (type) {
      case Class<?> plain -> types.add(plain.isArray() ? plain.getComponentType() : plain);
      case ParameterizedType generic -> {
        for (Type argument : generic.getActualTypeArguments()) {
          collect(argument, types);
        }
      }
      case WildcardType wild -> collect(wild.getUpperBounds()[0], types);
      default -> {}
    }
  }

  private static List<Field> filled(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        boolean own = !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic();
        if (own || field.isEnumConstant()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }
}
