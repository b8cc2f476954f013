package dev.supervise.worker.process;

import dev.supervise.posix.Accounts;
import dev.supervise.posix.Processes;
import dev.supervise.posix.ResourceLimits;
import dev.supervise.spec.Block;
import dev.supervise.spec.Command;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.Identity;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Limit;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Stack;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.spec.Value;
import dev.supervise.worker.Launch;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.environment.AccountEnvironment;
import dev.supervise.worker.environment.ChildEnvironment;
import dev.supervise.worker.environment.ChildEnvironment.Layer;
import dev.supervise.worker.environment.EnvFile;
import dev.supervise.worker.keeper.SpawnRequest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/// Turns what a unit says of a start into bytes for the keeper.
public final class SpawnRequestBuilder {
  /// The PATH of a child that has none, as execvp(3) has it, and the local programs before it.
  private static final byte[] DEFAULT_PATH = bytes("/usr/local/bin:/usr/bin:/bin");

  private final ChildEnvironment environment;
  private final ResourceLimits.Pair files;
  private volatile Map<String, Integer> ports = Map.of();

  /// @param files the limits of open files that children are given
  SpawnRequestBuilder(ChildEnvironment environment, ResourceLimits.Pair files) {
    this.environment = environment;
    this.files = files;
  }

  /// What the names of ports stand for from now on, in what children are told. Any thread.
  void ports(Map<String, Integer> ports) {
    this.ports = Map.copyOf(ports);
  }

  /// Whether [#order] runs no user code, reads no file and asks for no account. Asked at every
  /// start, on the loop: plain loops, which cost a tenth of streams before they are compiled.
  static boolean immediate(ProcessSpec spec) {
    for (EnvLayer layer : spec.env()) {
      if (!immediate(layer)) {
        return false;
      }
    }
    return fixed(spec.dir())
        && spec.identity().user().isEmpty()
        && spec.identity().group().isEmpty()
        && switch (spec.command()) {
          case Command.Argv(List<Value> words) -> fixed(words);
          case Command.Shell(Value text, List<Value> arguments) -> fixed(text) && fixed(arguments);
        };
  }

  private static boolean immediate(EnvLayer layer) {
    return layer instanceof EnvLayer.Unset
        || layer instanceof EnvLayer.Set(String _, Value value) && fixed(value);
  }

  private static boolean fixed(List<Value> values) {
    for (Value value : values) {
      if (!fixed(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fixed(Value value) {
    return value instanceof Value.Fixed;
  }

  /// @param told what this child finds in its environment besides what every child does
  /// @throws StartRefused naming the part that failed
  SpawnRequest order(ProcessSpec spec, Launch launch, Map<String, String> told)
      throws StartRefused {
    String dir = directory(spec);
    List<byte[]> argv = new ArrayList<>();
    switch (spec.command()) {
      case Command.Argv(List<Value> words) -> {
        for (Value word : words) {
          argv.add(bytes(text("command", word)));
        }
      }
      case Command.Shell(Value text, List<Value> arguments) -> {
        argv.add(bytes("/bin/sh"));
        argv.add(bytes("-c"));
        argv.add(bytes(text("shell", text)));
        for (Value argument : arguments) {
          argv.add(bytes(text("shell", argument)));
        }
      }
    }
    if (argv.getFirst().length == 0) {
      throw new StartRefused(Step.VALUE, 0, "the first word of command is empty at this start");
    }
    Who who = who(spec.identity());
    Map<String, Layer> layers = new LinkedHashMap<>(who.environment);
    layers.putAll(layers(spec, dir));
    return new SpawnRequest(
        who.uid,
        who.gid,
        spec.identity().umask().orElse(SpawnRequest.LEAVE),
        spec.identity().nice().isPresent(),
        spec.identity().nice().orElse(0),
        who.groups.isPresent(),
        who.groups.orElse(new int[0]),
        limits(spec.limits()),
        bytes(dir),
        environment.path(spec, layers).orElse(DEFAULT_PATH),
        argv,
        environment.of(spec, launch, ports, layers, told));
  }

  /// The unit's directory, absolute.
  static String directory(ProcessSpec spec) throws StartRefused {
    String dir = text("dir", spec.dir());
    if (dir.startsWith("/")) {
      return dir;
    }
    // A tree declared from Java has no script and no base.
    String base = spec.base().isEmpty() ? System.getProperty("user.dir", "/") : spec.base();
    return dir.isEmpty() ? base : base + "/" + dir;
  }

  private static Map<String, Layer> layers(ProcessSpec spec, String dir) throws StartRefused {
    if (spec.env().isEmpty()) {
      return Map.of();
    }
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (EnvLayer layer : spec.env()) {
      if (layer instanceof EnvLayer.File(String path)) {
        readInto(layers, Path.of(dir).resolve(path));
      }
    }
    for (EnvLayer layer : spec.env()) {
      switch (layer) {
        case EnvLayer.Set(String name, Value value) ->
            layers.put(ChildEnvironment.key(name), new Layer.Is(text("env " + name, value)));
        case EnvLayer.Unset(String name) ->
            layers.put(ChildEnvironment.key(name), new Layer.Absent());
        case EnvLayer.File _ -> {}
      }
    }
    return layers;
  }

  private static void readInto(Map<String, Layer> layers, Path file) throws StartRefused {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new StartRefused(Step.ENV_FILE, 2, "envFile '" + file + "' does not exist");
    } catch (CharacterCodingException e) {
      throw new StartRefused(Step.ENV_FILE, 0, "envFile '" + file + "' is not UTF-8");
    } catch (IOException e) {
      throw new StartRefused(Step.ENV_FILE, 0, "envFile '" + file + "' cannot be read: " + e);
    }
    try {
      for (EnvFile.Entry entry : EnvFile.parse(lines)) {
        layers.put(ChildEnvironment.key(entry.name()), new Layer.Is(entry.value()));
      }
    } catch (EnvFile.Invalid e) {
      throw new StartRefused(
          Step.ENV_FILE, 0, "envFile " + file + ":" + e.line() + ": " + e.getMessage());
    }
  }

  private static String text(String word, Value value) throws StartRefused {
    return switch (value) {
      case Value.Fixed(String text) -> text;
      case Value.Late late -> evaluated(word, late);
    };
  }

  private static String evaluated(String word, Value.Late late) throws StartRefused {
    Object value;
    try {
      // A closure may answer anything, whatever its type says: `${x}` text is no String.
      value = ((Callable<?>) late.text()).call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefused(Step.VALUE, 0, word + ": its value was interrupted");
    } catch (InvalidSpec e) {
      throw new StartRefused(Step.VALUE, 0, word + ": " + e.getMessage());
    } catch (Throwable e) {
      throw new StartRefused(
          Step.VALUE, 0, Block.behind(word + ": its value threw ", Stack.sentence(e)));
    }
    if (value == null) {
      throw new StartRefused(Step.VALUE, 0, word + ": its value is null");
    }
    String text = value.toString();
    if (text.indexOf('\0') >= 0) {
      throw new StartRefused(Step.VALUE, 0, word + ": its value contains a NUL character");
    }
    return text;
  }

  private List<SpawnRequest.LimitEntry> limits(List<Limit> wanted) {
    List<SpawnRequest.LimitEntry> entries = new ArrayList<>();
    // Ours may have been raised since; children get what we were started with.
    entries.add(new SpawnRequest.LimitEntry(ResourceLimits.NOFILE, files.soft(), files.hard()));
    for (Limit limit : wanted) {
      if (limit.resource().number() == ResourceLimits.NOFILE) {
        entries.removeFirst();
      }
      entries.add(
          new SpawnRequest.LimitEntry(limit.resource().number(), limit.soft(), limit.hard()));
    }
    return entries;
  }

  /// @param environment what goes with the user, under what the unit says itself
  private record Who(int uid, int gid, Optional<int[]> groups, Map<String, Layer> environment) {}

  private static Who who(Identity identity) throws StartRefused {
    OptionalInt group = OptionalInt.empty();
    if (identity.group().isPresent()) {
      String name = identity.group().get();
      group = number(name).isPresent() ? number(name) : Accounts.group(name);
      if (group.isEmpty()) {
        throw new StartRefused(Step.USER, 0, "group '" + name + "' does not exist");
      }
    }
    if (identity.user().isEmpty()) {
      return new Who(
          SpawnRequest.LEAVE, group.orElse(SpawnRequest.LEAVE), Optional.empty(), Map.of());
    }
    String name = identity.user().get();
    OptionalInt number = number(name);
    Optional<Accounts.User> user =
        number.isPresent() ? Accounts.user(number.getAsInt()) : Accounts.user(name);
    if (user.isEmpty() && number.isEmpty()) {
      throw new StartRefused(Step.USER, 0, "user '" + name + "' does not exist");
    }
    if (user.isEmpty() && group.isEmpty()) {
      throw new StartRefused(
          Step.USER,
          0,
          "user " + name + " has no entry in the system's accounts; name its group too");
    }
    int uid = user.map(Accounts.User::uid).orElseGet(number::getAsInt);
    int gid = group.orElseGet(() -> user.orElseThrow().gid());
    Map<String, Layer> environment = AccountEnvironment.of(user, uid);
    if (uid == Processes.effectiveUser() && uid != 0) {
      // Ourselves, and not allowed to set groups: there is nothing to change.
      return new Who(
          SpawnRequest.LEAVE, group.orElse(SpawnRequest.LEAVE), Optional.empty(), environment);
    }
    int[] groups =
        user.map(known -> Accounts.groups(known.name(), gid)).orElseGet(() -> new int[] {gid});
    return new Who(uid, gid, Optional.of(groups), environment);
  }

  /// Whose pid files a unit's own are: its user's, besides ours and root's. May ask a directory
  /// server and take its time.
  static PidFile.Writers writers(Identity identity) {
    try {
      Who who = who(identity);
      return who.uid == SpawnRequest.LEAVE
          ? PidFile.Writers.usual()
          : PidFile.Writers.with(who.uid, who.gid);
    } catch (StartRefused e) {
      // Nobody can start it as that user either, which is told then.
      return PidFile.Writers.usual();
    }
  }

  private static OptionalInt number(String text) {
    return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
