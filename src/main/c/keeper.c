/*
 * The keeper: parent of every unit. It spawns, signals and reports exits for one supervisor, by the page PROTOCOL.md,
 * and when the supervisor is gone it kills whatever is left. It never waits on the socket, allocates nothing while it
 * runs (but the body of a spawn that came in a memfd), and trusts no packet.
 *
 * Two processes, one memory. The supervisor starts the guard, which makes the keeper and does nothing but wait for it. It is the
 * next subreaper above: whatever ends the keeper, all that it had comes to the guard, by descent and so without any doubt, and
 * the guard, which sees the keeper's tables and holds its descriptors, kills it. The keeper ends with its guard in the same way.
 *
 * Two threads of the keeper, one owner. The first thread only sleeps: the kernel hands a subreaper's orphans to the oldest thread, so
 * its list of children holds orphans and nothing else, however many leaders there are. The second thread does all the work
 * and is the parent of the leaders (a run's leader is the process asked for by SPAWN).
 *
 * Bottom up: sys.h calls, table.h runs and pids, proc.h reading, kill.h, look.h exits and orphans, kin.h members and
 * signals, report.h, spawn.h; here the requests, the end and the loop. One translation unit.
 *
 * Exits of leaders are seen by one pidfd each, or, where descriptors do not suffice, by asking for each on SIGCHLD.
 * Descriptors below LOW are for passing use, pidfds live above it, so that a child need not copy them (see child()).
 */
#include "report.h"
#include "spawn.h"

static u8 packet[PACKET] __attribute__((aligned(8)));
static u8 worker_stack[STACK] __attribute__((aligned(16)));
static u8 keeper_stack[STACK] __attribute__((aligned(16)));

/* ---- requests ---- */

static struct result spawn(u64 id, u32 flags, u8 *body, u64 size, const int *fds, u32 fd_count, u32 lost) {
  u32 wanted = !!(flags & IN_MEMFD) + !!(flags & STDOUT) + !!(flags & STDERR);
  if (lost) return (struct result){S_REQUEST, EMFILE};
  if ((flags & ~(u32)SPAWN_FLAGS) || fd_count != wanted) return (struct result){S_REQUEST, EINVAL};
  u32 next = !!(flags & IN_MEMFD);
  job.flags = flags;
  job.out = flags & STDOUT ? fds[next++] : -1;
  job.err = flags & STDERR ? fds[next] : -1;
  if (!(flags & IN_MEMFD)) return start(id, body, size, WORDS_MAX, small_words);
  if (size != 8) return (struct result){S_REQUEST, EINVAL};
  return start_from_memfd(id, fds[0], get64(body));
}

static void members_of(u64 id) {
  struct run *r = find(id);
  if (!r) {
    answer(REFUSED, id, MEMBERS, ESRCH);
    return;
  }
  look();
  gather(r);
  report_size = HEADER + put_members(report_head(MEMBERS_ARE, id), r);
}

static void signal(u64 id, u32 flags, const u8 *body) {
  struct run *r = find(id);
  int signo = (int)get32(body);
  u32 target = get32(body + 4);
  long e = signo < 1 || signo > SIGNALS || target > TO_ALL || (flags & ~(u32)THEN_CONT) ? -EINVAL : r ? signal_run(r, signo, target, flags & THEN_CONT) : -ESRCH;
  if (e < 0) answer(REFUSED, id, SIGNAL, (u32)-e);
}

static void take_request(void) {
  u8 control[sizeof(struct cmsghdr) + 3 * sizeof(int)] __attribute__((aligned(8)));
  struct iovec part = {packet, PACKET};
  struct msghdr message = {0, 0, &part, 1, control, sizeof control, 0};
  int fds[3];
  u32 fd_count = 0;
  long n = SYS(recvmsg, PAIR, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0) return;
  struct cmsghdr *c = (struct cmsghdr *)(void *)control;
  if (message.controllen >= sizeof *c && c->level == SOL_SOCKET && c->type == SCM_RIGHTS) {
    fd_count = (u32)((c->len - sizeof *c) / sizeof(int));
    memcpy(fds, control + sizeof *c, fd_count * sizeof(int));
  }
  u32 type = n >= 4 ? get32(packet) : 0, flags = n >= 8 ? get32(packet + 4) : 0;
  u64 id = n >= HEADER ? get64(packet + 8) : 0, size = n >= HEADER ? (u64)n - HEADER : 0;
  int whole = n >= HEADER && !(message.flags & MSG_TRUNC);
  if (type == SPAWN) {
    struct result r = {S_REQUEST, EINVAL};
    if (whole) r = spawn(id, flags, packet + HEADER, size, fds, fd_count, message.flags & MSG_CTRUNC);
    if (r.step) {
      answer(FAILED, id, r.step, (u32)r.err);
    } else {
      struct run *run = find(id);
      answer(SPAWNED, id, (u32)run->pid, 0);
      put64(report + HEADER + 8, run->start);
      report_size += 8;
    }
  } else if (type == SIGNAL && whole && size == 8 && !fd_count) {
    signal(id, flags, packet + HEADER);
  } else if (type == HOLD && whole && !size && !flags && fd_count == 1) {
    if (held >= 0) SYS(close, held);
    held = fds[0];
    fd_count = 0;
  } else if (type == MEMBERS && whole && !size && !flags && !fd_count) {
    members_of(id);
  } else {
    answer(REFUSED, id, type, EINVAL);
  }
  for (u32 i = 0; i < fd_count; i++) SYS(close, fds[i]);
}

/* ---- the end ---- */

/* Whether a child of ours is of a run that is to outlive us. */
static int is_detached(i32 pid) {
  if (!detached_given) return 0;
  struct run *r = run_of(pid);
  if (!r) r = run_in_table(pid);
  if (!r && mark) r = find(marked_run(soft_locks(pid))); /* a mark says which run it is, the table whether that outlives us */
  return r && r->detached;
}

static u32 attached;

static void count_attached(i32 pid, i32 parent) {
  (void)parent;
  attached += !is_detached(pid);
}

static void kill_attached(i32 pid, i32 parent) {
  if (!is_detached(pid)) kill_tree(pid, parent);
}

static void kill_tree_once(i32 pid, i32 parent) {
  if (pid_tag(pid) == KILLED || is_detached(pid)) return;
  kill_tree(pid, parent);
  if (pid_count < PIDS / 2) pid_put(pid, KILLED);
}

/* Kills every descendant until the kernel knows of none, or of detached ones only. */
__attribute__((noreturn)) static void sweep(void) {
  struct siginfo info;
  struct pollfd signals = {signals_fd, POLLIN, 0};
  u8 drained[128 * 16];
  be_heard(1);
  for (long patience = 20000000, e;;) {
    each_own_child(orphans_fd, kill_tree_once);
    while ((e = SYS(waitid, P_ALL, 0, (info.pid = 0, &info), WEXITED | WNOHANG, 0)) == 0 && info.pid) pid_forget(info.pid);
    if (e == -ECHILD) SYS(exit_group, 0);
    if (detached_given) {
      attached = 0;
      each_own_child(orphans_fd, count_attached);
      if (leaders_fd >= 0) each_own_child(leaders_fd, count_attached);
      if (!attached) SYS(exit_group, 0);
    }
    struct timespec limit = {0, patience};
    if (SYS(ppoll, &signals, 1, &limit, 0, 8) > 0) {
      SYS(read, signals_fd, drained, sizeof drained);
      patience = 20000000;
    } else { /* nobody dies any more: some child may not be signalled, or waits in the kernel */
      patience = patience < 500000000 ? patience * 2 : patience;
      each_own_child(orphans_fd, kill_attached);
      if (leaders_fd >= 0) each_own_child(leaders_fd, kill_attached);
    }
  }
}

/* The supervisor is gone, or our guard: leaders first, of whom we alone know that they have not been reaped. */
__attribute__((noreturn)) static void sweep_all(void) {
  SYS(shutdown, PAIR, SHUT_RDWR);
  for (u32 i = 0; i < run_top; i++)
    if ((runs[i].state == LIVE || runs[i].state == DEAD) && !runs[i].detached) {
      SYS(kill, -runs[i].pid, SIGKILL);
      SYS(kill, runs[i].pid, SIGKILL);
    }
  sweep();
}

/* ---- the loop ---- */

static int work(void *nothing) {
  (void)nothing;
  leaders_fd = (int)SYS(openat, AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  nice_given = 20 - (i32)SYS(getpriority, 0, 0);
  try_vfork();
  u8 *hello = report_head(HELLO, 0), drained[128 * 16];
  put32(hello, VERSION);
  put32(hello + 4, (u32)self);
  put64(hello + 8, mark);
  report_size = HEADER + 16;
  for (int sent = flush(), again = 0;;) {
    struct pollfd fds[3] = {{PAIR, (short)(POLLRDHUP | (sent ? POLLIN : POLLOUT)), 0}, {signals_fd, POLLIN, 0}, {epoll_fd, POLLIN, 0}};
    u64 time = tidy_at ? now() : 0;
    struct timespec wait = {0, again || tidy_at <= time ? 0 : (long)(tidy_at - time)};
    SYS(ppoll, fds, 3, again || tidy_at ? &wait : 0, 0, 8);
    if (tidy_at && tidy_at <= time) tidy();
    if (hung_up || (fds[0].revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL))) sweep_all(); /* unread requests with it */
    if (fds[1].revents) {
      SYS(read, signals_fd, drained, sizeof drained);
      if (guard && SYS(getppid) != guard) sweep_all();
    }
    if (again || fds[1].revents || fds[2].revents) again = !look();
    if (sent && (fds[0].revents & POLLIN)) take_request();
    sent = flush();
  }
}

enum { NO_ROOM = 3 }; /* the system refuses what it cannot do without */

static int refuse(int code, const char *why) {
  SYS(write, 2, why, strlen(why));
  return code;
}

IN_CHILD static int end_at_once(void *nothing) {
  (void)nothing;
  return 0;
}

IN_CHILD static int leave_an_orphan(void *nothing) {
  return clone_on(SIGCHLD, 0, end_at_once, nothing) < 0;
}

/* Whether orphans come to us. Asked where the kernel's answer was no: qemu-user does not know the call, but its launcher may have made it. */
static int is_subreaper(void) {
  struct siginfo info;
  long child = clone_on(SIGCHLD, 0, leave_an_orphan, 0);
  return child > 0 && SYS(waitid, P_PID, child, &info, WEXITED, 0) == 0 && SYS(waitid, P_ALL, 0, &info, WEXITED, 0) == 0;
}

static void close_all_above(u32 last) {
  if (SYS(close_range, last + 1, ~0u, 0) == 0) return;
  for (u32 fd = last + 1; fd < 65536; fd++) SYS(close, fd);
}

static void choose_mark(void) {
  struct rlimit locks;
  u64 random = 0;
  if (SYS(getrandom, &random, 8, 0) != 8 || SYS(prlimit64, 0, RLIMIT_LOCKS, 0, &locks) < 0) return;
  mark = MARK_BASE | (random & 0x1fffff) << 40;
  if (locks.hard < mark + MARK_DETACHED + RUN_LIMIT) mark = 0; /* no room below the hard limit: sessions and groups must do */
}

/* Apart from whoever started us, and parent of what our descendants orphan. Answers 0 when that cannot be had. */
static int stand_apart(void) {
  self = (int)SYS(getpid);
  SYS(setsid); /* refused to one that leads a group already: then signals to that group find us blocking them */
  SYS(prctl, PR_SET_NAME, "supervise-keeper");
  return SYS(prctl, PR_SET_CHILD_SUBREAPER, 1) >= 0 || is_subreaper();
}

/* The keeper proper. */
static int keep(void *nothing) {
  if (guard && (!stand_apart() || SYS(prctl, PR_SET_PDEATHSIG, SIGCHLD) < 0 || SYS(getppid) != guard)) return NO_ROOM;
  u64 child_signal = 1ull << (SIGCHLD - 1);
  signals_fd = (int)SYS(signalfd4, -1, &child_signal, 8, SFD_FLAGS);
  epoll_fd = (int)SYS(epoll_create1, O_CLOEXEC);
  orphans_fd = (int)SYS(openat, AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (signals_fd < 0 || epoll_fd < 0) return NO_ROOM;
  long worker = clone_on(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, worker_stack + STACK, work, nothing);
  if (worker < 0) return NO_ROOM;
  for (;;) SYS(ppoll, 0, 0, 0, 0, 8);
}

static int keep_unguarded(void) {
  guard = 0;
  return keep(0);
}

/* Waits for the keeper, and takes its place when it is killed, or has no room for itself beside us. */
static int watch_over(i32 keeper_pid, int children) {
  struct siginfo info;
  if (SYS(waitid, P_PID, keeper_pid, &info, WEXITED, 0) < 0) return NO_ROOM;
  self = guard;
  if (info.code == CLD_EXITED) return info.status == NO_ROOM ? keep_unguarded() : info.status;
  SYS(shutdown, PAIR, SHUT_RDWR); /* now, not when we are done: the supervisor may have to tell of what cannot be killed */
  orphans_fd = children;
  leaders_fd = -1;
  sweep();
}

/* A process that shares our memory and our descriptors. */
static long beside_us(int (*fn)(void *)) {
#ifdef KEEPER_FORKS
  (void)fn;
  return -ENOSYS;
#endif
  return clone_on(CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, keeper_stack + STACK, fn, 0);
}

int keeper(int argc, char **argv) {
  const char *digits = argc == 2 ? argv[1] : "";
  u64 given = to_number(&digits), all_signals = ~0ull;
  u32 kind = 0, kind_size = 4;
  char link[16] = {0}, expected[16];
  if (argc != 2 || *digits || !*argv[1]) return refuse(2, "keeper: usage: keeper FD\n");
  if (SYS(getsockopt, given, SOL_SOCKET, 3 /* SO_TYPE */, &kind, &kind_size) < 0 || kind != 5 /* SEQPACKET */)
    return refuse(2, "keeper: FD is not a socket of type SOCK_SEQPACKET\n");
  held = orphans_fd = leaders_fd = -1;
  number(expected, (u64)SYS(getpid));
  SYS(readlinkat, AT_FDCWD, "/proc/self", link, sizeof link - 1);
  for (int i = 0; i < 16 && (expected[i] || link[i]); i++)
    if (expected[i] != link[i]) return refuse(NO_ROOM, "keeper: /proc is not mounted, or is that of another pid namespace\n");

  long pair = SYS(fcntl, given, F_DUPFD_CLOEXEC, PAIR), null = SYS(openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
  if (pair < 0 || null < 0) return refuse(NO_ROOM, "keeper: cannot open /dev/null\n");
#ifdef KEEPER_HOSTED /* what a sanitizer says shall be read */
  for (int fd = 0; fd < 2; fd++) SYS(dup3, null, fd, 0);
#else
  for (int fd = 0; fd < 3; fd++) SYS(dup3, null, fd, 0);
#endif
  if (pair != PAIR) SYS(dup3, pair, PAIR, O_CLOEXEC);
  close_all_above(PAIR);

  SYS(chdir, "/");
  struct sigaction plain = {0, 0, 0, 0};
  for (int signo = 1; signo <= SIGNALS; signo++) SYS(rt_sigaction, signo, &plain, 0, 8); /* children inherit these */
  plain.flags = SA_NOCLDSTOP;
  SYS(rt_sigaction, SIGCHLD, &plain, 0, 8);
  SYS(rt_sigprocmask, SIG_SETMASK, &all_signals, 0, 8);
  if (!stand_apart()) return NO_ROOM;

  SYS(prlimit64, 0, RLIMIT_NOFILE, 0, &nofile_given);
  struct rlimit more = nofile_given;
  if (more.soft < NOFILE_WANTED) more.soft = more.hard < NOFILE_WANTED ? more.hard : NOFILE_WANTED;
  SYS(prlimit64, 0, RLIMIT_NOFILE, &more, 0);
  choose_mark();

  int children = (int)SYS(openat, AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  guard = self;
  long pid = beside_us(keep);
  if (pid > 0) return watch_over((i32)pid, children);
  if (children >= 0) SYS(close, children);
  return keep_unguarded(); /* under an emulator that knows no such clone, or in a process table that is full */
}

#ifdef KEEPER_HOSTED
int main(int argc, char **argv) { return keeper(argc, argv); }
#endif
