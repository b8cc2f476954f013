package dev.supervise;

import dev.supervise.run.Transition;
import dev.supervise.text.Secrets;
import dev.supervise.worker.Output;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What an engine needs of its surroundings.
///
/// @param stateDir where logs go, below `log/`, and the identities a next engine must know; made
///   when the first of these is written
/// @param copies files that say the same as the identities, for the case that the state directory
///   is taken away; in directories of our own
/// @param output takes what units write, for display; called by log-writer threads and functions
/// @param transitions takes every change of a unit's status; called on the loop: queue and return
/// @param warnings takes what goes wrong without changing a status; any thread: queue and return
/// @param lock the descriptor that owns the state directory; the keeper holds it too, so that
///   nobody else owns it before everything attached is gone; -1: none
/// @param told environment that every child is given and no unit can set
/// @param journal whether what happens is kept in `journal.db` in the state directory
/// @param secrets what nothing shows or keeps: the one object of this process, which the loader of
///   the script adds to
public record Settings(
    Path stateDir,
    List<Path> copies,
    Output output,
    Consumer<Transition> transitions,
    Consumer<String> warnings,
    int lock,
    Map<String, String> told,
    boolean journal,
    Secrets secrets) {
  /// No journal is kept.
  public Settings(
      Path stateDir,
      Output output,
      Consumer<Transition> transitions,
      Consumer<String> warnings,
      int lock,
      Map<String, String> told,
      Secrets secrets) {
    this(stateDir, List.of(), output, transitions, warnings, lock, told, false, secrets);
  }

  /// Nothing is locked, no journal is kept.
  public Settings(
      Path stateDir,
      Output output,
      Consumer<Transition> transitions,
      Consumer<String> warnings,
      Secrets secrets) {
    this(stateDir, output, transitions, warnings, -1, Map.of(), secrets);
  }

  /// The same where nothing is a secret so far.
  public Settings(
      Path stateDir, Output output, Consumer<Transition> transitions, Consumer<String> warnings) {
    this(stateDir, output, transitions, warnings, new Secrets());
  }

  /// The same with a journal.
  public Settings journalled() {
    return new Settings(stateDir, copies, output, transitions, warnings, lock, told, true, secrets);
  }

  /// The same with copies of the identities.
  public Settings copied(List<Path> to) {
    return new Settings(stateDir, to, output, transitions, warnings, lock, told, journal, secrets);
  }
}
