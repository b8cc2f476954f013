package dev.supervise.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one JSON text.
final class JsonReader {
  /// Longer numbers are refused: making one of a million digits takes minutes.
  private static final int LONGEST_NUMBER = 1000;

  private final String text;
  private final int deepest;
  private int at;

  JsonReader(String text, int deepest) {
    this.text = text;
    this.deepest = deepest;
  }

  @Nullable Object whole() {
    @Nullable Object value = value(0);
    blanks();
    if (at < text.length()) {
      throw wrong("something follows the end");
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    if (depth > deepest) {
      throw wrong("nested deeper than " + deepest);
    }
    blanks();
    return switch (next()) {
      case '{' -> object(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    at++;
    blanks();
    if (next() == '}') {
      at++;
      return map;
    }
    while (true) {
      blanks();
      if (next() != '"') {
        throw wrong("a key in quotes is wanted");
      }
      String key = string();
      blanks();
      take(':');
      map.put(key, value(depth + 1));
      blanks();
      if (next() == '}') {
        at++;
        return map;
      }
      take(',');
    }
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    at++;
    blanks();
    if (next() == ']') {
      at++;
      return list;
    }
    while (true) {
      list.add(value(depth + 1));
      blanks();
      if (next() == ']') {
        at++;
        return list;
      }
      take(',');
    }
  }

  private String string() {
    int from = ++at;
    int end = from;
    while (end < text.length() && plain(text.charAt(end))) {
      end++;
    }
    if (end < text.length() && text.charAt(end) == '"') {
      at = end + 1;
      return text.substring(from, end);
    }
    StringBuilder made = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ') {
        throw wrong("a control character inside a text");
      }
      at++;
      made.append(c == '\\' ? escaped() : c);
    }
    at++;
    return made.toString();
  }

  private static boolean plain(char c) {
    return c != '"' && c != '\\' && c >= ' ';
  }

  private char escaped() {
    char c = next();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("no such escape: \\" + c);
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits are wanted after \\u");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private Object number() {
    int from = at;
    if (next() == '-') {
      at++;
    }
    int first = at;
    digits();
    if (at > first + 1 && text.charAt(first) == '0') {
      throw wrong("a number does not begin with 0");
    }
    boolean whole = true;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
      whole = false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      digits();
      whole = false;
    }
    String number = text.substring(from, at);
    if (number.length() > LONGEST_NUMBER) {
      throw wrong("a number of more than " + LONGEST_NUMBER + " characters");
    }
    return whole ? whole(number) : decimal(number);
  }

  private static Object whole(String number) {
    return number.length() <= 18 ? Long.valueOf(number) : fitting(new BigInteger(number));
  }

  private static Object fitting(BigInteger number) {
    return number.bitLength() < 64 ? Long.valueOf(number.longValue()) : number;
  }

  private BigDecimal decimal(String number) {
    try {
      return new BigDecimal(number);
    } catch (NumberFormatException e) {
      throw wrong("no number: " + number);
    }
  }

  private void digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong(
          at == text.length() ? "it ends too early" : "unexpected '" + text.charAt(at) + "'");
    }
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("unexpected '" + text.charAt(at) + "'");
    }
    at += word.length();
    return value;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char next() {
    if (at == text.length()) {
      throw wrong("it ends too early");
    }
    return text.charAt(at);
  }

  private void take(char wanted) {
    if (next() != wanted) {
      throw wrong("'" + wanted + "' is wanted, not '" + text.charAt(at) + "'");
    }
    at++;
  }

  private InvalidJson wrong(String what) {
    return new InvalidJson("not JSON, at character " + (at + 1) + ": " + what);
  }
}
