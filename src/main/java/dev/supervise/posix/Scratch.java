package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One thread's memory for what a call takes and gives: small structures, and the error number.
/// Read and written as a buffer: access through layouts costs a generated class for each kind, at a
/// time when somebody waits for his first process.
final class Scratch {
  static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  /// The only thing Linux captures. Looking its place up in the layout costs 20 ms at the start.
  static final int ERRNO_AT = 0;

  private static final int SIZE = 512;
  private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

  /// Filled by the caller, for one call.
  final ByteBuffer bytes;

  final long address;

  /// Where a downcall leaves the error number.
  final MemorySegment state;

  private final ByteBuffer stateBytes;

  private Scratch() {
    MemorySegment memory = Arena.ofAuto().allocate(SIZE, 16);
    bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    address = memory.address();
    state = Arena.ofAuto().allocate(STATE);
    stateBytes = state.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  static Scratch own() {
    return OWN.get();
  }

  int errno() {
    return stateBytes.getInt(ERRNO_AT);
  }
}
