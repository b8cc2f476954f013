package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Origin;
import dev.supervise.spec.UnitSpec;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.util.function.Consumer;

/// What a pool's `template` block may say: one unit, without a name.
public final class TemplateWords extends Words {
  private final PoolWords pool;
  private final Consumer<UnitSpec> made;
  private boolean declared;

  TemplateWords(Declarations load, Origin origin, PoolWords pool, Consumer<UnitSpec> made) {
    super(load, origin);
    this.pool = pool;
    this.made = made;
  }

  @Override
  String label() {
    return pool.label();
  }

  @Override
  void finish() {
    if (broken()) {
      pool.breakBlock();
    } else if (!declared) {
      load.refused(this, new WordError("a template needs process { … } or function { … }"));
      pool.breakBlock();
    }
  }

  @Word("An OS process")
  public ProcessWords process(
      @DelegatesTo(value = ProcessWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    once();
    return new ProcessWords(load, here(), "pool", pool.name, made);
  }

  @Word("A closure on a thread of its own, supervised like a process")
  public FunctionWords function(
      @DelegatesTo(value = FunctionWords.class, strategy = Closure.DELEGATE_FIRST)
          Closure<?> block) {
    once();
    return new FunctionWords(load, here(), "pool", pool.name, made);
  }

  private void once() {
    if (declared) {
      throw new WordError("a template declares one unit; there is one already");
    }
    declared = true;
  }
}
