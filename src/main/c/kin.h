/* Who belongs to a run, by name, and signals to them. */
#ifndef KIN_H
#define KIN_H
#include "look.h"

static void add_member(i32 pid, i32 parent) {
  struct stat_line s;
  u8 bit = (u8)(1 << (pid % 8));
  if (member_count == MEMBERS_MAX || pid >= PID_LIMIT || (member_seen[pid / 8] & bit)) return;
  if (!read_stat(pid, &s)) {
    if (parent != self) return;
    memset(&s, 0, sizeof s); /* our child exists as long as we do not reap it, whatever /proc hides */
    s.group = (i32)SYS(getpgid, pid);
  } else if (!is_alive(&s) || s.parent != parent) {
    return;
  }
  member_seen[pid / 8] |= bit;
  struct member *m = &members[member_count++];
  m->pid = pid;
  m->group = s.group;
  m->start = s.start;
  m->direct = parent == self;
  memcpy(m->comm, s.comm, sizeof m->comm);
}

static int is_still(const struct member *m) {
  struct stat_line s;
  return m->direct || (read_stat(m->pid, &s) && s.start == m->start);
}

/* Completes the members given with all their descendants. */
static void add_descendants(void) {
  for (u32 i = 0; i < member_count; i++) {
    u32 before = member_count;
    each_child(members[i].pid, add_member);
    if (member_count > before && !is_still(&members[i])) drop_members(before);
  }
}

static void gather(const struct run *r) {
  drop_members(0);
  if (r->state == LIVE) add_member(r->pid, self);
  for (u32 i = 0; i < orphan_count; i++)
    if (may_be_of(&orphans[i], r)) add_member(orphans[i].pid, self);
  add_descendants();
}

/* A process that is not our child may have died and its number been given away: a pidfd opened between two looks is not fooled. */
static long signal_member(const struct member *m, int signo, int then_cont) {
  if (m->direct) {
    long answer = SYS(kill, m->pid, signo);
    if (then_cont) SYS(kill, m->pid, SIGCONT);
    return answer;
  }
  long fd = SYS(pidfd_open, m->pid, 0), answer = 0;
  if (is_still(m)) {
    int by_pid = fd == -ENOSYS || fd == -EPERM /* a filter of system calls */ || fd == -EMFILE || fd == -ENFILE;
    answer = fd >= 0 ? SYS(pidfd_send_signal, fd, signo, 0, 0) : by_pid ? SYS(kill, m->pid, signo) : fd;
    if (then_cont) fd >= 0 ? SYS(pidfd_send_signal, fd, SIGCONT, 0, 0) : by_pid ? SYS(kill, m->pid, SIGCONT) : 0;
  }
  if (fd >= 0) SYS(close, fd);
  return answer == -ESRCH ? 0 : answer;
}

static long kill_run(struct run *r) {
  r->doomed = 1;
  long answer = SYS(kill, -r->pid, SIGKILL);
  if (r->state == LIVE) kill_tree(r->pid, self);
  look();
  for (u32 i = 0; i < orphan_count; i++)
    if (may_be_of(&orphans[i], r)) kill_tree(orphans[i].pid, self);
  return answer;
}

static long signal_run(struct run *r, int signo, u32 target, int then_cont) {
  if (target == TO_ALL && signo != SIGKILL) look();
  if (r->state != LIVE && r->state != DEAD) return 0; /* over: its last report says so */
  if (target == TO_ALL && signo == SIGKILL) return kill_run(r);
  long to = target == TO_LEADER ? r->pid : -r->pid, answer = SYS(kill, to, signo);
  if (then_cont) SYS(kill, to, SIGCONT);
  if (target != TO_ALL) return answer;
  gather(r);
  for (u32 i = 0; i < member_count; i++)
    if (members[i].group != r->pid) {
      long one = signal_member(&members[i], signo, then_cont);
      if (one < 0) answer = one;
    }
  return answer;
}

#endif
