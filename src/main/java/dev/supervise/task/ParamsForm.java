package dev.supervise.task;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fills a record or a class with a constructor without arguments by the names of its fields. What
/// is absent has its zero value; what is there and does not fit, or has no field, is refused by
/// name.
final class ParamsForm {
  private ParamsForm() {}

  /// @throws InvalidParams it does not fit; the message begins with the field's name
  static Object fill(Class<?> form, Map<String, ?> values, String path) {
    Map<String, Type> fields = fields(form);
    for (String key : values.keySet()) {
      if (!fields.containsKey(key)) {
        throw new InvalidParams(
            "there is no field '" + path + key + "'" + offered(key, fields.keySet()));
      }
    }
    Map<String, @Nullable Object> fitted = new LinkedHashMap<>();
    values.forEach((key, value) -> {
      Type type = java.util.Objects.requireNonNull(fields.get(key));
      fitted.put(key, ParamsFit.fit(type, value, path + key));
    });
    try {
      return form.isRecord() ? record(form, fitted) : bean(form, fitted);
    } catch (InvocationTargetException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new InvalidParams(
          "a " + form.getSimpleName() + " cannot be made of them: " + why.getMessage());
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new InvalidParams("a " + form.getSimpleName() + " cannot be made: " + e.getMessage());
    }
  }

  private static String offered(String key, java.util.Set<String> names) {
    String near = dev.supervise.text.Nearest.to(key, names);
    return near.isEmpty()
        ? "; the fields are " + String.join(", ", names)
        : " (did you mean '" + near + "'?)";
  }

  static Map<String, Type> fields(Class<?> form) {
    Map<String, Type> fields = new LinkedHashMap<>();
    if (form.isRecord()) {
      for (RecordComponent component : form.getRecordComponents()) {
        fields.put(component.getName(), component.getGenericType());
      }
      return fields;
    }
    for (Class<?> at = form; at != null && at != Object.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (settable(field)) {
          fields.putIfAbsent(field.getName(), field.getGenericType());
        }
      }
    }
    return fields;
  }

  /// Groovy's own fields are transient or synthetic.
  private static boolean settable(Field field) {
    int not = Modifier.STATIC | Modifier.TRANSIENT | Modifier.FINAL;
    return (field.getModifiers() & not) == 0
        && !field.isSynthetic()
        && !field.getName().contains("$")
        && !field.getName().equals("metaClass");
  }

  private static Object record(Class<?> form, Map<String, @Nullable Object> values)
      throws ReflectiveOperationException {
    RecordComponent[] components = form.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = components[i].getName();
      arguments[i] = values.containsKey(name) ? values.get(name) : zero(types[i]);
    }
    Constructor<?> constructor = form.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(arguments);
  }

  private static Object bean(Class<?> form, Map<String, @Nullable Object> values)
      throws ReflectiveOperationException {
    Constructor<?> constructor = form.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object bean = constructor.newInstance();
    for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
      set(form, bean, value.getKey(), value.getValue());
    }
    return bean;
  }

  private static void set(Class<?> form, Object bean, String name, @Nullable Object value)
      throws ReflectiveOperationException {
    String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    for (Method method : form.getMethods()) {
      if (method.getName().equals(setter)
          && method.getParameterCount() == 1
          && !Modifier.isStatic(method.getModifiers())) {
        method.setAccessible(true);
        method.invoke(bean, value);
        return;
      }
    }
    for (Class<?> at = form; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          field.setAccessible(true);
          field.set(bean, value);
          return;
        }
      }
    }
  }

  /// What a component is where nothing is given for it.
  static @Nullable Object zero(Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    }
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
