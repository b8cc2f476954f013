/* Seeing who has ended, which run an orphan is of, and what of a run is left. Only this file reaps. */
#ifndef LOOK_H
#define LOOK_H
#include "kill.h"

static struct { i32 pid; u32 run; } orphans[ORPHANS]; /* of the last listing */
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

static struct run *led_by(long pid) {
  u32 tag = pid > 0 ? pid_tag((i32)pid) : 0;
  return tag && !(tag & NOT_LEADER) ? &runs[tag - 1] : 0;
}

/* The run an orphan comes from. A mark of ours without a run is what outlived a run that is over: killed at sight. */
static struct run *origin(i32 pid) {
  u64 run = mark ? marked_run(soft_locks(pid)) : 0;
  if (run) {
    struct run *r = find(run);
    if (r && r->state != OVER) return r;
    kill_tree(pid, self);
    tidy_later();
    return 0;
  }
  struct run *r = led_by(SYS(getsid, pid));
  return r ? r : led_by(SYS(getpgid, pid));
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
    return;
  }
  if (run) {
    runs[run - 1].orphans++;
    if (runs[run - 1].doomed && first_seen) kill_tree(pid, self);
  }
  if (orphan_count < ORPHANS) {
    orphans[orphan_count].pid = pid;
    orphans[orphan_count++].run = run;
  }
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
