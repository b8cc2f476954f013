package dev.supervise.keeper

import spock.lang.Requires
import spock.lang.Specification

/// Load, noise, sanitizers, the other processor. `-Dkeeper.fuzz.seconds=600` fuzzes longer; a seed that fails is printed and can be given to `target/keeper/keeper_load`.
@Requires(value = { CPrograms.COMPILER }, reason = 'needs Linux on x86-64 or aarch64, and gcc')
class KeeperUnderFireSpec extends Specification {
  static final int FUZZ_SECONDS = Integer.getInteger('keeper.fuzz.seconds', 2)

  /// Without a large crowd, which takes long under an emulation.
  static final List<String> FAST = ['malformed_requests_are_answered', 'signals_reach_their_target', 'a_stopped_child_can_die',
      'remains_are_named_and_the_leader_is_reaped_last', 'what_ignores_term_is_killed_with_all_it_starts', 'a_headless_process_is_alive',
      'without_marks_sessions_and_groups_tell', 'what_sheds_its_mark_and_its_session_ends_with_its_run', 'what_may_be_of_several_runs_ends_with_the_first']

  /// What needs the failing exec itself, or a limit on descriptors: valgrind passes on neither.
  static final List<String> WITH_EXEC = ['failures_name_their_step', 'large_requests_travel_in_a_memfd', 'child_starts_clean',
      'an_elf_without_its_interpreter_is_told_apart', 'without_descriptors_for_each_run_exits_are_seen_too']

  /// What needs a guard: emulations have none.
  static final List<String> WITH_GUARD = ['a_keeper_that_is_killed_leaves_nothing', 'a_keeper_whose_guard_is_killed_leaves_nothing']

  def "a supervisor killed with -9 in the middle of a start storm, 60 times, leaves nothing"() {
    expect:
    passes(CPrograms.load, CPrograms.keeper, CPrograms.child, 'storm', 60)
  }

  def "random and mutated packets never stop the keeper"() {
    expect:
    passes(CPrograms.load, CPrograms.keeper, CPrograms.child, 'fuzz', FUZZ_SECONDS, 0)
  }

  def "the keeper is clean under AddressSanitizer and UndefinedBehaviorSanitizer"() {
    given:
    def env = [KEEPER_UNDER: 'sanitizers', ASAN_OPTIONS: 'detect_leaks=0']

    expect:
    passes(env, CPrograms.laws, CPrograms.sanitized, CPrograms.child, *(FAST + WITH_EXEC + WITH_GUARD))
    passes(env, CPrograms.load, CPrograms.sanitized, CPrograms.child, 'fuzz', FUZZ_SECONDS, 0)
    passes(env, CPrograms.load, CPrograms.sanitized, CPrograms.child, 'storm', 5)
  }

  @Requires(value = { CPrograms.onPath('valgrind') && CPrograms.ARCH == 'x86_64' }, reason = 'needs valgrind')
  def "the keeper is clean under valgrind"() {
    given:
    def env = [KEEPER_UNDER: 'valgrind']

    expect:
    passes(env, CPrograms.laws, CPrograms.underValgrind, CPrograms.child, *FAST)
    passes(env, CPrograms.load, CPrograms.underValgrind, CPrograms.child, 'fuzz', FUZZ_SECONDS, 0)
  }

  @Requires(value = { CPrograms.onPath('qemu-aarch64') && CPrograms.ARCH == 'x86_64' }, reason = 'needs qemu-aarch64')
  def "the keeper for aarch64 does its work, under qemu"() {
    given:
    def env = [KEEPER_UNDER: 'qemu']

    expect:
    passes(env, CPrograms.laws, CPrograms.aarch64UnderQemu, CPrograms.child, *(FAST + WITH_EXEC - 'child_starts_clean')) // qemu keeps signal 32 for itself
  }

  def "where a filter refuses pidfd_open, close_range and unshare, the keeper does without"() {
    expect:
    passes([KEEPER_UNDER: 'filter'], CPrograms.laws, CPrograms.keeperFiltered, CPrograms.child, *(FAST + WITH_EXEC + WITH_GUARD))
  }

  def "start and exit through the keeper cost about what posix_spawn costs"() {
    when:
    def said = CPrograms.run(CPrograms.load, CPrograms.keeper, CPrograms.child, 'rate', 400)
    println said.text

    then: "measured in turns, the fastest tenth of each: a busy machine slows most, not all"
    assert said.code == 0: said.text
    ((said.text =~ /fastest tenth .* ratio ([0-9.]+)/)[0][1] as double) <= 1.4
  }

  private static boolean passes(Map<String, String> env = [:], Object... command) {
    def said = CPrograms.run(env, *command)
    println said.lines.findAll { it =~ /^(ok|seed|   )/ }.join('\n')
    assert said.code == 0: said.text
    true
  }
}
