package dev.supervise.worker.output;

/// Who sees one of the streams that a run writes, besides its log.
public interface OutputTap {
  /// Whether anybody still looks.
  boolean wanted();

  /// Whether it is to be given no more for now. Who was told so is called back.
  boolean full();

  /// Before anything is taken.
  ///
  /// @param goOn called, from any thread, when it is not full any more
  void onRoom(Runnable goOn);

  /// Takes what is written even when it is full, as long as that is looked at soon.
  ///
  /// @param bytes the callee's from now on
  void take(byte[] bytes);

  /// Waits, while it is full; not where the caller is interrupted.
  void awaitRoom();
}
