package dev.supervise.worker.probe;

import dev.supervise.posix.DatagramSocket;
import dev.supervise.posix.Epoll;
import dev.supervise.posix.Processes;
import dev.supervise.worker.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// The socket on which one run says how it is (sd_notify). It has a name in the abstract namespace:
/// no file, so that none is left behind. Only processes of the run are listened to; the kernel says
/// who sent what.
///
/// Everything but [#open] and [#address] belongs to the reactor.
public final class NotifySocket implements Reactor.Handler {
  private static final int MESSAGE_LIMIT = 4096;
  private static final int MESSAGES_A_TURN = 16;
  private static final int HELD_LIMIT = 64;

  private final String address;
  private final DatagramSocket socket;
  private final Reactor reactor;
  private final IntPredicate member;
  private final Consumer<NotifyMessage> heard;
  private final Consumer<String> warnings;
  private final List<DatagramSocket.Message> held = new ArrayList<>();
  private long tag;
  private int mainPid;
  private boolean warned;
  private boolean closed;

  private NotifySocket(
      String address,
      DatagramSocket socket,
      Reactor reactor,
      IntPredicate member,
      Consumer<NotifyMessage> heard,
      Consumer<String> warnings) {
    this.address = address;
    this.socket = socket;
    this.reactor = reactor;
    this.member = member;
    this.heard = heard;
    this.warnings = warnings;
  }

  /// Any thread.
  ///
  /// @param member whether a process belongs to the run; asked once the run is up
  /// @param heard told what the run says, on the reactor
  /// @param warnings told, once, that somebody else wrote
  /// @throws IllegalStateException when the system has no socket for it
  public static NotifySocket open(
      Reactor reactor,
      IntPredicate member,
      Consumer<NotifyMessage> heard,
      Consumer<String> warnings) {
    String address =
        "@supervise/"
            + Processes.self()
            + "/"
            + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
    DatagramSocket socket = DatagramSocket.bound(address, MESSAGE_LIMIT);
    NotifySocket notify = new NotifySocket(address, socket, reactor, member, heard, warnings);
    reactor.post(notify::watch);
    return notify;
  }

  /// As it stands in `NOTIFY_SOCKET`.
  public String address() {
    return address;
  }

  private void watch() {
    if (!closed) {
      try {
        tag = reactor.watch(socket.fd(), Epoll.IN, this);
      } catch (Reactor.Refused e) {
        warnings.accept("its notify socket is not listened to: " + e.getMessage());
      }
    }
  }

  @Override
  public void ready(int events) {
    for (int i = 0; i < MESSAGES_A_TURN && !closed; i++) {
      DatagramSocket.Message message = socket.receive();
      if (message == null) {
        return;
      }
      if (mainPid == 0) {
        // The program is quicker than the report that it was started.
        if (held.size() < HELD_LIMIT) {
          held.add(message);
        }
      } else {
        take(message);
      }
    }
  }

  /// The run is up.
  public void up(int pid) {
    mainPid = pid;
    List<DatagramSocket.Message> early = List.copyOf(held);
    held.clear();
    early.forEach(this::take);
  }

  private void take(DatagramSocket.Message message) {
    if (closed) {
      return;
    }
    if (message.pid() <= 0 || message.pid() != mainPid && !member.test(message.pid())) {
      if (!warned) {
        warned = true;
        warnings.accept(
            "a message to its notify socket was refused: "
                + (message.pid() <= 0
                    ? "it is too long, or its sender is out of sight (another pid namespace)"
                    : "pid " + message.pid() + " is none of its processes"));
      }
      return;
    }
    for (NotifyMessage notice : NotifyMessage.parse(message.bytes())) {
      if (notice instanceof NotifyMessage.MainPid(int pid)) {
        if (pid != mainPid && member.test(pid)) {
          mainPid = pid;
          heard.accept(notice);
        }
      } else {
        heard.accept(notice);
      }
    }
  }

  public void close() {
    if (!closed) {
      closed = true;
      held.clear();
      if (tag != 0) {
        reactor.unwatch(socket.fd(), tag);
      }
      socket.close();
    }
  }
}
