package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.Printable;
import dev.supervise.verb.HelpText;
import dev.supervise.verb.Options;
import dev.supervise.verb.Verb;
import dev.supervise.verb.Verbs;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The command line's entry point: one verb, one exit code (see [ExitCodes]).
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // The JVM's own first thread has the stack of any other, and trees may be deep.
    Thread main = Threads.vital("supervise-main", Threads.DEEP, () -> end(arguments));
    try {
      Threads.start(main).join();
    } catch (NoThread e) {
      System.err.println("supervise: " + e.getMessage());
      Runtime.getRuntime().halt(ExitCodes.FAILED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Does not return.
  private static void end(String... arguments) {
    int code;
    try {
      code = call(arguments);
    } catch (NoThread e) {
      System.err.println("supervise: " + e.getMessage());
      code = ExitCodes.FAILED;
    }
    System.out.flush();
    // Not System.exit: everything is closed by now, and exit would first wake the JDK's loggers,
    // which is 10 ms and more of every stop.
    Runtime.getRuntime().halt(code);
  }

  private static int call(String... arguments) {
    List<String> words = ClientOptions.verbFirst(List.of(arguments));
    Optional<Verb> client = words.isEmpty() ? Optional.empty() : Verbs.ofClients(words.getFirst());
    return client.isPresent() ? client(client.get(), words.subList(1, words.size())) : other(words);
  }

  /// Apart from the others: what they load takes longer than the answer to a client.
  static int client(Verb verb, List<String> words) {
    return new ClientVerb(System.getenv(), buffered(), System.err).call(verb, words);
  }

  private static int other(List<String> words) {
    return switch (Arguments.parse(version(), words)) {
      case Invocation.Local(var verb, var rest) -> local(verb, rest);
      case Invocation.Say(String text) -> {
        System.out.println(text);
        yield ExitCodes.FINE;
      }
      case Invocation.Wrong(String why) -> {
        System.err.println("supervise: " + Printable.line(why));
        yield ExitCodes.WRONG;
      }
    };
  }

  private static int local(LocalVerb verb, List<String> words) {
    try {
      Options given = Options.of(verb, words);
      if (given.help()) {
        System.out.println(String.join("\n", HelpText.of("supervise ", verb, List.of())));
        return ExitCodes.FINE;
      }
      return verb.call(
          given,
          new CliContext(
              System.getenv(), System.out, System.err, StartedWith::params, Arguments::commands));
    } catch (Options.Wrong | IllegalArgumentException e) {
      System.err.println(
          "supervise: " + verb.heading() + Printable.line(String.valueOf(e.getMessage())));
      System.err.println(HelpText.usage("supervise ", verb));
      return ExitCodes.WRONG;
    } catch (CliError e) {
      System.err.println(e.text());
      return e.code();
    }
  }

  /// A listing may have a hundred thousand lines.
  private static PrintStream buffered() {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "supervise " + (version == null ? "(not packaged)" : version);
  }
}
