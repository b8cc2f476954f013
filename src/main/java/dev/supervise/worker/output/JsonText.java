package dev.supervise.worker.output;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Bytes as the inside of a JSON string. Pure.
final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private JsonText() {}

  /// Whether the bytes are UTF-8, which JSON requires.
  static boolean possible(byte[] bytes, int offset, int length) {
    int i = offset;
    while (i < offset + length && bytes[i] >= 0) {
      i++;
    }
    if (i == offset + length) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, i, offset + length - i));
      return true;
    } catch (CharacterCodingException notUtf8) {
      return false;
    }
  }

  /// Puts text that is UTF-8, with escapes where JSON wants them.
  static void put(Bytes to, byte[] bytes, int offset, int length) {
    int plain = offset;
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      if (b == '"' || b == '\\' || b >= 0 && b < 0x20) {
        to.put(bytes, plain, i - plain);
        plain = i + 1;
        escape(to, b);
      }
    }
    to.put(bytes, plain, offset + length - plain);
  }

  static byte[] base64(byte[] bytes, int offset, int length) {
    return Base64.getEncoder().encode(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  private static void escape(Bytes to, byte b) {
    to.put('\\');
    switch (b) {
      case '"', '\\' -> to.put(b);
      case '\t' -> to.put('t');
      case '\r' -> to.put('r');
      default -> {
        to.put('u');
        to.put('0');
        to.put('0');
        to.put(HEX[b >> 4]);
        to.put(HEX[b & 15]);
      }
    }
  }
}
