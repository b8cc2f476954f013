package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.MistakeReport;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.mistake.ScriptText.Place;
import dev.supervise.dsl.syntax.Fault;
import dev.supervise.dsl.syntax.GroovyTokens;
import dev.supervise.dsl.syntax.Lexeme;
import dev.supervise.dsl.syntax.Lexeme.Kind;
import dev.supervise.dsl.syntax.Lexer;
import dev.supervise.dsl.syntax.TopStatement;
import dev.supervise.dsl.words.MistakeText;
import dev.supervise.dsl.words.Vocabulary;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codehaus.groovy.syntax.SyntaxException;
import org.jspecify.annotations.Nullable;

/// Why a text is no script, where it stands, and what was probably meant. Pure.
public final class SyntaxMistakes {
  private static final Pattern KEYWORD =
      Pattern.compile(
          "(\\w+)\\s*[ (=:]\\s*"
              + "\\b(transient|default|native|volatile|synchronized|goto|const|static|final)\\b");
  private static final Pattern LABEL = Pattern.compile("^\\s*(\\w+):\\s*(.+)$");
  private static final Pattern EQUALS = Pattern.compile("^\\s*(\\w+)\\s.*?(\\w+)'?\\s*=\\s*(.+)$");

  /// What a shell does to a variable's value.
  private static final Pattern SHELL_FORM =
      Pattern.compile("\\$\\{!?[A-Za-z_]\\w*[%#^,/@:][^{\\n]*}");

  /// What no value begins with, so that something is missing before it.
  private static final String BINARY = "*/%<>=&|^?.,:";

  private static final int QUOTED = 40;

  private final ScriptText text;
  private final Lexer.Reading reading;
  private final Vocabulary vocabulary;

  public SyntaxMistakes(ScriptText text, Lexer.Reading reading, Vocabulary vocabulary) {
    this.text = text;
    this.reading = reading;
    this.vocabulary = vocabulary;
  }

  // What the lexer cannot read

  /// The faults that are told: all up to the first behind which nothing can be trusted.
  public static List<Fault> told(List<Fault> faults) {
    List<Fault> told = new ArrayList<>();
    for (Fault fault : faults) {
      told.add(fault);
      boolean last =
          switch (fault) {
            case Fault.OpenText _, Fault.OpenValue _, Fault.OpenComment _, Fault.Stray _ -> true;
            case Fault.CurlyQuote(int _, int _, boolean closed) -> !closed;
            case Fault.Escape _, Fault.Dollar _, Fault.ShellForm _, Fault.Hash _ -> false;
          };
      if (last) {
        break;
      }
    }
    return told;
  }

  /// @param at where Groovy's lexer gave up, for a text that has no fault to us
  /// @param more what else is wrong with the text
  public ScriptMistakes unreadable(GroovyTokens.Unreadable at, List<Mistake> more) {
    List<Fault> faults = told(reading.faults());
    if (faults.isEmpty()) {
      Place place = clamped(at.line(), at.column());
      return said(at.why())
          .map(said -> alone(place, new MistakeText(said, "")))
          .orElseGet(() -> alone(place, unexpected(place.line(), place.column())));
    }
    FaultAdvice advice = new FaultAdvice(text.text(), reading.lexemes());
    Map<String, Mistake> found = new LinkedHashMap<>();
    for (Fault fault : faults) {
      Place place = text.place(fault.start());
      // Who has written one $ on a line has written several.
      found.putIfAbsent(
          place.line() + " " + fault.getClass().getSimpleName(), mistake(place, advice.of(fault)));
    }
    List<Mistake> all = new ArrayList<>(found.values());
    all.addAll(more);
    Place first = text.place(faults.getFirst().start());
    return ScriptMistakes.unparsed(
        MistakeReport.of(all, List.of()), all.size() == 1 ? text.excerpt(first) : "");
  }

  /// A string of three quotes or a comment that nothing closes, in a text that Groovy's lexer can
  /// read: as an empty string and another one, as a division and a multiplication.
  public Optional<ScriptMistakes> leftOpen() {
    for (Fault fault : reading.faults()) {
      // What begins with $/ may be a division to Groovy, and is told where it is none.
      boolean open =
          fault.goesOn()
              && !(fault instanceof Fault.OpenText(_, _, String quote, _) && quote.equals("$/"));
      if (open) {
        MistakeText advice = new FaultAdvice(text.text(), reading.lexemes()).of(fault);
        return Optional.of(alone(text.place(fault.start()), advice));
      }
    }
    return Optional.empty();
  }

  /// What Groovy reads and nobody means.
  public List<Mistake> shellForms() {
    FaultAdvice advice = new FaultAdvice(text.text(), reading.lexemes());
    return reading.faults().stream()
        .filter(Fault.ShellForm.class::isInstance)
        .map(fault -> mistake(text.place(fault.start()), advice.of(fault)))
        .toList();
  }

  // What the parser cannot read

  ScriptMistakes unparsed(SyntaxException error) {
    Place place = clamped(error.getLine(), error.getStartColumn());
    List<Mistake> forms = shellForms();
    int there = place.line();
    if (forms.stream().anyMatch(form -> form.origin().line() == there)) {
      Mistake first = forms.getFirst();
      return ScriptMistakes.unparsed(
          forms,
          forms.size() == 1 ? text.excerpt(new Place(first.origin().line(), first.column())) : "");
    }
    Optional<Fault> form = shellForm(text.index(place));
    if (form.isPresent()) {
      return alone(
          text.place(form.get().start()),
          new FaultAdvice(text.text(), reading.lexemes()).of(form.get()));
    }
    Optional<MistakeText> known = newcomer(text.line(place.line()));
    if (known.isEmpty() && place.line() > 1 && text.line(place.line()).isBlank()) {
      known = newcomer(text.line(place.line() - 1));
      place = known.isPresent() ? clamped(place.line() - 1, place.column()) : place;
    }
    if (known.isPresent()) {
      return alone(place, known.get());
    }
    Optional<OpenBracket> open = OpenBracket.in(text.text(), reading.lexemes());
    if (open.isPresent() && text.place(open.get().start()).line() <= place.line()) {
      return alone(text.place(open.get().start()), leftOpen(open.get()));
    }
    Optional<String> said = said(String.valueOf(error.getOriginalMessage()));
    return said.isPresent() ? alone(place, new MistakeText(said.get(), "")) : behind(place);
  }

  /// `${FILE%.*}` around a place where the parser gave up.
  private Optional<Fault> shellForm(int at) {
    for (Lexeme lexeme : reading.lexemes()) {
      int end = lexeme.kind() == Kind.OPEN ? text.text().indexOf('}', lexeme.start()) + 1 : 0;
      if (lexeme.start() <= at && at < end) {
        String form = text.text().substring(lexeme.start(), end);
        if (SHELL_FORM.matcher(form).matches()) {
          return Optional.of(new Fault.ShellForm(lexeme.start(), end));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> said(String message) {
    return CompilerSentence.of(message, text.text(), "");
  }

  /// A text that the parser gives up without saying why.
  ScriptMistakes unparsed(Place place) {
    return alone(
        place,
        new MistakeText(
            "this does not parse", "write the statement that begins here in another way"));
  }

  /// What parses, and has no meaning that the compiler could give it.
  public ScriptMistakes uncompiled(Place place) {
    return alone(
        place,
        new MistakeText(
            "this does not compile", "write the statement that begins here in another way"));
  }

  /// Brackets that nest deeper than the compiler is given.
  public ScriptMistakes tooDeep(int most) {
    return alone(
        text.place(reading.deepest()),
        new MistakeText(
            "this is nested too deeply: "
                + reading.depth()
                + " brackets inside one another, of which "
                + most
                + " are allowed",
            "use a loop or a method"));
  }

  /// The statement with the most in it: where the compiler most likely had too much to do.
  public Place statement() {
    TopStatement most = new TopStatement(0, 0, 0);
    for (TopStatement each : TopStatement.of(reading.lexemes())) {
      most = each.lexemes() > most.lexemes() ? each : most;
    }
    return text.place(most.start());
  }

  ScriptMistakes alone(Place place, MistakeText advice) {
    return ScriptMistakes.unparsed(List.of(mistake(place, advice)), text.excerpt(place));
  }

  private Mistake mistake(Place place, MistakeText advice) {
    return new Mistake(
        new Origin(text.path(), place.line()),
        place.column(),
        "",
        "",
        advice.message(),
        advice.hint());
  }

  private Place clamped(int line, int column) {
    int inside = Math.clamp(line, 1, Math.max(1, text.lines().size()));
    String there = text.line(inside);
    int end = there.codePointCount(0, there.length()) + 1;
    return new Place(inside, Math.clamp(column, 1, end));
  }

  private MistakeText leftOpen(OpenBracket left) {
    Place place = text.place(left.start());
    String line = text.line(place.line());
    String before = line.substring(0, ScriptText.index(line, place.column())).strip();
    Matcher opener = Pattern.compile("(\\w+)\\s*\\(?\\s*('[^']*'|\"[^\"]*\")?").matcher(before);
    String what = left.bracket().equals("{") ? "this block" : "this '" + left.bracket() + "'";
    if (left.bracket().equals("{") && opener.lookingAt() && isWord(opener.group(1))) {
      String name = opener.group(2);
      what =
          "the block of "
              + opener.group(1)
              + (name == null ? "" : " '" + name.substring(1, name.length() - 1) + "'");
    }
    return new MistakeText(
        what
            + " is left open: '"
            + left.closing()
            + "' is missing"
            + (left.close().isEmpty() ? "" : " before '" + left.close() + "'"),
        "");
  }

  private Optional<MistakeText> newcomer(String line) {
    Matcher keyword = KEYWORD.matcher(line);
    if (keyword.find() && isWord(keyword.group(1))) {
      String word = keyword.group(2);
      return Optional.of(
          new MistakeText(
              "'" + word + "' is a keyword of Java and cannot stand bare",
              word.equals("transient")
                  ? "write "
                      + keyword.group(1)
                      + " onFailure or "
                      + keyword.group(1)
                      + " 'transient'"
                  : "write '" + word + "' in quotes"));
    }
    Matcher label = LABEL.matcher(line);
    if (label.find() && isWord(label.group(1))) {
      return Optional.of(
          NewcomerForms.colon(
              label.group(1),
              takesOptions(label.group(1)) ? "NAME: value" : label.group(2).strip()));
    }
    Matcher equals = EQUALS.matcher(line);
    if (equals.find() && takesOptions(equals.group(1))) {
      return Optional.of(
          new MistakeText(
              "'" + equals.group(2) + " = …' is an assignment to Groovy, not a named value",
              "write " + equals.group(1) + " " + equals.group(2) + ": " + equals.group(3).strip()));
    }
    return Optional.empty();
  }

  private boolean isWord(String name) {
    return !vocabulary.placesOf(name).isEmpty();
  }

  private boolean takesOptions(String name) {
    for (Block block : vocabulary.blocks()) {
      Vocabulary.Entry entry = block.words().get(name);
      if (entry != null && entry.takesOptions()) {
        return true;
      }
    }
    return false;
  }

  /// What stands where the parser gave up; or what is missing right before it, which is then the
  /// place.
  private ScriptMistakes behind(Place place) {
    int at = text.index(place);
    Lexeme before = null;
    Lexeme here = null;
    for (Lexeme lexeme : reading.lexemes()) {
      if (lexeme.end() > at && !(lexeme.kind() == Kind.TEXT && lexeme.start() == lexeme.end())) {
        here = lexeme;
        break;
      }
      before = lexeme.kind() == Kind.NEWLINE ? before : lexeme;
    }
    boolean ended =
        here == null
            || switch (here.kind()) {
              case NEWLINE, SEMICOLON, CLOSE -> true;
              case WORD, NUMBER, TEXT, SIGN, OPEN -> false;
            };
    if (ended && before != null && before.kind() == Kind.SIGN && wants(before)) {
      return missing(before);
    }
    Lexeme dangling = dangling(at);
    if (dangling != null) {
      return missing(dangling);
    }
    if (here == null || here.kind() == Kind.NEWLINE) {
      return alone(place, new MistakeText("this does not parse: unexpected end of the line", ""));
    }
    Lexeme next = next(here);
    if (here.kind() == Kind.SIGN
        && next != null
        && next.kind() == Kind.SIGN
        && BINARY.contains(written(next))) {
      return alone(
          text.place(here.start()),
          new MistakeText(
              "a value is missing between '" + written(here) + "' and '" + written(next) + "'",
              ""));
    }
    return alone(place, unexpected(place.line(), place.column()));
  }

  private ScriptMistakes missing(Lexeme behind) {
    Lexeme first = firstOf(behind);
    String sign = text.text().substring(first.start(), behind.end());
    return alone(
        text.place(first.start()),
        new MistakeText(
            "a value is missing behind this '" + sign + "'",
            sign.equals(",") ? "or take the comma away" : ""));
  }

  /// An operator of this statement or a later one that nothing follows.
  private @Nullable Lexeme dangling(int from) {
    Lexeme sign = null;
    for (Lexeme lexeme : reading.lexemes()) {
      boolean ends =
          switch (lexeme.kind()) {
            case CLOSE, SEMICOLON -> true;
            case WORD, NUMBER, TEXT, SIGN, OPEN, NEWLINE -> false;
          };
      if (ends && sign != null) {
        return sign;
      }
      if (lexeme.kind() != Kind.NEWLINE) {
        boolean binary =
            lexeme.start() >= from
                && lexeme.kind() == Kind.SIGN
                && wants(lexeme)
                && "+-/%=&|^.,".contains(written(lexeme));
        sign = binary ? lexeme : null;
      }
    }
    return sign;
  }

  /// Where `..` and `&&` begin.
  private Lexeme firstOf(Lexeme sign) {
    Lexeme first = sign;
    for (Lexeme lexeme : reading.lexemes().reversed()) {
      if (lexeme.kind() == Kind.SIGN && lexeme.end() == first.start()) {
        first = lexeme;
      }
    }
    return first;
  }

  /// `x++` wants nothing more.
  private boolean wants(Lexeme sign) {
    return sign.end() - sign.start() == 1 && !written(sign).equals("@");
  }

  private @Nullable Lexeme next(Lexeme lexeme) {
    int following = reading.lexemes().indexOf(lexeme) + 1;
    return following < reading.lexemes().size() ? reading.lexemes().get(following) : null;
  }

  private String written(Lexeme lexeme) {
    String written = text.text().substring(lexeme.start(), lexeme.end());
    String first = written.lines().findFirst().orElse("");
    return first.length() > QUOTED || first.length() < written.length()
        ? first.substring(0, Math.min(QUOTED, first.length())) + "…"
        : first;
  }

  private MistakeText unexpected(int line, int column) {
    int at = text.index(clamped(line, column));
    for (Lexeme lexeme : reading.lexemes()) {
      if (lexeme.end() > at) {
        if (lexeme.kind() == Kind.NEWLINE) {
          break;
        }
        String written = written(lexeme);
        return lexeme.kind() == Kind.CLOSE && closesNothing(lexeme)
            ? new MistakeText("this '" + written + "' closes nothing", "")
            : new MistakeText("this does not parse: unexpected '" + written + "'", "");
      }
    }
    return new MistakeText("this does not parse: unexpected end of the line", "");
  }

  private boolean closesNothing(Lexeme close) {
    int depth = 0;
    for (Lexeme lexeme : reading.lexemes()) {
      if (lexeme.equals(close)) {
        break;
      }
      depth +=
          switch (lexeme.kind()) {
            case OPEN -> 1;
            case CLOSE -> -1;
            case WORD, NUMBER, TEXT, SIGN, SEMICOLON, NEWLINE -> 0;
          };
      depth = Math.max(0, depth);
    }
    return depth == 0;
  }
}
