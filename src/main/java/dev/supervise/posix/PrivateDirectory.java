package dev.supervise.posix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A directory that belongs to this user and that nobody else may enter, and the one door to what
/// supervise keeps on disk: whatever lies in it is read, written or handed on only after a look at
/// what it is.
///
/// The directory must be a real one (no link) of this process' effective user; it is made 0700 if
/// it is not. A file in it must be a regular file of that user with one name; it is made 0600. What
/// is not like that is refused with [Untrusted] before it is opened, whoever put it there and
/// whenever: while the directory was open to others, or before it was this user's.
///
/// Looking and then opening are two steps. Between them only this user and root can change what
/// lies in a directory that is closed to all others. Somebody else may rename the directory itself,
/// where what is above it is theirs: what is to be safe from that is held open, see
/// [HeldDirectory].
///
/// Immutable; any thread. Needs no C library, so that a client can afford it.
public final class PrivateDirectory {
  private final Path path;
  private final Path way;
  private final Inode.Key key;

  /// @param path its name for people
  /// @param way how the system is asked for it: its path, or a descriptor that is open on it
  private PrivateDirectory(Path path, Path way, Inode.Key key) {
    this.path = path;
    this.way = way;
    this.key = key;
  }

  /// The directory, made with those above it that are missing; nothing is made behind a symbolic
  /// link.
  ///
  /// @throws Untrusted what is there is none of ours
  /// @throws IOException it cannot be made
  public static PrivateDirectory create(Path path) throws IOException {
    Optional<HeldDirectory> held = HeldDirectory.at(path);
    if (held.isPresent()) {
      return held.get().there();
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null && Inode.at(path).isEmpty()) {
      make(parent);
    }
    return under(path, path);
  }

  private static void make(Path path) throws IOException {
    Optional<Inode> is = Inode.at(path);
    if (is.isEmpty()) {
      Path parent = path.getParent();
      if (parent != null) {
        make(parent);
      }
      PrivateDirectory _ = under(path, path);
    } else if (is.get().kind() != Inode.Kind.DIRECTORY) {
      throw is.get().refused(Inode.Kind.DIRECTORY);
    }
  }

  /// The same for a path that the user's environment names: links on the way to it are followed.
  public static PrivateDirectory named(Path path) throws IOException {
    Path whole = path.toAbsolutePath();
    Path there = whole;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there.equals(whole)
        ? under(path, path)
        : create(there.toRealPath().resolve(there.relativize(whole)));
  }

  /// A directory at a path that leads through no symbolic link, made if it is not there. The one
  /// above it may be anybody's, and is held open meanwhile: nobody can put another in its place.
  ///
  /// @throws Untrusted what is there is none of ours
  /// @throws IOException a link leads there, or it cannot be made
  public static PrivateDirectory plain(Path path) throws IOException {
    Path above = path.toAbsolutePath().resolveSibling("");
    if (!Files.isDirectory(above)) {
      throw new IOException(above + " is gone too");
    }
    straight(above, above);
    if (!Libc.supported()) {
      return under(path, path);
    }
    int open = Fd.directory(above.toString());
    if (open < 0) {
      throw new IOException(above + ": " + Errno.words(-open));
    }
    try {
      Path way = Path.of("/proc/self/fd", Integer.toString(open));
      // Looked at again, because now it stays what it is.
      straight(above, way);
      return under(path, way.resolve(path.getFileName())).by(path);
    } finally {
      Fd.close(open);
    }
  }

  private static void straight(Path above, Path way) throws IOException {
    Path real = way.toRealPath();
    if (!real.equals(above)) {
      throw new IOException(above + " leads to " + real + " now, by a symbolic link");
    }
  }

  /// The directory, made if the one above it is there.
  private static PrivateDirectory under(Path path, Path way) throws IOException {
    if (Inode.at(path, way).isEmpty()) {
      try {
        Files.createDirectory(way, PosixFilePermissions.asFileAttribute(Inode.permissions(true)));
      } catch (FileAlreadyExistsException e) {
        // Another one of ours was quicker, or a stranger: the look that follows tells them apart.
        return checked(path, way, way);
      }
    }
    return checked(path, way, way);
  }

  /// The directory; empty where there is none. Makes nothing.
  ///
  /// @throws Untrusted what is there is none of ours
  public static Optional<PrivateDirectory> find(Path path) throws IOException {
    Optional<HeldDirectory> held = HeldDirectory.at(path);
    if (held.isPresent()) {
      return Optional.of(held.get().directory());
    }
    return Inode.at(path).isEmpty() ? Optional.empty() : Optional.of(checked(path, path, path));
  }

  /// @param look what is to be looked at: the way itself, or what a descriptor is open on
  private static PrivateDirectory checked(Path path, Path way, Path look) throws IOException {
    Inode is = there(path, look);
    if (is.kind() != Inode.Kind.DIRECTORY || !is.ours()) {
      throw is.refused(Inode.Kind.DIRECTORY);
    }
    // Nothing may be added to a mode that keeps even the owner out.
    if (is.open() || (is.mode() & 0700) != 0700) {
      is.close();
      if (there(path, look).open()) {
        throw is.refused(Inode.Kind.DIRECTORY);
      }
    }
    return new PrivateDirectory(path, way, is.key());
  }

  private static Inode there(Path path, Path way) throws IOException {
    return Inode.at(path, way).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /// The same, to be asked for in another way.
  PrivateDirectory by(Path other) {
    return new PrivateDirectory(path, other, key);
  }

  Path way() {
    return way;
  }

  /// Whether both are the same directory.
  public boolean is(PrivateDirectory other) {
    return key.equals(other.key);
  }

  private boolean held() {
    return !way.equals(path);
  }

  /// Whether the way leads to this very directory.
  boolean same() throws IOException {
    return there(path, look()).key().equals(key);
  }

  /// A descriptor's name in /proc is a link, and what it is open on is meant.
  private Path look() {
    return held() && way.getNameCount() == DESCRIPTOR_NAMES ? way.resolve(".") : way;
  }

  /// Of `/proc/self/fd/N`.
  private static final int DESCRIPTOR_NAMES = 4;

  /// This process' effective user, whose directories these are.
  public static int user() {
    return Inode.Self.UID;
  }

  public Path path() {
    return path;
  }

  /// Whether its path still leads to this very directory: it may have been removed, or another one
  /// put in its place.
  public boolean present() {
    try {
      return Inode.at(path).map(Inode::key).filter(key::equals).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /// A directory in it, made if need be.
  public PrivateDirectory child(String name) throws IOException {
    Optional<HeldDirectory> held = HeldDirectory.at(path.resolve(name));
    if (held.isPresent()) {
      return held.get().there();
    }
    return make(name);
  }

  /// The same where that one is held, for its owner to make it again.
  public PrivateDirectory make(String name) throws IOException {
    check();
    return told(() -> under(path.resolve(name), entry(name)));
  }

  /// The directory of a file below this one, each step made if need be and looked at.
  ///
  /// @param file absolute, below this directory
  public PrivateDirectory holding(Path file) throws IOException {
    PrivateDirectory directory = this;
    Path below = path.relativize(file);
    for (int i = 0; i + 1 < below.getNameCount(); i++) {
      directory = directory.child(below.getName(i).toString());
    }
    return directory;
  }

  /// What a file holds; empty where there is none.
  ///
  /// @param limit bytes; a longer file is refused
  public Optional<byte[]> read(String name, int limit) throws IOException {
    Optional<Path> file = find(name);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (FileChannel channel =
            told(() ->
                FileChannel.open(file.get(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        InputStream in = Channels.newInputStream(channel)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException(path.resolve(name) + " is longer than " + limit + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Puts a file there, all of it or nothing, in the place of the one that was. One writer at a
  /// time.
  public void replace(String name, byte[] bytes) throws IOException {
    replace(name, name + ".new", bytes);
  }

  /// The same where others of ours may write that file too.
  ///
  /// @param beside what it is called until it is whole: a name that nobody else uses
  public void replace(String name, String beside, byte[] bytes) throws IOException {
    place(name, beside, bytes, false);
  }

  /// The same for a program: its owner may also execute it.
  public Path program(String name, byte[] bytes) throws IOException {
    Optional<Path> kept = find(name);
    if (kept.isEmpty()
        || !Files.isExecutable(kept.get())
        || !java.util.Arrays.equals(read(name, bytes.length).orElse(new byte[0]), bytes)) {
      place(name, name + "." + ProcessHandle.current().pid(), bytes, true);
    }
    return entry(name);
  }

  private void place(String name, String beside, byte[] bytes, boolean executable)
      throws IOException {
    find(name);
    remove(beside);
    Path fresh = entry(beside);
    try (FileChannel channel =
        told(() ->
            FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(Inode.permissions(executable))))) {
      for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    // A umask may have taken from the rights, never added to them.
    told(() -> Files.setPosixFilePermissions(fresh, Inode.permissions(executable)));
    told(() -> Files.move(fresh, entry(name), StandardCopyOption.ATOMIC_MOVE));
  }

  /// A file to be added to, made if it is not there. The caller's to close.
  public FileChannel append(String name) throws IOException {
    Path file = file(name);
    return told(() ->
        FileChannel.open(
            file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS));
  }

  /// The same as [#file] for what is read by others as it comes: a named pipe of ours will do too.
  public Path stream(String name) throws IOException {
    check();
    Optional<Inode> is = at(name);
    return is.filter(it -> it.kind() == Inode.Kind.PIPE && it.ours()).isPresent()
        ? entry(name)
        : file(name);
  }

  /// A file for those who open it by its path themselves, made empty if it is not there.
  public Path file(String name) throws IOException {
    Optional<Path> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    try {
      told(() ->
          Files.createFile(
              entry(name), PosixFilePermissions.asFileAttribute(Inode.permissions(false))));
    } catch (FileAlreadyExistsException e) {
      // Another one of ours was quicker; what it is is looked at as ever.
      return find(name).orElseThrow(() -> missing(name));
    }
    return find(name).orElseThrow(() -> missing(name));
  }

  /// A file that is there; empty where it is not. Makes nothing.
  ///
  /// @throws Untrusted what has this name is no file of ours
  public Optional<Path> find(String name) throws IOException {
    check();
    Optional<Inode> is = at(name);
    if (is.isEmpty()) {
      return Optional.empty();
    }
    Inode file = is.get();
    // One that another has just taken the place of has no name left.
    if (file.kind() != Inode.Kind.FILE || !file.ours() || file.names() > 1) {
      throw file.refused(Inode.Kind.FILE);
    }
    if (file.open() || (file.mode() & 0600) != 0600) {
      // 0700 stays 0700: a program.
      told(() ->
          Files.setPosixFilePermissions(file.way(), Inode.permissions((file.mode() & 0100) != 0)));
      if (there(file.path(), file.way()).open()) {
        throw file.refused(Inode.Kind.FILE);
      }
    }
    return Optional.of(file.way());
  }

  /// A socket that is there; empty where it is not.
  ///
  /// @throws Untrusted what has this name is no socket of ours
  public Optional<Path> socket(String name) throws IOException {
    check();
    Optional<Inode> is = at(name);
    if (is.isPresent() && (is.get().kind() != Inode.Kind.SOCKET || !is.get().ours())) {
      throw is.get().refused(Inode.Kind.SOCKET);
    }
    return is.map(Inode::way);
  }

  /// Removes a name, whatever it stands for but a directory.
  public void remove(String name) throws IOException {
    check();
    Optional<Inode> is = at(name);
    if (is.isPresent() && is.get().kind() == Inode.Kind.DIRECTORY) {
      throw is.get().refused(Inode.Kind.FILE);
    }
    told(() -> Files.deleteIfExists(entry(name)));
  }

  /// Writes a file in place: its lock stays on it.
  public void overwrite(String name, byte[] bytes) throws IOException {
    Path file = file(name);
    try (FileChannel channel =
        told(() ->
            FileChannel.open(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS))) {
      for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    }
  }

  /// Writes bytes over those that a file has at a place: it does not grow, so a full disk does not
  /// matter.
  ///
  /// @return false, and nothing is written, where the file is not there or too short
  public boolean patch(String name, long at, byte[] bytes) throws IOException {
    Optional<Path> file = find(name);
    if (file.isEmpty()) {
      return false;
    }
    try (FileChannel channel =
        told(() ->
            FileChannel.open(file.get(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      if (channel.size() < at + bytes.length) {
        return false;
      }
      long place = at;
      for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
        place += channel.write(rest, place);
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Lengthens a file with zeros that are on the disk, no hole: one that is mapped into memory can
  /// be touched then. For a file that others of this process hold locks on: the system would take
  /// these away when any descriptor of it is closed, so what is opened here stays open, one a file.
  public void lengthen(String name, long to) throws IOException {
    Path file = find(name).orElseThrow(() -> missing(name));
    Inode.Key key = there(path.resolve(name), file).key();
    FileChannel channel;
    synchronized (LENGTHENED) {
      FileChannel open = LENGTHENED.get(key);
      if (open == null) {
        open =
            told(() -> FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        LENGTHENED.put(key, open);
      }
      channel = open;
    }
    ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
    for (long at = channel.size(); at < to; at += zeros.position()) {
      zeros.clear().limit((int) Math.min(BLOCK, to - at));
      channel.write(zeros, at);
    }
  }

  private static final Map<Inode.Key, FileChannel> LENGTHENED = new HashMap<>();
  private static final int BLOCK = 4096;

  /// Looks at all that lies in it, not at what lies deeper: nothing may be a link, a pipe, a file
  /// with two names, or anybody else's.
  ///
  /// @throws Untrusted the first that is
  public void inspect() throws IOException {
    for (String name : names("*")) {
      Inode is = at(name).orElse(null);
      if (is == null) {
        continue;
      }
      switch (is.kind()) {
        case FILE -> find(name);
        case SOCKET -> socket(name);
        case DIRECTORY -> checked(path.resolve(name), entry(name), entry(name));
        case LINK, PIPE, DEVICE -> throw is.refused(Inode.Kind.FILE);
      }
    }
  }

  /// Renames a file in it; one of the new name goes.
  public void move(String from, String to) throws IOException {
    find(to);
    Path file = find(from).orElseThrow(() -> missing(from));
    told(() ->
        Files.move(
            file, entry(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  /// The names in it that fit a pattern ([java.nio.file.FileSystem#getPathMatcher], `glob`), in no
  /// order.
  public List<String> names(String glob) throws IOException {
    check();
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = told(() -> Files.newDirectoryStream(look(), glob))) {
      entries.forEach(each -> names.add(String.valueOf(each.getFileName())));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /// Looks again: the way may lead to something else by now.
  private void check() throws IOException {
    checked(path, way, look());
  }

  private Optional<Inode> at(String name) throws IOException {
    return told(() -> Inode.at(path.resolve(name), entry(name)));
  }

  private NoSuchFileException missing(String name) {
    return new NoSuchFileException(path.resolve(name).toString());
  }

  private Path entry(String name) {
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException("'" + name + "' is no name of a file");
    }
    return way.resolve(name);
  }

  private interface Step<T> {
    T take() throws IOException;
  }

  /// What the system says of a way is said of the path.
  private <T> T told(Step<T> step) throws IOException {
    try {
      return step.take();
    } catch (FileSystemException e) {
      throw held() && e.getFile() != null ? shown(e) : e;
    }
  }

  private FileSystemException shown(FileSystemException e) {
    String file = shown(e.getFile());
    FileSystemException same =
        switch (e) {
          case NoSuchFileException _ -> new NoSuchFileException(file);
          case FileAlreadyExistsException _ -> new FileAlreadyExistsException(file);
          case AccessDeniedException _ -> new AccessDeniedException(file);
          default ->
              new FileSystemException(
                  file, e.getOtherFile() == null ? null : shown(e.getOtherFile()), e.getReason());
        };
    same.initCause(e);
    return same;
  }

  private String shown(String file) {
    Path named = Path.of(file);
    return named.startsWith(way) ? path.resolve(way.relativize(named)).toString() : file;
  }
}
