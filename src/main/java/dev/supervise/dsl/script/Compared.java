package dev.supervise.dsl.script;

import dev.supervise.spec.Code;
import java.util.List;

/// Made of closures of a script, and compared by them.
public interface Compared extends Code {
  List<ClosureText> codes();

  @Override
  default String text() {
    StringBuilder text = new StringBuilder();
    codes().forEach(code -> text.append(code.text()).append('\n'));
    return text.toString();
  }

  @Override
  default List<Held> held() {
    return codes().stream().flatMap(code -> code.held().stream()).toList();
  }

  @Override
  default List<String> opaque() {
    return codes().stream().flatMap(code -> code.opaque().stream()).toList();
  }
}
