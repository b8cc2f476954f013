package dev.supervise.worker.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A log by the means of the JDK alone, for systems whose C library is not known. Here a fifo holds
/// up whoever opens or writes it until it is read: in the reduced mode that is a thread of the
/// unit's own.
public final class ChannelLog implements OpenLog {
  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes facts;

  /// What its folder was when it was opened.
  private final Optional<Object> folder;

  private ChannelLog(Path path, FileChannel channel, BasicFileAttributes facts) {
    this.path = path;
    this.channel = channel;
    this.facts = facts;
    this.folder = folder();
  }

  private Optional<Object> folder() {
    try {
      return LogReader.key(path.toAbsolutePath().resolveSibling(""));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  public static OpenLog open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new ChannelLog(path, channel, Files.readAttributes(path, BasicFileAttributes.class));
  }

  @Override
  public boolean regular() {
    return facts.isRegularFile();
  }

  @Override
  public long size() throws IOException {
    return regular() ? channel.size() : 0;
  }

  @Override
  public boolean endsInNewline() {
    try (FileChannel reader = FileChannel.open(path)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      long size = reader.size();
      return size == 0 || reader.read(last, size - 1) == 1 && last.get(0) == '\n';
    } catch (IOException unreadable) {
      return true;
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return channel.write(bytes);
  }

  @Override
  public void awaitRoom(int millis) {
    // Its writes wait by themselves.
  }

  @Override
  public void truncate(long length) throws IOException {
    channel.truncate(length);
  }

  @Override
  public Place place() {
    try {
      return same(Files.readAttributes(path, BasicFileAttributes.class)) ? Place.HERE : elsewhere();
    } catch (NoSuchFileException gone) {
      return elsewhere();
    } catch (IOException unknown) {
      return Place.HERE;
    }
  }

  private Place elsewhere() {
    return folder().equals(folder) ? Place.ELSEWHERE : Place.WITH_ITS_FOLDER;
  }

  private boolean same(BasicFileAttributes other) {
    return Objects.equals(facts.fileKey(), other.fileKey());
  }

  @Override
  public Optional<Path> movable() {
    return regular() && place() == Place.HERE ? LogPath.settled(path) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
