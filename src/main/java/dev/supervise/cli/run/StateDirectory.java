package dev.supervise.cli.run;

import dev.supervise.posix.HeldDirectory;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import dev.supervise.run.ExitCodes;
import dev.supervise.spec.FileNames;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Where a script's state is kept, one directory a script: `.supervise/NAME` beside it, or, when
/// nothing can be written there, `$XDG_STATE_HOME/supervise/<hash>` (`~/.local/state` where that is
/// unset); or the very directory that `--state-dir` or `SUPERVISE_STATE_DIR` names.
///
/// A script is the file itself: under whatever link it is called, its state is the same. A
/// directory is one script's: another one whose name comes to the same is refused.
public final class StateDirectory implements Closeable {
  static final String LOCK = "lock";

  static final String SOCKET = "SUPERVISE_SOCKET";

  public static final String OPTION = "--state-dir";
  static final String VARIABLE = "SUPERVISE_STATE_DIR";

  /// Whose state it is: the script's file name where it stands beside, else its whole path.
  private static final String OWNER = "script";

  /// Where logs are that are not named, in it.
  static final String LOG = "log";

  private static final int LONGEST_OWNER = 8192;

  private static final String IGNORE = ".gitignore";

  private final PrivateDirectory directory;

  /// `.supervise`; empty where the state is kept elsewhere.
  private final Optional<PrivateDirectory> above;

  private final Path script;
  private final List<String> remarks = new ArrayList<>();
  private volatile boolean named;

  private record Held(Optional<HeldDirectory> above, HeldDirectory directory, HeldDirectory log) {}

  private Optional<Held> held = Optional.empty();

  private StateDirectory(
      PrivateDirectory directory, Optional<PrivateDirectory> above, Path script) {
    this.directory = directory;
    this.above = above;
    this.script = script;
  }

  // ---- where; nothing is made ----

  /// What `--state-dir` does: it is said as the variable is, which it takes the place of. It also
  /// names an instance, so that of an unknown parent is not meant.
  public static Map<String, String> in(Map<String, String> environment, Optional<String> option) {
    if (option.isEmpty()) {
      return environment;
    }
    if (option.get().isEmpty()) {
      throw new IllegalArgumentException(OPTION + " names no directory");
    }
    Map<String, String> with = new java.util.HashMap<>(environment);
    with.put(VARIABLE, option.get());
    with.remove(SOCKET);
    return with;
  }

  /// The directory somebody has named, absolute and without links.
  public static Optional<Path> named(Map<String, String> environment) {
    String name = environment.getOrDefault(VARIABLE, "");
    return name.isEmpty() ? Optional.empty() : Optional.of(real(Path.of(name)));
  }

  /// Where the state of a script may be, the first of them where an instance would keep it now.
  ///
  /// @param script as it was named; need not exist
  public static List<Path> places(Path script, Map<String, String> environment) {
    Optional<Path> named = named(environment);
    if (named.isPresent()) {
      return List.of(named.get());
    }
    Path file = real(script);
    Path base = base(file);
    String name = FileNames.state(String.valueOf(file.getFileName()));
    Path beside = base.resolve(FileNames.STATE).resolve(name);
    Path away = states(environment).resolve(hash(beside.toString()));
    return beside(base) ? List.of(beside, away) : List.of(away, beside);
  }

  private static Path base(Path file) {
    return Objects.requireNonNullElse(file.getParent(), Path.of("/"));
  }

  private static Path states(Map<String, String> environment) {
    String home = environment.getOrDefault("XDG_STATE_HOME", "");
    Path states =
        // The XDG base directory specification: a relative value is to be ignored.
        home.startsWith("/")
            ? Path.of(home)
            : Path.of(environment.getOrDefault("HOME", "/"), ".local", "state");
    return real(states.resolve("supervise"));
  }

  /// Whether state can stand beside the script. What somebody else put there is no reason to go
  /// away from it unseen, where we could have made it ourselves.
  private static boolean beside(Path base) {
    Path state = base.resolve(FileNames.STATE);
    return Files.exists(state, LinkOption.NOFOLLOW_LINKS) && !Files.isWritable(base)
        ? Files.isWritable(state)
        : Files.isWritable(base);
  }

  /// Absolute, without links as far as it exists.
  public static Path real(Path path) {
    Path whole = path.toAbsolutePath().normalize();
    try {
      return whole.toRealPath();
    } catch (IOException missing) {
      Path above = whole.getParent();
      return above == null ? whole : real(above).resolve(String.valueOf(whole.getFileName()));
    }
  }

  /// Looks whose a place is; what is there may be open to its owner only.
  ///
  /// @throws Untrusted it is somebody else's
  static void look(Path place) throws IOException {
    Path above = place.getParent();
    boolean known =
        above == null
            || !above.endsWith(FileNames.STATE)
            || PrivateDirectory.find(above).isPresent();
    if (known) {
      boolean _ = PrivateDirectory.find(place).isPresent();
    }
  }

  /// Whose state a place holds; empty where it holds none. Makes nothing.
  ///
  /// @throws Untrusted it is somebody else's
  static Optional<Path> scriptOf(Path place) throws IOException {
    look(place);
    Optional<PrivateDirectory> directory = PrivateDirectory.find(place);
    if (directory.isEmpty()) {
      return Optional.empty();
    }
    Path above = Objects.requireNonNullElse(place.getParent(), place);
    Path beside = above.endsWith(FileNames.STATE) ? base(above) : place;
    return noted(directory.get(), beside);
  }

  // ---- the directory of an instance ----

  /// Makes it if need be, for its owner only, and looks at what lies in it.
  ///
  /// @param script as it was named
  /// @throws CliError it cannot be made, is somebody else's, or another script's
  static StateDirectory open(Path script, Map<String, String> environment) {
    Path place = places(script, environment).getFirst();
    Path file = real(script);
    try {
      Optional<PrivateDirectory> above =
          named(environment).isEmpty() && place.startsWith(base(file))
              ? Optional.of(PrivateDirectory.create(Objects.requireNonNull(place.getParent())))
              : Optional.empty();
      PrivateDirectory made =
          above.isPresent()
              // Who owns the one above could exchange this one: it was looked at first.
              ? above.get().child(String.valueOf(place.getFileName()))
              : named(environment).isPresent() ? ofItsOwn(place) : PrivateDirectory.create(place);
      made.inspect();
      made.child(LOG);
      StateDirectory state = new StateDirectory(made, above, file);
      state.claim();
      state.ignore();
      state.remember();
      return state;
    } catch (Untrusted e) {
      throw new CliError(ExitCodes.FAILED, "state is not kept there: " + advised(e));
    } catch (IOException e) {
      throw new CliError(
          ExitCodes.FAILED,
          "cannot create the state directory " + place + ": " + reason(e) + "; " + elsewhere());
    }
  }

  /// Holds it, and what an instance keeps is in this very directory from now on, whatever becomes
  /// of the path to it.
  ///
  /// @throws CliError it was replaced since it was looked at
  StateDirectory hold() {
    List<HeldDirectory> made = new ArrayList<>();
    try {
      Optional<HeldDirectory> outer = Optional.empty();
      PrivateDirectory inner = directory;
      if (above.isPresent()) {
        Path place = above.get().path();
        outer =
            Optional.of(
                kept(made, HeldDirectory.of(above.get(), () -> PrivateDirectory.plain(place))));
        inner = outer.get().directory().make(String.valueOf(path().getFileName()));
        if (!inner.is(directory)) {
          throw new IOException("it was replaced while it was being opened");
        }
      }
      HeldDirectory own = kept(made, HeldDirectory.of(inner, this::again));
      HeldDirectory log =
          kept(made, HeldDirectory.of(own.directory().make(LOG), () -> own.there().make(LOG)));
      held = Optional.of(new Held(outer, own, log));
      return this;
    } catch (IOException e) {
      made.forEach(HeldDirectory::close);
      throw new CliError(ExitCodes.FAILED, "cannot own " + path() + ": " + reason(e));
    }
  }

  private static HeldDirectory kept(List<HeldDirectory> made, HeldDirectory held) {
    made.add(held);
    return held;
  }

  /// Makes the directory again after somebody has taken it away.
  private PrivateDirectory again() throws IOException {
    Optional<HeldDirectory> outer = held.flatMap(Held::above);
    PrivateDirectory fresh =
        outer.isPresent()
            ? outer.get().there().make(String.valueOf(path().getFileName()))
            : PrivateDirectory.plain(path());
    Optional<Path> other = noted(fresh, base(script));
    if (other.isPresent() && !other.get().equals(script)) {
      throw new IOException(path() + " holds the state of " + other.get() + " now");
    }
    return fresh;
  }

  /// How often it and the directory of the logs were made again.
  record Made(int whole, int log) {}

  /// Whether both are what they were when this was asked last is to be told by this: what was made
  /// again meanwhile, by whomever, was taken away before.
  Made made() {
    Held is = held.orElseThrow();
    return new Made(is.directory.times(), is.log.times());
  }

  /// Whether its path leads to it.
  boolean present() {
    return directory().present();
  }

  /// Whether that of the directory of the logs does.
  boolean logPresent() {
    return held.orElseThrow().log.directory().present();
  }

  /// What somebody else's directory of a state is answered with.
  static String advised(Untrusted e) {
    return asOwner(e) + ", or " + elsewhere();
  }

  /// The same where it is an instance that is asked.
  static String asOwner(Untrusted e) {
    return e.owner().isEmpty()
        ? String.valueOf(e.getMessage())
        : e.getMessage()
            + "; if that is meant, act as that user: sudo -u "
            + e.owner()
            + " supervise …";
  }

  private static String elsewhere() {
    return "keep the state elsewhere (" + OPTION + " DIR)";
  }

  /// A directory somebody named may be any of theirs: it is closed to others, so it has to be ours
  /// by its look.
  private static PrivateDirectory ofItsOwn(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
        && List.of(OWNER, LOCK).stream().noneMatch(n -> Files.exists(place.resolve(n)))) {
      try (var entries = Files.newDirectoryStream(place)) {
        if (entries.iterator().hasNext()) {
          throw new CliError(
              ExitCodes.WRONG,
              place
                  + " holds other files, and no state of supervise; name an empty directory, or a"
                  + " new one");
        }
      }
    }
    return PrivateDirectory.create(place);
  }

  /// Whose it is, as it is noted: a project may be moved or copied with the state in it.
  private Path owner() {
    return above.isPresent() ? script.getFileName() : script;
  }

  private void claim() throws IOException {
    Optional<Path> other = noted();
    if (other.isPresent() && !other.get().equals(script) && Files.isRegularFile(other.get())) {
      throw new CliError(
          ExitCodes.FAILED,
          directory.path()
              + " holds the state of "
              + other.get()
              + " and not of "
              + script
              + "; keep one of the two elsewhere ("
              + OPTION
              + " DIR)");
    }
    named = other.equals(Optional.of(script));
    if (!named) {
      name();
    }
  }

  /// Whose it is as far as that is noted: what nobody can have written says nothing.
  ///
  /// @throws Untrusted the note is none of ours
  private Optional<Path> noted() throws IOException {
    return noted(directory, base(script));
  }

  /// @param base what a name is beside
  private static Optional<Path> noted(PrivateDirectory directory, Path base) throws IOException {
    try {
      return directory
          .read(OWNER, LONGEST_OWNER)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
          .filter(text -> !text.isEmpty() && text.chars().noneMatch(Character::isISOControl))
          .map(text -> base.resolve(text).normalize());
    } catch (Untrusted e) {
      throw e;
    } catch (IOException | InvalidPathException e) {
      // Too long, or no path here: it is written anew, and said where that fails.
      return Optional.empty();
    }
  }

  private void name() {
    try {
      directory().replace(OWNER, (owner() + "\n").getBytes(StandardCharsets.UTF_8));
      named = true;
    } catch (IOException e) {
      named = false;
      remarks.add("whose state it is cannot be noted in " + directory.path() + ": " + reason(e));
    }
  }

  private void ignore() {
    try {
      if (above.isPresent()) {
        PrivateDirectory outer = PrivateDirectory.create(above.get().path());
        if (outer.find(IGNORE).isEmpty()) {
          outer.replace(IGNORE, "*\n".getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      remarks.add("git is not told to ignore " + FileNames.STATE + ": " + reason(e));
    }
  }

  /// Earlier versions kept the state of the one script of a directory in `.supervise` itself.
  private void remember() {
    Path old = above.map(PrivateDirectory::path).orElse(directory.path());
    if (above.isPresent() && Files.exists(old.resolve("state.db"), LinkOption.NOFOLLOW_LINKS)) {
      remarks.add(
          old
              + "/state.db was written by an earlier version and is not read: each script has a"
              + " directory of its own now. To go on with its tasks, stop everything, and move"
              + " state.db*, journal.db* and log from "
              + old
              + " to "
              + directory.path());
    }
  }

  /// After somebody has taken it away, or something in it: the same again, empty. Never behind a
  /// link, and never what is another's.
  ///
  /// @throws IOException it cannot be made, and why
  void renew() throws IOException {
    PrivateDirectory _ = PrivateDirectory.create(path()).child(LOG);
    name();
    ignore();
  }

  /// What is held is held no more.
  @Override
  public void close() {
    held.ifPresent(it -> {
      it.log.close();
      it.directory.close();
      it.above.ifPresent(HeldDirectory::close);
    });
  }

  /// The one above, which is ours too where it stands beside the script.
  Optional<Path> above() {
    return above.map(PrivateDirectory::path);
  }

  /// The names in it that are there while an instance runs, besides what others keep.
  Set<String> names() {
    return named ? Set.of(OWNER, LOG) : Set.of(LOG);
  }

  PrivateDirectory directory() {
    return held.map(it -> it.directory.directory()).orElse(directory);
  }

  Path path() {
    return directory.path();
  }

  /// What the operator should know of it, and that keeps nobody from starting.
  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /// What went wrong with a file, without the file's name.
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or directory";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
