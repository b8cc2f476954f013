package dev.supervise.dsl.load;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.ClosureDelegates;
import dev.supervise.dsl.script.LiveScript;
import dev.supervise.dsl.script.LoadedScript;
import dev.supervise.dsl.script.Rethrown;
import dev.supervise.dsl.script.ScriptPlace;
import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Missing;
import dev.supervise.dsl.value.WordError;
import dev.supervise.dsl.words.CompiledBody;
import dev.supervise.dsl.words.CurrentContext;
import dev.supervise.dsl.words.Dispatch;
import dev.supervise.dsl.words.FunctionApi;
import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.OpenBlock;
import dev.supervise.dsl.words.Words;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ScriptFrame;
import groovy.lang.Closure;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.runtime.InvokerInvocationException;
import org.jspecify.annotations.Nullable;

/// Carries out what compiled scripts call ([LoadedScript]): finds what a name means, says words to
/// the innermost block, and turns what goes wrong into mistakes.
///
/// While the script loads, on its thread, a name is a word of the innermost block, else the
/// script's own. Afterwards, and on other threads, there are no words: code that runs later has the
/// script's own methods and variables, and the API it is given.
public final class Interpreter implements LoadedScript.Runtime {
  /// Ends a load from within: the limit has passed, or whoever asked for it gave up.
  static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super(null, null, false, false);
    }
  }

  /// A mistake was noted already; the statement it stands in is left.
  private static final class Noted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Noted() {
      super(null, null, false, false);
    }
  }

  private final ScriptLoad load;

  Interpreter(ScriptLoad load) {
    this.load = load;
  }

  private boolean loading() {
    return load.open() && load.mine();
  }

  // Words

  @Override
  public @Nullable Object word(
      LoadedScript script,
      int line,
      int column,
      String name,
      @Nullable Object[] args,
      @Nullable Closure<?> closure) {
    Optional<Object> callee = ClosureDelegates.callee(closure, name, args);
    if (callee.isPresent()) {
      return InvokerHelper.invokeMethod(callee.get(), name, args);
    }
    if (!loading()) {
      Optional<FunctionApi> context = CurrentContext.answering(name);
      if (context.isPresent()) {
        return InvokerHelper.invokeMethod(context.get(), name, spoken(args));
      }
      Optional<Answer> own = own(script, name, args, closure);
      if (own.isEmpty() && Language.ValueApi.WORDS.contains(name)) {
        return InvokerHelper.invokeMethod(new Language.ValueApi(load.inputs()), name, spoken(args));
      }
      if (own.isEmpty() && name.equals(ScriptPlace.FILE)) {
        return script.place().file(args);
      }
      return own.orElseThrow(() -> late(name)).value();
    }
    Words block = load.block();
    if (!Dispatch.has(block, name)) {
      Optional<Answer> own =
          !Language.isWord(name) || declares(script, name)
              ? own(script, name, args, closure)
              : variable(script, name, args);
      if (own.isPresent()) {
        return own.get().value();
      }
      if (name.equals(ScriptPlace.FILE)) {
        try {
          return script.place().file(args);
        } catch (WordError refused) {
          note(script.file(), block, line, column, name, refused);
          return Missing.VALUE;
        }
      }
      note(script.file(), block, line, column, name, Language.unknownWord(block, name));
      return Missing.VALUE;
    }
    try {
      load.allow(block, name);
      Object answer = Dispatch.say(block, name, new Origin(script.file().shown(), line), args);
      if (answer instanceof Words inner && args[args.length - 1] instanceof Closure<?> body) {
        load.open(inner);
        try {
          body.call();
        } catch (Throwable thrown) {
          failed(script.file(), line, column, thrown);
        }
        load.close();
      }
      return answer;
    } catch (WordError | InvalidSpec | Missing.Met refused) {
      note(script.file(), block, line, column, name, refused);
      return Missing.VALUE;
    }
  }

  /// Arguments as a Java method takes them: texts with `${…}` as texts.
  private static @Nullable Object[] spoken(@Nullable Object[] args) {
    @Nullable Object[] spoken = args.clone();
    for (int i = 0; i < spoken.length; i++) {
      if (spoken[i] instanceof CharSequence text) {
        spoken[i] = text.toString();
      }
    }
    return spoken;
  }

  @Override
  public boolean open(
      LoadedScript script, int line, int column, String name, @Nullable Object[] args) {
    if (!loading()) {
      throw late(name);
    }
    Words block = load.block();
    @Nullable Object[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = CompiledBody.COMPILED;
    if (!Dispatch.has(block, name)) {
      note(script.file(), block, line, column, name, Language.unknownWord(block, name));
      return false;
    }
    try {
      load.allow(block, name);
      Object inner = Dispatch.say(block, name, new Origin(script.file().shown(), line), all);
      if (inner instanceof Words words) {
        load.open(words);
        return true;
      }
      return false;
    } catch (WordError | InvalidSpec | Missing.Met refused) {
      note(script.file(), block, line, column, name, refused);
      return false;
    }
  }

  @Override
  public void close() {
    load.close();
  }

  /// What a call that is no word returned.
  private record Answer(@Nullable Object value) {}

  /// A closure in a variable of the script, a method of it, or what the closure around knows.
  private static Optional<Answer> own(
      LoadedScript script, String name, @Nullable Object[] args, @Nullable Closure<?> closure) {
    Optional<Answer> variable = variable(script, name, args);
    if (variable.isPresent()) {
      return variable;
    }
    try {
      return Optional.of(
          new Answer(
              closure == null
                  ? InvokerHelper.invokeMethod(script, name, args)
                  : ClosureDelegates.call(closure, name, args)));
    } catch (MissingMethodException missing) {
      boolean nobodys =
          missing.getMethod().equals(name)
              && (LoadedScript.class.isAssignableFrom(missing.getType())
                  || Closure.class.isAssignableFrom(missing.getType()));
      if (!nobodys) {
        throw missing;
      }
      return Optional.empty();
    }
  }

  private static Optional<Answer> variable(
      LoadedScript script, String name, @Nullable Object[] args) {
    return script.variables().get(name) instanceof Closure<?> closure
        ? Optional.of(new Answer(closure.call(args)))
        : Optional.empty();
  }

  private static boolean declares(LoadedScript script, String name) {
    for (Method method : script.getClass().getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        return true;
      }
    }
    // What every typed line has is its own, though a block has a word of that name.
    return script instanceof LiveScript && LiveScript.has(name);
  }

  private static IllegalStateException late(String name) {
    return new IllegalStateException(
        Language.isWord(name)
            ? "'" + name + "' is a word of the script; code that runs later has none"
            : "unknown name '" + name + "' in code that runs later");
  }

  // Names

  @Override
  public @Nullable Object name(
      LoadedScript script, int line, int column, String name, @Nullable Closure<?> closure) {
    Optional<Object> holder = ClosureDelegates.holder(closure, name);
    if (holder.isPresent()) {
      return InvokerHelper.getProperty(holder.get(), name);
    }
    if (script.variables().containsKey(name)) {
      return script.variables().get(name);
    }
    if (Constant.known(name) && loading()) {
      return new Constant(name);
    }
    if (name.equals(ScriptPlace.DIRECTORY)) {
      return script.place().directory();
    }
    try {
      return closure == null
          ? InvokerHelper.getProperty(script, name)
          : ClosureDelegates.read(closure, name);
    } catch (MissingPropertyException missing) {
      if (!name.equals(missing.getProperty())) {
        throw missing;
      }
      if (!loading()) {
        throw new IllegalStateException("unknown name '" + name + "' in code that runs later");
      }
      Words block = load.block();
      note(
          script.file(),
          block,
          line,
          column,
          name,
          Dispatch.has(block, name)
              ? new WordError(name + " is a word; write " + name + "() or give it a value")
              : Language.unknownName(block, script.variables().keySet(), name));
      throw new Noted();
    }
  }

  @Override
  public @Nullable Object assign(
      LoadedScript script,
      int line,
      int column,
      String name,
      @Nullable Object value,
      @Nullable Closure<?> closure) {
    Optional<Object> taker = ClosureDelegates.taker(closure, name);
    if (taker.isPresent()) {
      InvokerHelper.setProperty(taker.get(), name, value);
      return value;
    }
    if (loading()) {
      Words block = load.block();
      if (Dispatch.has(block, name)) {
        word(script, line, column, name, new @Nullable Object[] {value}, null);
        return value;
      }
      if (!block.equals(load.root())) {
        WordError undeclared =
            new WordError(
                "'" + name + "' is assigned but not declared; write def " + name + " = …",
                Language.unknownWord(block, name).hint());
        note(script.file(), block, line, column, name, undeclared);
        return value;
      }
    }
    script.setProperty(name, value);
    return value;
  }

  // Mistakes

  private void note(
      SourceFile file, Words block, int line, int column, String word, RuntimeException why) {
    OpenBlock.broken(block);
    if (why instanceof Missing.Met) {
      return;
    }
    Mistake mistake =
        new Mistake(
            new Origin(file.shown(), line),
            column,
            OpenBlock.label(block),
            word,
            String.valueOf(why.getMessage()),
            why instanceof WordError wrong ? wrong.hint() : "");
    if (load.live()) {
      // What comes after it would act on a tree that is not as it was meant to be by then.
      throw new ScriptMistakes(List.of(mistake));
    }
    load.mistakes().add(mistake);
  }

  @Override
  public void failed(SourceFile file, int line, int column, Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof InvokerInvocationException
            || cause instanceof UndeclaredThrowableException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (!loading() || load.live() || cause instanceof Stopped || cause instanceof ScriptMistakes) {
      throw Rethrown.<RuntimeException>unchecked(cause);
    }
    if (cause instanceof InterruptedException) {
      throw new Stopped();
    }
    Words block = load.block();
    OpenBlock.broken(block);
    if (cause instanceof Noted || cause instanceof Missing.Met) {
      return;
    }
    if (Dispatch.refusal(cause)) {
      note(file, block, line, column, "", (RuntimeException) cause);
      return;
    }
    // Of a stack that does not tell, the word that was said last is the nearest place.
    Origin here = line > 0 ? new Origin(file.shown(), line) : OpenBlock.here(block);
    Origin origin = ScriptFrame.innermost(cause.getStackTrace()).orElse(here);
    load.mistakes()
        .thrown(
            new Mistake(
                origin,
                origin.equals(here) ? column : 0,
                OpenBlock.label(block),
                "",
                ThrownText.text(cause),
                ""),
            cause);
  }
}
