package dev.supervise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// Something that keeps `count` children alive, and how it is told to.
enum Peer {
  /// The least a program can do: `src/test/c/least.c`.
  LIMIT("limit (C)") {
    @Override
    List<String> prepare(Programs programs, Path dir, int count, Path stamps) {
      return List.of(programs.least(), "" + count, programs.stamp(), stamps.toString());
    }
  },
  SUPERVISE("supervise") {
    @Override
    List<String> prepare(Programs programs, Path dir, int count, Path stamps) throws IOException {
      Files.writeString(
          dir.resolve("app.groovy"),
          """
          %d.times { i ->
            process("unit$i") {
              command '%s', '%s', "unit$i"
              delay 0.seconds
              logs none
            }
          }
          """
              .formatted(count, programs.stamp(), stamps));
      return List.of(programs.supervise(), "run", "app.groovy");
    }
  },
  S6("s6") {
    @Override
    List<String> prepare(Programs programs, Path dir, int count, Path stamps) throws IOException {
      for (int i = 0; i < count; i++) {
        Path service = Files.createDirectories(dir.resolve("services/unit" + i));
        Files.createFile(
            service.resolve("run"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(
            service.resolve("run"),
            "#!/bin/sh\nexec %s %s unit%d\n".formatted(programs.stamp(), stamps, i));
      }
      return List.of("s6-svscan", "-c", "" + (count + 10), dir.resolve("services").toString());
    }
  },
  SUPERVISORD("supervisord") {
    @Override
    List<String> prepare(Programs programs, Path dir, int count, Path stamps) throws IOException {
      StringBuilder text =
          new StringBuilder(
              """
              [supervisord]
              nodaemon=true
              logfile=%1$s/log
              pidfile=%1$s/pid
              minfds=20000
              """
                  .formatted(dir));
      for (int i = 0; i < count; i++) {
        text.append(
            """
            [program:unit%1$d]
            command=%2$s %3$s unit%1$d
            autorestart=true
            startsecs=0
            stdout_logfile=NONE
            stderr_logfile=NONE
            """
                .formatted(i, programs.stamp(), stamps));
      }
      Files.writeString(dir.resolve("supervisord.conf"), text);
      return List.of("supervisord", "-n", "-c", dir.resolve("supervisord.conf").toString());
    }
  };

  /// Where the programs are that take part.
  record Programs(String stamp, String least, String supervise) {}

  final String title;

  Peer(String title) {
    this.title = title;
  }

  /// Writes what it reads.
  ///
  /// @param stamps where every child writes a line when it starts
  /// @return the command that starts it in the foreground
  abstract List<String> prepare(Programs programs, Path dir, int count, Path stamps)
      throws IOException;

  static Peer named(String name) {
    return valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }
}
