package dev.supervise.broken.plan;

import dev.supervise.broken.run.Loop;
import groovy.lang.Closure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jline.reader.LineReader;
import org.slf4j.LoggerFactory;

/// Breaks every fence of ArchitectureSpec that one class can break, to prove that each of them is
/// up. Its package has no `@NullMarked`. Never run.
public final class ForbiddenHelper {
  private ForbiddenHelper() {}

  sealed interface Shape permits Circle, Square {}

  record Circle() implements Shape {}

  record Square() implements Shape {}

  enum Colour {
    RED,
    GREEN
  }

  static int defaultOnSealed(Shape shape) {
    return switch (shape) {
      case Circle _ -> 1;
      default -> 2;
    };
  }

  static int defaultOnEnum(Colour colour) {
    switch (colour) {
      case RED:
        return 1;
      default:
        return 2;
    }
  }

  static int defaultWhereItIsNeeded(String word) {
    return switch (word) {
      case "one" -> 1;
      default -> 2;
    };
  }

  static void everything(Loop loop, Closure<?> closure, Connection connection, LineReader reader)
      throws IOException, SQLException {
    loop.turn(new ForbiddenHelper());
    Thread.ofVirtual().start(() -> System.out.println(System.nanoTime()));
    try (var arena = Arena.ofConfined()) {
      LoggerFactory.getLogger("x").info("{} {} {} {}", arena, closure.call(), connection, reader);
    }
    Files.delete(Path.of("x"));
    SocketChannel.open(StandardProtocolFamily.UNIX).close();
    DriverManager.getConnection("jdbc:sqlite:x").close();
  }
}
