/* Killing whole families, however fast they fork. */
#ifndef KILL_H
#define KILL_H
#include "proc.h"

struct member { i32 pid, group; u64 start; char comm[16]; u8 direct; };
static struct member members[MEMBERS_MAX];
static u32 member_count;
static u8 member_seen[PID_LIMIT / 8];
static i32 nice_given, loud;

static u64 soft_locks(i32 pid) {
  struct rlimit limit;
  char path[40], lines[4096];
  if (SYS(prlimit64, pid, RLIMIT_LOCKS, 0, &limit) == 0) return limit.soft;
  text(number(text(path, "/proc/"), (u64)pid), "/limits"); /* a process of another user: this file anybody may read */
  if (read_file(path, lines, sizeof lines) <= 0) return 0;
  for (const char *at = lines; *at; at++)
    if (at[0] == 'f' && at[1] == 'i' && at[2] == 'l' && at[3] == 'e' && at[4] == ' ' && at[5] == 'l') {
      at += 10;
      return to_number(&at);
    }
  return 0;
}

static void drop_members(u32 from) {
  for (u32 i = from; i < member_count; i++) member_seen[members[i].pid / 8] = 0;
  member_count = from;
  for (u32 i = 0; i < from; i++) member_seen[members[i].pid / 8] |= (u8)(1 << (members[i].pid % 8));
}

/*
 * While it fights what forks as fast as it kills, and only then, the keeper takes precedence, where that is allowed: of the processor,
 * and, where each session is weighed as one against all others, of sessions. Always, it would make starts slow: a child goes on with less.
 */
static void be_heard(int wanted) {
  if (loud == wanted) return;
  loud = wanted;
  SYS(setpriority, 0, 0, wanted ? -20 : nice_given);
  long fd = SYS(openat, AT_FDCWD, "/proc/self/autogroup", O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  if (wanted) SYS(write, fd, "-20", 3);
  else SYS(write, fd, "0", 1);
  SYS(close, fd);
}

/* The run whose mark this is, 0 when it is none of this keeper's. */
static u64 marked_run(u64 soft) {
  u64 run = soft - mark;
  if (run >= RUN_LIMIT) run -= MARK_DETACHED;
  return mark && run < RUN_LIMIT ? run : 0;
}

static int carries_mark(i32 pid) { return marked_run(soft_locks(pid)) != 0; }

/* A pidfd opened before the look at what it must belong to cannot reach anybody else. */
static void kill_descendant(i32 pid, i32 parent) {
  struct stat_line s;
  long fd = SYS(pidfd_open, pid, 0);
  if (carries_mark(pid) || (read_stat(pid, &s) && s.parent == parent)) {
    if (fd >= 0) SYS(pidfd_send_signal, fd, SIGKILL, 0, 0);
    else if (fd != -ESRCH) SYS(kill, pid, SIGKILL);
    if (member_count < MEMBERS_MAX) members[member_count++].pid = pid;
    if (member_count > 16) be_heard(1);
  }
  if (fd >= 0) SYS(close, fd);
}

/*
 * Kills a child of ours with all its descendants, parents first: what has been sent SIGKILL cannot fork any more, so its list
 * of children is complete, unless it is dead already; then they have become ours, at the end of our own list.
 */
static void kill_tree(i32 pid, i32 parent) {
  (void)parent;
  SYS(kill, -pid, SIGKILL); /* a group of this number, if there is one, was made by this child of ours */
  SYS(kill, pid, SIGKILL);
  drop_members(0);
  each_child(pid, kill_descendant);
  for (u32 i = 0; i < member_count; i++) each_child(members[i].pid, kill_descendant);
  member_count = 0;
}

#endif
