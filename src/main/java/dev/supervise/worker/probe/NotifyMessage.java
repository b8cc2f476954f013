package dev.supervise.worker.probe;

import dev.supervise.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One thing a service says of itself by sd_notify(3). What the protocol knows beyond these
/// concerns the manager it was made for, and is passed over, as the protocol asks for.
public sealed interface NotifyMessage {
  /// It is up.
  record Ready() implements NotifyMessage {}

  /// It is about to end, so that its silence is no illness.
  record Stopping() implements NotifyMessage {}

  /// It is alive.
  record Beat() implements NotifyMessage {}

  /// It is ill, by its own judgement.
  record Ill() implements NotifyMessage {}

  /// What it is doing, for people.
  record Status(String text) implements NotifyMessage {}

  /// Another process speaks for it from now on.
  record MainPid(int pid) implements NotifyMessage {}

  /// The longest status that is kept, in characters.
  int STATUS_LIMIT = 200;

  /// The assignments of one message, in their order, those not understood left out.
  static List<NotifyMessage> parse(byte[] message) {
    List<NotifyMessage> notices = new ArrayList<>();
    for (String line : new String(message, StandardCharsets.UTF_8).split("\n")) {
      switch (line) {
        case "READY=1" -> notices.add(new Ready());
        case "STOPPING=1" -> notices.add(new Stopping());
        case "WATCHDOG=1" -> notices.add(new Beat());
        case "WATCHDOG=trigger" -> notices.add(new Ill());
        default -> {
          if (line.startsWith("STATUS=")) {
            notices.add(new Status(printable(line.substring("STATUS=".length()))));
          } else if (line.matches("MAINPID=[1-9][0-9]{0,8}")) {
            notices.add(new MainPid(Integer.parseInt(line.substring("MAINPID=".length()))));
          }
        }
      }
    }
    return notices;
  }

  private static String printable(String text) {
    String line = Printable.text(text).strip();
    return line.length() <= STATUS_LIMIT ? line : line.substring(0, STATUS_LIMIT - 1) + "…";
  }
}
