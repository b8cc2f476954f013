/* Seeing who has ended, which run an orphan is of, and what of a run is left. Only this file reaps. */
#ifndef LOOK_H
#define LOOK_H
#include "kill.h"

static struct orphan { i32 pid; u32 run; u64 start; } orphans[ORPHANS]; /* of the last listing; start: where no run is known */
static u32 orphan_count;

static u64 now(void) {
  struct timespec t;
  SYS(clock_gettime, 1 /* MONOTONIC */, &t);
  return (u64)t.sec * 1000000000 + (u64)t.nsec;
}

static void tidy_later(void) {
  if (!tidy_at) tidy_at = now() + TIDY_AFTER;
}

/* Whether our child pid has ended; reaps it unless options say WNOWAIT. */
static int ended(i32 pid, long options, struct siginfo *info) {
  info->pid = 0;
  return SYS(waitid, P_PID, pid, info, WEXITED | WNOHANG | options, 0) == 0 && info->pid == pid;
}

/* The run of a leader, or of an orphan that is known. */
static struct run *run_of(long pid) {
  u32 run = pid > 0 ? pid_tag((i32)pid) & ~NOT_LEADER : 0;
  return run && run <= RUNS ? &runs[run - 1] : 0;
}

/* The run whose session or group a process is in. */
static struct run *run_in_table(i32 pid) {
  struct run *r = run_of(SYS(getsid, pid));
  return r ? r : run_of(SYS(getpgid, pid));
}

/*
 * When an orphan of no known run was started, and so which runs it may be of: those that were up by then. 0: it is nobody's, for
 * there are no marks and so nothing strange about it, or /proc does not show it, or we could not end it.
 */
static u64 start_of_unknown(i32 pid) {
  struct stat_line s;
  return mark && SYS(kill, pid, 0) != -EPERM && read_stat(pid, &s) ? s.start : 0;
}

static int may_be_of(const struct orphan *o, const struct run *r) {
  return o->run ? o->run == (u32)(r - runs) + 1 : o->start && r->start <= o->start;
}

/*
 * The run an orphan comes from: by its session or its group, which the kernel keeps, else by its mark. A mark of ours without a run
 * is what outlived a run that is over, and so is what has shed all three and was started before every run there is: killed at sight.
 */
static struct run *origin(i32 pid) {
  struct run *r = run_in_table(pid);
  u64 run = r || !mark ? 0 : marked_run(soft_locks(pid));
  if (run) r = find(run);
  if (r && r->state != OVER) return r;
  struct orphan unknown = {pid, 0, run ? 0 : start_of_unknown(pid)};
  u32 candidates = 0, doomed = 0;
  for (u32 i = 0; unknown.start && i < run_top; i++)
    if ((runs[i].state == LIVE || runs[i].state == DEAD) && may_be_of(&unknown, &runs[i])) {
      candidates++;
      doomed |= runs[i].doomed;
    }
  if (run || doomed || (unknown.start && !candidates)) kill_tree(pid, self);
  if (run || (unknown.start && !candidates)) tidy_later();
  return 0;
}

static void meet_orphan(i32 pid, i32 parent) {
  (void)parent;
  struct siginfo info;
  u32 tag = pid_tag(pid), first_seen = !tag;
  if (tag && !(tag & NOT_LEADER)) return; /* only where /proc does not list by thread */
  if (first_seen) {
    struct run *r = origin(pid);
    tag = NOT_LEADER | (r ? (u32)(r - runs) + 1 : 0);
    if (pid_count < PIDS / 2) pid_put(pid, tag);
  }
  u32 run = tag & ~NOT_LEADER;
  if (ended(pid, 0, &info)) {
    pid_forget(pid);
    if (run) runs[run - 1].stirred = 1;
    for (u32 i = 0; mark && !run && i < dead_count; i++) runs[dead[i]].stirred = 1;
    return;
  }
  if (run) {
    runs[run - 1].orphans++;
    if (runs[run - 1].doomed && first_seen) kill_tree(pid, self);
  }
  struct orphan o = {pid, run, run ? 0 : start_of_unknown(pid)};
  for (u32 i = 0; o.start && i < dead_count; i++) runs[dead[i]].orphans += may_be_of(&o, &runs[dead[i]]);
  if (orphan_count < ORPHANS) orphans[orphan_count++] = o;
}

/* Only we reap, so nothing leaves the list while it is read; what joins, joins at its end. */
static int list_orphans(void) {
  orphan_count = 0;
  for (u32 i = 0; i < dead_count; i++) runs[dead[i]].orphans = runs[dead[i]].stirred = 0;
  each_own_child(orphans_fd, meet_orphan);
  for (u32 i = 0; i < dead_count; i++)
    if (runs[dead[i]].stirred) return 0;
  return 1;
}

static void enqueue(struct run *r) {
  u32 index = (u32)(r - runs) + 1;
  if (r->queued) return;
  r->queued = 1;
  r->queue_next = 0;
  if (queue_head) runs[queue_tail - 1].queue_next = index;
  else queue_head = index;
  queue_tail = index;
}

static void unwatch(struct run *r) {
  SYS(epoll_ctl, epoll_fd, 2 /* DEL */, r->pidfd, 0);
  SYS(close, r->pidfd);
  r->pidfd = -1;
}

static void look_at_leader(struct run *r) {
  struct siginfo info;
  if (r->state != LIVE) return;
  if (!ended(r->pid, WNOWAIT, &info)) {
    if (r->pidfd >= 0) { /* dead but held by a tracer: its pidfd would stay readable, SIGCHLD comes when it is ours */
      unwatch(r);
      run_unwatched++;
    }
    return;
  }
  if (r->pidfd >= 0) unwatch(r);
  else run_unwatched--;
  r->state = DEAD;
  r->how = info.code - 1; /* CLD_EXITED, CLD_KILLED, CLD_DUMPED */
  r->status = info.status;
  r->dead_at = dead_count;
  dead[dead_count++] = (u32)(r - runs);
}

/* The last of a run has ended: only now its leader is reaped and its numbers are anybody's. */
static void finish(struct run *r) {
  struct siginfo info;
  pid_forget(r->pid);
  ended(r->pid, 0, &info);
  r->pid = 0;
  r->state = OVER;
  dead[r->dead_at] = dead[--dead_count];
  runs[dead[r->dead_at]].dead_at = r->dead_at;
  tidy_later();
  enqueue(r);
}

/* Sees who has ended, and settles what that means. Answers 0 when orphans die so fast that it should be called again. */
static int look(void) {
  struct epoll_event events[128];
  long n;
  do {
    n = SYS(epoll_pwait, epoll_fd, events, 128, 0, 0, 8);
    for (long i = 0; i < n; i++) look_at_leader(&runs[events[i].data]);
  } while (n == 128);
  for (u32 i = 0; run_unwatched && i < run_top; i++)
    if (runs[i].state == LIVE && runs[i].pidfd < 0) look_at_leader(&runs[i]);
  int settled = 0;
  for (int tries = 0; tries < 4 && !settled; tries++) settled = list_orphans();
  be_heard(!settled);
  for (u32 i = 0; i < dead_count;) {
    struct run *r = &runs[dead[i]];
    if (!r->orphans && !r->stirred && orphan_count < ORPHANS) {
      finish(r); /* puts another one into this place */
    } else {
      if (!r->told && r->orphans) enqueue(r);
      i++;
    }
  }
  return settled;
}

/*
 * A process can make its children its own siblings (CLONE_PARENT): they are the work thread's, like leaders, and no list of
 * orphans shows them. So a while after a run ended all our children are looked through, and those without a run are killed.
 */
static void meet_sibling(i32 pid, i32 parent) {
  (void)parent;
  struct siginfo info;
  if (!pid_tag(pid) && !ended(pid, 0, &info)) origin(pid);
}

static void tidy(void) {
  tidy_at = 0;
  each_own_child(leaders_fd, meet_sibling);
}

#endif
