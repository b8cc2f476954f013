package dev.supervise.dsl.script;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// What the code of a script that runs later does to the things it has names for: a reading of its
/// text, one name at a time, that rather calls a thing written than misses that it is. What it
/// cannot follow, a thing that is handed on under another name, counts as written.
final class Uses {
  /// Methods of collections, queues, counters and locks after which they are not what they were.
  private static final Set<String> WRITING =
      names(
          """
          add addAll addFirst addLast put putAll putAt putIfAbsent putFirst putLast remove
          removeAll removeAt removeElement removeFirst removeIf removeLast retainAll replace
          replaceAll clear set setAt setLength push pop poll pollFirst pollLast pollFirstEntry
          pollLastEntry offer offerFirst offerLast take transfer drainTo leftShift sort unique
          swap shuffle compute computeIfAbsent computeIfPresent merge append insert delete
          deleteCharAt setCharAt increment decrement accumulate incrementAndGet
          decrementAndGet getAndIncrement getAndDecrement addAndGet getAndAdd getAndSet
          compareAndSet updateAndGet getAndUpdate accumulateAndGet getAndAccumulate lazySet
          reset sumThenReset lock tryLock unlock acquire tryAcquire release countDown submit
          execute close getOrPut setProperty
          """);

  /// What shows or tests what it is given.
  private static final Set<String> SHOWING =
      names("println print printf log debug info warn error if while switch assert in");

  private static final Set<String> NO_TYPES =
      names("return else throw assert case in do new instanceof as");

  private final Set<String> assigned = new HashSet<>();
  private final Set<String> written = new HashSet<>();

  private Uses() {}

  private static Set<String> names(String words) {
    return Set.of(words.strip().split("\\s+"));
  }

  /// @param code the texts of everything that runs later
  static Uses of(Collection<String> code) {
    Uses uses = new Uses();
    code.forEach(text -> uses.new Reading(text).read());
    return uses;
  }

  /// Whether the variable gets another value.
  boolean assigned(String name) {
    return assigned.contains(name);
  }

  /// Whether what the name stands for may be changed, or be handed to somebody who may do so.
  boolean written(String name) {
    return written.contains(name);
  }

  /// Goes over one text once.
  private final class Reading {
    private final String text;
    private int at;

    Reading(String text) {
      this.text = text;
    }

    void read() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '/' && next(1) == '/') {
          at = end(text.indexOf('\n', at));
        } else if (c == '/' && next(1) == '*') {
          at = end(text.indexOf("*/", at + 2));
        } else if (c == '\'') {
          plainText();
        } else if (c == '"') {
          template();
        } else if (Character.isJavaIdentifierStart(c) && c != '$') {
          name();
        } else {
          at++;
        }
      }
    }

    private int end(int found) {
      return found < 0 ? text.length() : found;
    }

    private char next(int ahead) {
      return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private void plainText() {
      String quote = text.startsWith("'''", at) ? "'''" : "'";
      at = after(quote, at + quote.length());
    }

    /// Past the quote that closes.
    private int after(String quote, int from) {
      int i = from;
      while (i < text.length() && !text.startsWith(quote, i)) {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
      return Math.min(text.length(), i + quote.length());
    }

    /// Of a text with `${…}` the inserted code is read; `$name` only shows.
    private void template() {
      String quote = text.startsWith("\"\"\"", at) ? "\"\"\"" : "\"";
      int i = at + quote.length();
      while (i < text.length() && !text.startsWith(quote, i)) {
        if (text.startsWith("${", i)) {
          int close = close(i + 1);
          String inserted = text.substring(i + 2, Math.max(i + 2, close - 1)).strip();
          if (!inserted.matches("[\\w.]*")) {
            new Reading(inserted).read();
          }
          i = close;
        } else {
          i += text.charAt(i) == '\\' ? 2 : 1;
        }
      }
      at = Math.min(text.length(), i + quote.length());
    }

    /// Past the bracket that closes the one at `open`.
    private int close(int open) {
      int depth = 0;
      int i = open;
      while (i < text.length()) {
        char c = text.charAt(i);
        if (c == '\'' || c == '"') {
          i = after(String.valueOf(c), i + 1);
          continue;
        }
        depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
        i++;
        if (depth == 0) {
          return i;
        }
      }
      return text.length();
    }

    private int word(int from) {
      int i = from;
      while (i < text.length() && Character.isJavaIdentifierPart(text.charAt(i))) {
        i++;
      }
      return i;
    }

    private void name() {
      int start = at;
      at = word(at);
      String name = text.substring(start, at);
      boolean member = start > 0 && text.charAt(start - 1) == '.' && !before(start, "this.");
      int i = at;
      boolean chain = false;
      while (true) {
        int dot = dot(i);
        if (dot > 0) {
          int method = word(dot);
          if (WRITING.contains(text.substring(dot, method))) {
            written.add(name);
          }
          chain = true;
          i = method;
        } else if (i < text.length() && (text.charAt(i) == '[' || text.charAt(i) == '(')) {
          chain = true;
          i = close(i);
        } else if (chain && text.startsWith("{", blanks(i))) {
          i = close(blanks(i));
        } else {
          break;
        }
      }
      judge(name, start, blanks(i), chain, member);
    }

    private boolean before(int end, String what) {
      return text.startsWith(what, end - what.length());
    }

    /// Where the name after `.`, `?.` or `*.` begins; 0 where none follows.
    private int dot(int from) {
      int i = from;
      while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
        i++;
      }
      if (text.startsWith("?.", i) || text.startsWith("*.", i)) {
        return i + 2;
      }
      return text.startsWith(".", i) && !text.startsWith("..", i) ? i + 1 : 0;
    }

    private int blanks(int from) {
      int i = from;
      while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
        i++;
      }
      return i;
    }

    private void judge(String name, int start, int after, boolean chain, boolean member) {
      if (text.startsWith("<<", after)) {
        written.add(name);
      } else if (assignment(after)
          || text.startsWith("++", after)
          || text.startsWith("--", after)
          || before(start, "++")
          || before(start, "--")) {
        if (chain) {
          written.add(name);
        } else if (!declaration(start)) {
          assigned.add(name);
        }
      } else if (!chain && !member && handedOn(start, after)) {
        written.add(name);
      }
    }

    private boolean assignment(int i) {
      int length = 0;
      while (i + length < text.length() && "*<>+-/%&|^?".indexOf(text.charAt(i + length)) >= 0) {
        length++;
      }
      int equals = i + length;
      boolean one = equals < text.length() && text.charAt(equals) == '=';
      boolean more = equals + 1 < text.length() && "=~>".indexOf(text.charAt(equals + 1)) >= 0;
      boolean compares = length == 1 && "<>".indexOf(text.charAt(i)) >= 0;
      return one && !more && !compares;
    }

    /// `def n = 1`, `static int n = 1`.
    private boolean declaration(int start) {
      int end = backOverBlanks(start);
      if (end == start || end == 0) {
        return false;
      }
      char last = text.charAt(end - 1);
      if (last == '>' || last == ']') {
        return true;
      }
      String word = wordBefore(end);
      return !word.isEmpty() && !NO_TYPES.contains(word);
    }

    private int backOverBlanks(int from) {
      int i = from;
      while (i > 0 && (text.charAt(i - 1) == ' ' || text.charAt(i - 1) == '\t')) {
        i--;
      }
      return i;
    }

    private String wordBefore(int end) {
      int i = end;
      while (i > 0 && Character.isJavaIdentifierPart(text.charAt(i - 1))) {
        i--;
      }
      return text.substring(i, end);
    }

    /// The bare name stands where somebody else may take the thing itself.
    private boolean handedOn(int start, int after) {
      char follows = after < text.length() ? text.charAt(after) : ';';
      // `a: 1` is a key, `a + b` and its kin make something new.
      if (follows == ':' || "+-*/%=!<>&|?".indexOf(follows) >= 0) {
        return false;
      }
      String then = text.substring(after, word(after));
      if (then.equals("in") || then.equals("as") || then.equals("instanceof")) {
        return false;
      }
      int end = backOverBlanks(start);
      char last = end == 0 ? 0 : text.charAt(end - 1);
      if (before(end, "->")) {
        return true;
      }
      if (last == '(') {
        return !SHOWING.contains(wordBefore(backOverBlanks(end - 1)));
      }
      boolean shifted = before(end, "<<");
      if ("+-*%&|!".indexOf(last) >= 0
          || "<>".indexOf(last) >= 0 && !shifted
          || before(end, "==")) {
        return false;
      }
      return !SHOWING.contains(wordBefore(end));
    }
  }
}
