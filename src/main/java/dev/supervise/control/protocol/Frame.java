package dev.supervise.control.protocol;

import java.util.List;

/// One line of the socket's protocol: a record as JSON (see `RecordCodec`), ended by a newline.
///
/// A client says [Hello] first and is answered [Welcome] or [Turned]. From then on it may ask and
/// follow as often as it likes, each under a number of its own; answers come in any order.
public sealed interface Frame {
  /// The longest line a client may send, in bytes: parameters of 1 MB fit in, whatever their bytes
  /// are (a character takes up to six in JSON). What an instance sends has no limit.
  int LIMIT = 8 << 20;

  /// What clients say.
  sealed interface Said extends Frame {}

  /// @param by who it is, for the journal: `cli pid 4711`
  record Hello(int version, String by) implements Said {}

  /// @param query left as it came: one that is not understood is answered, and ends nothing
  record Ask(long id, Object query) implements Said {}

  record Follow(long id, Object feed) implements Said {}

  /// The answer, or what is followed, is not wanted any more.
  record Drop(long id) implements Said {}

  /// What an instance says.
  sealed interface Told extends Frame {}

  record Welcome(int version, Instance instance) implements Told {}

  /// Not served, and why; the connection ends.
  record Turned(String why) implements Told {}

  record Answered(long id, Answer answer) implements Told {}

  record Came(long id, List<FeedItem> items) implements Told {}
}
