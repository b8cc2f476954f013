/*
 * The keeper: parent of every unit. It spawns, signals and reports exits for one supervisor, by the page PROTOCOL.md,
 * and when the supervisor is gone it kills whatever is left. It never waits on the socket, allocates nothing while it
 * runs (but the body of a spawn that came in a memfd), and trusts no packet.
 *
 * Two threads, one owner. The first thread only sleeps: the kernel hands a subreaper's orphans to the oldest thread, so
 * its list of children holds orphans and nothing else, however many leaders there are. The second thread does all the work
 * and is the parent of the leaders (a run's leader is the process asked for by SPAWN).
 *
 * Exits of leaders are seen by one pidfd each, or, where descriptors do not suffice, by asking for each on SIGCHLD.
 * Descriptors below LOW are for passing use, pidfds live above it, so that a child need not copy them (see child()).
 */
#include "sys.h"

enum { SPAWN = 1, SIGNAL, MEMBERS, HELLO = 100, SPAWNED, FAILED, EXITED, GONE, MEMBERS_ARE, REFUSED };
enum { IN_MEMFD = 1, STDOUT = 2, STDERR = 4, NICE = 8, GROUPS = 16, SPAWN_FLAGS = 31, THEN_CONT = 1 };
enum { TO_LEADER, TO_GROUP, TO_ALL };
enum { S_REQUEST = 1, S_FORK, S_SESSION, S_LIMITS, S_NICE, S_USER, S_DIRECTORY, S_NOT_FOUND, S_DENIED, S_INTERPRETER, S_EXEC };
enum { FREE, LIVE, DEAD /* leader seen dead, not reaped */, OVER /* leader reaped, last report not sent */ };
enum {
  VERSION = 1, PACKET = 65536, HEADER = 16, FIXED = 32, BODY_MAX = 8 << 20, WORDS_MAX = PACKET + 8,
  RUNS = 65536, PIDS = 1 << 18, ORPHANS = 1 << 18, MEMBERS_MAX = 65536, NAMED_MAX = 16, NAMED_SIZE = 32,
  PID_LIMIT = 1 << 22, LOW = 64, NOFILE_WANTED = LOW + RUNS + 64, STACK = 65536, LEAVE = -1, PAIR = 3,
  TIDY_AFTER = 900000000 /* ns */,
};
#define RUN_LIMIT (1ull << 40)
#define MARK_BASE (1ull << 62)
#define INFINITY (~0ull)
#define NOT_LEADER 0x80000000u
#define KILLED 0xFFFFFFFFu

/* One run. Its reports wait here: what is to be told follows from state and told. */
struct run {
  u64 id, start;
  i32 pid, pidfd, how, status;
  u32 hash_next, queue_next, dead_at, orphans; /* orphans: of this run, alive, when last listed */
  u8 state, told, queued, doomed /* SIGKILL to all is in force */, stirred /* an orphan of it was reaped while listing */;
};
struct member { i32 pid, group; u64 start; char comm[16]; u8 direct; };
struct stat_line { i32 parent, group, threads; u64 start; char state, comm[16]; };
struct result { u32 step; i32 err; };

static struct run runs[RUNS];
static u32 run_hash[RUNS], run_free, run_top, run_unwatched; /* links are index + 1; 0 ends a chain */
static u32 dead[RUNS], dead_count, queue_head, queue_tail;
static struct { u32 pid, tag; } pids[PIDS]; /* tag: run index + 1, or NOT_LEADER | run index + 1, or NOT_LEADER alone */
static u32 pid_count;
static struct { i32 pid; u32 run; } orphans[ORPHANS]; /* of the last listing */
static u32 orphan_count;
static struct member members[MEMBERS_MAX];
static u32 member_count;
static u8 member_seen[PID_LIMIT / 8];

static u64 mark, tidy_at; /* ns on the monotonic clock; 0: nothing to tidy */
static int self, signals_fd, epoll_fd, orphans_fd, leaders_fd, memory_is_shared, hung_up;
static struct rlimit nofile_given;
static i32 nice_given, loud;
static u8 packet[PACKET] __attribute__((aligned(8)));
static u8 report[HEADER + 16 + NAMED_MAX * NAMED_SIZE];
static u32 report_size; /* an answer that did not fit into the socket yet */
static u8 worker_stack[STACK] __attribute__((aligned(16))), child_stack[STACK] __attribute__((aligned(16)));

static struct {
  u32 flags, uid, gid, umask, group_count, limit_count;
  i32 nice, out, err;
  const u8 *groups, *limits;
  char *directory, *path, **argv, **env;
  u64 locks;
  struct result result;
  int result_pipe;
} job;
static char *small_words[WORDS_MAX];

static u32 get32(const void *p) { u32 v; memcpy(&v, p, 4); return v; }
static u64 get64(const void *p) { u64 v; memcpy(&v, p, 8); return v; }
static void put32(u8 *p, u32 v) { memcpy(p, &v, 4); }
static void put64(u8 *p, u64 v) { memcpy(p, &v, 8); }

/* ---- tables: runs by number, processes by pid ---- */

static u32 *bucket_of(u64 id) { return &run_hash[(id * 0x9E3779B97F4A7C15ull) >> 48]; }

static struct run *find(u64 id) {
  for (u32 i = *bucket_of(id); i; i = runs[i - 1].hash_next)
    if (runs[i - 1].id == id) return &runs[i - 1];
  return 0;
}

static struct run *claim(u64 id) {
  struct run *r;
  if (run_free) {
    r = &runs[run_free - 1];
    run_free = r->hash_next;
  } else if (run_top < RUNS) {
    r = &runs[run_top++];
  } else {
    return 0;
  }
  memset(r, 0, sizeof *r);
  u32 *bucket = bucket_of(id);
  r->id = id;
  r->hash_next = *bucket;
  *bucket = (u32)(r - runs) + 1;
  return r;
}

static void release(struct run *r) {
  u32 *link = bucket_of(r->id), index = (u32)(r - runs) + 1;
  while (*link != index) link = &runs[*link - 1].hash_next;
  *link = r->hash_next;
  r->state = FREE;
  r->hash_next = run_free;
  run_free = index;
}

static u32 pid_place(u32 pid) {
  u32 i = (pid * 2654435761u) >> 14;
  while (pids[i].pid && pids[i].pid != pid) i = (i + 1) % PIDS;
  return i;
}

static u32 pid_tag(i32 pid) { return pids[pid_place((u32)pid)].tag; }

static void pid_put(i32 pid, u32 tag) {
  u32 i = pid_place((u32)pid);
  if (!pids[i].pid) pid_count++;
  pids[i].pid = (u32)pid;
  pids[i].tag = tag;
}

static void pid_forget(i32 pid) {
  u32 hole = pid_place((u32)pid);
  if (!pids[hole].pid) return;
  pid_count--;
  for (u32 i = (hole + 1) % PIDS; pids[i].pid; i = (i + 1) % PIDS) {
    u32 home = (pids[i].pid * 2654435761u) >> 14;
    if ((i - home) % PIDS >= (i - hole) % PIDS) {
      pids[hole] = pids[i];
      hole = i;
    }
  }
  pids[hole].pid = pids[hole].tag = 0;
}

/* ---- reading /proc ---- */

static char *number(char *to, u64 n) {
  char digits[20];
  int i = 0;
  do digits[i++] = (char)('0' + n % 10);
  while (n /= 10);
  while (i) *to++ = digits[--i];
  *to = 0;
  return to;
}

static char *text(char *to, const char *from) {
  while ((*to = *from++)) to++;
  return to;
}

static long read_file(const char *path, char *to, long room) {
  long fd = SYS(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC), n, got = 0;
  if (fd < 0) return fd;
  while (got < room - 1 && (n = SYS(read, fd, to + got, room - 1 - got)) > 0) got += n;
  SYS(close, fd);
  to[got] = 0;
  return got;
}

static u64 to_number(const char **at) {
  u64 n = 0;
  while (**at == ' ') ++*at;
  while (**at >= '0' && **at <= '9') n = n * 10 + (u64)(*(*at)++ - '0');
  return n;
}

static void next_word(const char **at) {
  while (**at == ' ') ++*at;
  while (**at && **at != ' ') ++*at;
}

/* Answers 0 when there is no such process (or /proc does not show it). */
static int read_stat(i32 pid, struct stat_line *s) {
  char path[40], line[1024];
  text(number(text(path, "/proc/"), (u64)pid), "/stat");
  long n = read_file(path, line, sizeof line);
  if (n <= 0) return 0;
  const char *open = line, *close = line + n;
  while (*open && *open != '(') open++;
  while (close > open && *close != ')') close--; /* a name may hold anything, parentheses and newlines included */
  if (close == open || close[1] != ' ') return 0;
  memset(s, 0, sizeof *s);
  for (int i = 0; i < 15 && open + 1 + i < close; i++) s->comm[i] = open[1 + i];
  s->state = close[2];
  const char *at = close + 3;
  s->parent = (i32)to_number(&at);
  s->group = (i32)to_number(&at);
  for (int field = 6; field < 20; field++) next_word(&at);
  s->threads = (i32)to_number(&at);
  next_word(&at);
  s->start = to_number(&at);
  return 1;
}

/* A process whose first thread has ended is listed as a zombie although others of its threads live. */
static int is_alive(const struct stat_line *s) { return (s->state != 'Z' && s->state != 'X') || s->threads > 1; }

static void each_pid_in(int fd, void (*act)(i32 pid, i32 parent), i32 parent) {
  char text[4096];
  u32 pid = 0;
  for (long n; (n = SYS(read, fd, text, sizeof text)) > 0;)
    for (long i = 0; i < n; i++) {
      if (text[i] >= '0' && text[i] <= '9') {
        pid = pid * 10 + (u32)(text[i] - '0');
      } else {
        if (pid && pid < PID_LIMIT) act((i32)pid, parent);
        pid = 0;
      }
    }
}

/* Calls act with every number that names an entry of a directory of /proc. */
static void each_pid_of_directory(const char *path, void (*act)(i32 pid, i32 parent), i32 parent) {
  u8 entries[4096] __attribute__((aligned(8)));
  long fd = SYS(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  for (long n; (n = SYS(getdents64, fd, entries, sizeof entries)) > 0;)
    for (long i = 0; i < n;) {
      struct dirent *e = (struct dirent *)(void *)(entries + i);
      const char *name = e->name;
      u64 pid = to_number(&name);
      if (pid && pid < PID_LIMIT && !*name) act((i32)pid, parent);
      i += e->reclen;
    }
  SYS(close, fd);
}

static void (*found_child)(i32 pid, i32 parent);

static void if_child(i32 pid, i32 parent) {
  struct stat_line s;
  if (read_stat(pid, &s) && s.parent == parent) found_child(pid, parent);
}

static void children_of_thread(i32 tid, i32 pid) {
  char path[64];
  text(number(text(number(text(path, "/proc/"), (u64)pid), "/task/"), (u64)tid), "/children");
  long fd = SYS(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  each_pid_in((int)fd, found_child, pid);
  SYS(close, fd);
}

static void each_child(i32 pid, void (*act)(i32 pid, i32 parent)) {
  char path[40];
  void (*outer)(i32, i32) = found_child;
  found_child = act;
  if (orphans_fd < 0) { /* a kernel without CONFIG_PROC_CHILDREN */
    each_pid_of_directory("/proc", if_child, pid);
  } else {
    text(number(text(path, "/proc/"), (u64)pid), "/task");
    each_pid_of_directory(path, children_of_thread, pid);
  }
  found_child = outer;
}

static void each_own_child(int fd, void (*act)(i32 pid, i32 parent)) {
  if (orphans_fd < 0) {
    each_child(self, act);
  } else {
    SYS(lseek, fd, 0, 0);
    each_pid_in(fd, act, self);
  }
}

/* ---- waiting and attribution ---- */

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

static int carries_mark(i32 pid) { return mark && soft_locks(pid) - mark - 1 < RUN_LIMIT - 1; }

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

static struct run *led_by(long pid) {
  u32 tag = pid > 0 ? pid_tag((i32)pid) : 0;
  return tag && !(tag & NOT_LEADER) ? &runs[tag - 1] : 0;
}

/* The run an orphan comes from. A mark of ours without a run is what outlived a run that is over: killed at sight. */
static struct run *origin(i32 pid) {
  if (mark) {
    u64 run = soft_locks(pid) - mark;
    if (run && run < RUN_LIMIT) {
      struct run *r = find(run);
      if (r && r->state != OVER) return r;
      kill_tree(pid, self);
      tidy_later();
      return 0;
    }
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

/* ---- who belongs to a run ---- */

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
    if (orphans[i].run == (u32)(r - runs) + 1) add_member(orphans[i].pid, self);
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
    int by_pid = fd == -ENOSYS || fd == -EMFILE || fd == -ENFILE;
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
    if (orphans[i].run == (u32)(r - runs) + 1) kill_tree(orphans[i].pid, self);
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

/* ---- reports ---- */

static u8 *report_head(u32 type, u64 run) {
  put32(report, type);
  put32(report + 4, 0);
  put64(report + 8, run);
  return report + HEADER;
}

static void answer(u32 type, u64 run, u32 first, u32 second) {
  u8 *body = report_head(type, run);
  put32(body, first);
  put32(body + 4, second);
  report_size = HEADER + 8;
}

/* Writes left, named and the names; the leader is not counted. */
static u32 put_members(u8 *body, const struct run *r) {
  u32 left = 0, named = 0;
  for (u32 i = 0; i < member_count; i++) {
    const struct member *m = &members[i];
    if (m->pid == r->pid) continue;
    left++;
    if (named == NAMED_MAX) continue;
    u8 *at = body + 8 + NAMED_SIZE * named++;
    put32(at, (u32)m->pid);
    put32(at + 4, 0);
    put64(at + 8, m->start);
    memcpy(at + 16, m->comm, 16);
  }
  put32(body, left);
  put32(body + 4, named);
  return 8 + NAMED_SIZE * named;
}

/* 1 when sent, 0 when it must wait. A supervisor that is gone is noticed by the caller of poll. */
static int send(u32 size) {
  struct iovec part = {report, size};
  struct msghdr message = {0, 0, &part, 1, 0, 0, 0};
  long n = SYS(sendmsg, PAIR, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n == -EPIPE || n == -ECONNRESET) hung_up = 1;
  return n >= 0;
}

static int send_exited(struct run *r) {
  if (r->state == DEAD) {
    gather(r);
    if (!member_count) { /* what was left has ended meanwhile */
      look();
      gather(r);
    }
  }
  u8 *body = report_head(EXITED, r->id);
  put32(body, (u32)r->how);
  put32(body + 4, (u32)r->status);
  if (r->state == OVER) drop_members(0);
  u32 size = put_members(body + 8, r);
  /* Something is left that cannot be named: held by a tracer, or so short-lived that its number is gone before it is read. */
  if (r->state == DEAD && !get32(body + 8)) put32(body + 8, r->orphans ? r->orphans : 1);
  return send(HEADER + 8 + size);
}

/* Sends what waits, in the order it was seen. Answers 0 when the socket is full. */
static int flush(void) {
  if (report_size && !send(report_size)) return 0;
  report_size = 0;
  while (queue_head) {
    struct run *r = &runs[queue_head - 1];
    if (!r->told) {
      if (!send_exited(r)) return 0;
      r->told = 1;
      if (r->state == DEAD) goto next; /* GONE will follow */
    } else {
      report_head(GONE, r->id);
      if (!send(HEADER)) return 0;
    }
    queue_head = r->queue_next;
    r->queued = 0;
    release(r);
    continue;
  next:
    queue_head = r->queue_next;
    r->queued = 0;
  }
  return 1;
}

/* ---- spawning ---- */

/* In the child until exec. It shares our memory and we sleep, so it must not change what is ours, job.result excepted. */
#define IN_CHILD __attribute__((no_sanitize("address", "undefined")))

IN_CHILD static int fail(u32 step, long err) {
  job.result.step = step;
  job.result.err = (i32)-err;
  if (job.result_pipe >= 0) SYS(write, job.result_pipe, &job.result, sizeof job.result);
  return 127;
}

/* Why the file could not be run, from what execve said and what the file is. */
IN_CHILD static struct result why_not(const char *file, long err) {
  struct statx about;
  int there = SYS(faccessat, AT_FDCWD, file, F_OK) == 0;
  if (err == -ENOENT || err == -ENOTDIR) return there ? (struct result){S_INTERPRETER, ENOENT} : (struct result){S_NOT_FOUND, (i32)-err};
  if (err != -EACCES) return (struct result){S_EXEC, (i32)-err};
  if (SYS(statx, AT_FDCWD, file, 0, STATX_BASIC, &about) == 0) {
    if ((about.mode & S_IFMT) == S_IFDIR) return (struct result){S_DENIED, EISDIR};
    if ((about.mode & S_IFMT) == S_IFREG && SYS(faccessat, AT_FDCWD, file, X_OK) == 0) return (struct result){S_INTERPRETER, EACCES};
  }
  return (struct result){S_DENIED, EACCES};
}

/* As execvp, but for the shell that execvp starts for a file without a format. */
IN_CHILD static int exec_program(void) {
  static char file[4096];
  const char *name = job.argv[0], *path = job.path;
  size_t name_size = strlen(name) + 1;
  struct result worst = {S_NOT_FOUND, ENOENT};
  int has_slash = 0;
  for (const char *p = name; *p; p++) has_slash |= *p == '/';
  if (has_slash) {
    struct result r = why_not(name, SYS(execve, name, job.argv, job.env));
    return fail(r.step, -r.err);
  }
  if (!*name || !*path) return fail(S_NOT_FOUND, -ENOENT);
  for (const char *end;; path = end + 1) {
    for (end = path; *end && *end != ':';) end++;
    size_t size = (size_t)(end - path);
    if (size + 1 + name_size <= sizeof file) {
      memcpy(file, path, size);
      if (size) file[size++] = '/';
      memcpy(file + size, name, name_size);
      struct result r = why_not(file, SYS(execve, file, job.argv, job.env));
      if (r.step == S_EXEC) return fail(r.step, -r.err);
      if (r.step > worst.step) worst = r;
    }
    if (!*end) return fail(worst.step, -worst.err);
  }
}

IN_CHILD static int set_limits(void) {
  struct rlimit limit = nofile_given;
  long e = SYS(prlimit64, 0, RLIMIT_NOFILE, &limit, 0);
  for (u32 i = 0; i < job.limit_count && e >= 0; i++) {
    const u8 *at = job.limits + 24 * i;
    limit.soft = get64(at + 8);
    limit.hard = get64(at + 16);
    e = SYS(prlimit64, 0, get32(at), &limit, 0);
  }
  if (e >= 0 && job.locks) {
    e = SYS(prlimit64, 0, RLIMIT_LOCKS, 0, &limit);
    limit.soft = job.locks;
    if (e >= 0) e = SYS(prlimit64, 0, RLIMIT_LOCKS, &limit, 0);
  }
  return (int)e;
}

IN_CHILD static int child(void *nothing) {
  (void)nothing;
  long e;
  u64 no_signals = 0;
  /* Own table of descriptors, made without copying the pidfds of all other runs. */
  if (memory_is_shared && (e = SYS(close_range, LOW, ~0u, CLOSE_RANGE_UNSHARE)) < 0 && (e = SYS(unshare, CLONE_FILES)) < 0) return fail(S_SESSION, e);
  if ((e = SYS(setsid)) < 0) return fail(S_SESSION, e);
  if (job.out >= 0 && (e = SYS(dup3, job.out, 1, 0)) < 0) return fail(S_SESSION, e);
  if ((e = job.err >= 0 ? SYS(dup3, job.err, 2, 0) : job.out >= 0 ? SYS(dup3, job.out, 2, 0) : 0) < 0) return fail(S_SESSION, e);
  if ((e = set_limits()) < 0) return fail(S_LIMITS, e);
  if (loud) SYS(setpriority, 0, 0, nice_given);
  if ((job.flags & NICE) && (e = SYS(setpriority, 0, 0, job.nice)) < 0) return fail(S_NICE, e);
  if ((job.flags & GROUPS) && (e = SYS(setgroups, job.group_count, job.groups)) < 0) return fail(S_USER, e);
  if (job.gid != (u32)LEAVE && (e = SYS(setresgid, job.gid, job.gid, job.gid)) < 0) return fail(S_USER, e);
  if (job.uid != (u32)LEAVE && (e = SYS(setresuid, job.uid, job.uid, job.uid)) < 0) return fail(S_USER, e);
  if (job.umask != (u32)LEAVE) SYS(umask, job.umask & 0777);
  if ((e = SYS(chdir, job.directory)) < 0) return fail(S_DIRECTORY, e);
  SYS(rt_sigprocmask, SIG_SETMASK, &no_signals, 0, 8);
  return exec_program();
}

IN_CHILD static int touch(void *flag) {
  *(volatile int *)flag = 1;
  return 0;
}

static long vfork_on_own_stack(int (*fn)(void *), void *arg) {
  if (!memory_is_shared) return clone_on(SIGCHLD, 0, fn, arg);
  return clone_on(CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, child_stack + STACK, fn, arg);
}

/* Emulators (qemu-user) make a plain fork of a vfork: then the child tells by a pipe instead of by memory. */
static void try_vfork(void) {
  static int touched;
  struct siginfo info;
#ifdef KEEPER_FORKS /* for valgrind, which ends a program that asks for such a clone */
  return;
#endif
  memory_is_shared = 1;
  long pid = vfork_on_own_stack(touch, &touched);
  memory_is_shared = *(volatile int *)&touched;
  if (pid > 0) SYS(waitid, P_PID, pid, &info, WEXITED, 0);
}

static long spawn_process(void) {
  int ends[2] = {-1, -1};
  if (!memory_is_shared) {
    long e = SYS(pipe2, ends, O_CLOEXEC);
    if (e < 0) return e;
  }
  job.result = (struct result){0, 0};
  job.result_pipe = ends[1];
  long pid = vfork_on_own_stack(child, 0);
  if (ends[1] >= 0) {
    SYS(close, ends[1]);
    if (pid > 0 && SYS(read, ends[0], &job.result, sizeof job.result) != sizeof job.result) job.result.step = 0;
    SYS(close, ends[0]);
  }
  return pid;
}

static void watch(struct run *r) {
  struct epoll_event event = {EPOLLIN, (u64)(r - runs)};
  long fd = SYS(pidfd_open, r->pid, 0);
  r->pidfd = -1;
  if (fd >= 0) {
    r->pidfd = (i32)SYS(fcntl, fd, F_DUPFD_CLOEXEC, LOW);
    SYS(close, fd);
    if (r->pidfd < 0) r->pidfd = -1;
    else if (SYS(epoll_ctl, epoll_fd, EPOLL_CTL_ADD, r->pidfd, &event) < 0) unwatch(r);
  }
  if (r->pidfd < 0) run_unwatched++;
}

/* Cuts the body into job, without trusting any number in it. Answers 0 when it is malformed. */
static int parse(u8 *body, u64 size, u64 word_count, char **words) {
  if (size < FIXED) return 0;
  job.uid = get32(body);
  job.gid = get32(body + 4);
  job.umask = get32(body + 8);
  job.nice = (i32)get32(body + 12);
  job.group_count = get32(body + 16);
  job.limit_count = get32(body + 20);
  u64 argc = get32(body + 24), envc = get32(body + 28);
  if (!argc || argc + envc + 4 > word_count) return 0;
  if (job.group_count > 65536 || job.limit_count > 64 || (job.group_count && !(job.flags & GROUPS))) return 0;
  u64 at = FIXED + 4ull * job.group_count;
  job.groups = body + FIXED;
  at = (at + 7) & ~7ull;
  job.limits = body + at;
  at += 24ull * job.limit_count;
  if (at >= size || body[size - 1]) return 0;
  for (u32 i = 0; i < job.limit_count; i++)
    if (get32(job.limits + 24 * i) == RLIMIT_LOCKS) return 0;
  u64 n = 0, wanted = 2 + argc + envc;
  char **place = words;
  for (; at < size; n++) {
    char *word = (char *)body + at;
    if (n == 0) job.directory = word;
    else if (n == 1) job.path = word;
    else if (n < wanted) *place++ = word;
    else return 0;
    if (n == 1 + argc) *place++ = 0; /* ends argv */
    at += strlen(word) + 1;
  }
  if (n != wanted) return 0;
  *place = 0;
  job.argv = words;
  job.env = words + argc + 1;
  return 1;
}

static struct result start_run(struct run *r) {
  job.locks = mark ? mark + r->id : 0;
  long pid = spawn_process();
  if (pid < 0) return (struct result){S_FORK, (i32)-pid};
  if (job.result.step) {
    struct siginfo info;
    SYS(waitid, P_PID, pid, &info, WEXITED, 0);
    return job.result;
  }
  struct stat_line s;
  r->pid = (i32)pid;
  r->start = read_stat(r->pid, &s) ? s.start : 0;
  r->state = LIVE;
  pid_put(r->pid, (u32)(r - runs) + 1);
  watch(r);
  return job.result;
}

static struct result start(u64 id, u8 *body, u64 size, u64 word_count, char **words) {
  if (!id || id >= RUN_LIMIT || !parse(body, size, word_count, words)) return (struct result){S_REQUEST, EINVAL};
  if (find(id)) return (struct result){S_REQUEST, EEXIST};
  struct run *r = claim(id);
  if (!r) return (struct result){S_REQUEST, ENOSPC};
  struct result result = start_run(r);
  if (result.step) release(r);
  return result;
}

/* A body too large for a packet: read (not mapped, a file can shrink) into memory of its own, with room for the pointers. */
static struct result start_from_memfd(u64 id, int fd, u64 size) {
  struct statx about;
  if (SYS(statx, fd, "", AT_EMPTY_PATH, STATX_BASIC, &about) < 0 || (about.mode & S_IFMT) != S_IFREG || size < FIXED) return (struct result){S_REQUEST, EINVAL};
  if (size > BODY_MAX) return (struct result){S_EXEC, E2BIG};
  u64 room = (size + 7) & ~7ull, word_count = 8, got = 0;
  u8 fixed[FIXED];
  if (SYS(pread64, fd, fixed, FIXED, 0) != FIXED) return (struct result){S_REQUEST, EINVAL};
  word_count += (u64)get32(fixed + 24) + get32(fixed + 28);
  if (word_count > size + 8) return (struct result){S_REQUEST, EINVAL};
  long memory = SYS(mmap, 0, room + 8 * word_count, PROT_RW, MAP_PRIVATE_ANONYMOUS, -1, 0);
  if (memory < 0 && memory > -4096) return (struct result){S_REQUEST, (i32)-memory};
  u8 *body = (u8 *)memory;
  for (long n; got < size && (n = SYS(pread64, fd, body + got, size - got, got)) > 0;) got += (u64)n;
  struct result result = {S_REQUEST, EINVAL};
  if (got == size) result = start(id, body, size, word_count, (char **)(void *)(body + room));
  SYS(munmap, memory, room + 8 * word_count);
  return result;
}

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
  } else if (type == MEMBERS && whole && !size && !flags && !fd_count) {
    members_of(id);
  } else {
    answer(REFUSED, id, type, EINVAL);
  }
  for (u32 i = 0; i < fd_count; i++) SYS(close, fds[i]);
}

/* ---- the end ---- */

static void kill_tree_once(i32 pid, i32 parent) {
  if (pid_tag(pid) == KILLED) return;
  kill_tree(pid, parent);
  if (pid_count < PIDS / 2) pid_put(pid, KILLED);
}

/* The supervisor is gone: kills every descendant until the kernel knows of none. */
__attribute__((noreturn)) static void sweep(void) {
  struct siginfo info;
  struct pollfd signals = {signals_fd, POLLIN, 0};
  u8 drained[128 * 16];
  be_heard(1);
  for (u32 i = 0; i < run_top; i++)
    if (runs[i].state == LIVE || runs[i].state == DEAD) {
      SYS(kill, -runs[i].pid, SIGKILL);
      SYS(kill, runs[i].pid, SIGKILL);
    }
  for (long patience = 20000000, e;;) {
    each_own_child(orphans_fd, kill_tree_once);
    while ((e = SYS(waitid, P_ALL, 0, (info.pid = 0, &info), WEXITED | WNOHANG, 0)) == 0 && info.pid) pid_forget(info.pid);
    if (e == -ECHILD) SYS(exit_group, 0);
    struct timespec limit = {0, patience};
    if (SYS(ppoll, &signals, 1, &limit, 0, 8) > 0) {
      SYS(read, signals_fd, drained, sizeof drained);
      patience = 20000000;
    } else { /* nobody dies any more: some child may not be signalled, or waits in the kernel */
      patience = patience < 500000000 ? patience * 2 : patience;
      each_own_child(orphans_fd, kill_tree);
      if (leaders_fd >= 0) each_own_child(leaders_fd, kill_tree);
    }
  }
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
    if (hung_up || (fds[0].revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL))) sweep(); /* unread requests with it */
    if (fds[1].revents) SYS(read, signals_fd, drained, sizeof drained);
    if (again || fds[1].revents || fds[2].revents) again = !look();
    if (sent && (fds[0].revents & POLLIN)) take_request();
    sent = flush();
  }
}

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
  if (locks.hard < mark + RUN_LIMIT) mark = 0; /* no room below the hard limit: sessions and groups must do */
}

int keeper(int argc, char **argv) {
  const char *digits = argc == 2 ? argv[1] : "";
  u64 given = to_number(&digits), all_signals = ~0ull;
  u32 kind = 0, kind_size = 4;
  char link[16] = {0}, expected[16];
  if (argc != 2 || *digits || !*argv[1]) return refuse(2, "keeper: usage: keeper FD\n");
  if (SYS(getsockopt, given, SOL_SOCKET, 3 /* SO_TYPE */, &kind, &kind_size) < 0 || kind != 5 /* SEQPACKET */)
    return refuse(2, "keeper: FD is not a socket of type SOCK_SEQPACKET\n");
  self = (int)SYS(getpid);
  orphans_fd = leaders_fd = -1;
  number(expected, (u64)self);
  SYS(readlinkat, AT_FDCWD, "/proc/self", link, sizeof link - 1);
  for (int i = 0; i < 16 && (expected[i] || link[i]); i++)
    if (expected[i] != link[i]) return refuse(3, "keeper: /proc is not mounted, or is that of another pid namespace\n");

  long pair = SYS(fcntl, given, F_DUPFD_CLOEXEC, PAIR), null = SYS(openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
  if (pair < 0 || null < 0) return refuse(3, "keeper: cannot open /dev/null\n");
#ifdef KEEPER_HOSTED /* what a sanitizer says shall be read */
  for (int fd = 0; fd < 2; fd++) SYS(dup3, null, fd, 0);
#else
  for (int fd = 0; fd < 3; fd++) SYS(dup3, null, fd, 0);
#endif
  if (pair != PAIR) SYS(dup3, pair, PAIR, O_CLOEXEC);
  close_all_above(PAIR);

  SYS(chdir, "/");
  SYS(setsid); /* refused to one that leads a group already: then signals to that group find us blocking them */
  SYS(prctl, PR_SET_NAME, "supervise-keeper");
  if (SYS(prctl, PR_SET_CHILD_SUBREAPER, 1) < 0 && !is_subreaper()) return 3;
  struct sigaction plain = {0, 0, 0, 0};
  for (int signo = 1; signo <= SIGNALS; signo++) SYS(rt_sigaction, signo, &plain, 0, 8); /* children inherit these */
  plain.flags = SA_NOCLDSTOP;
  SYS(rt_sigaction, SIGCHLD, &plain, 0, 8);
  SYS(rt_sigprocmask, SIG_SETMASK, &all_signals, 0, 8);

  SYS(prlimit64, 0, RLIMIT_NOFILE, 0, &nofile_given);
  struct rlimit more = nofile_given;
  if (more.soft < NOFILE_WANTED) more.soft = more.hard < NOFILE_WANTED ? more.hard : NOFILE_WANTED;
  SYS(prlimit64, 0, RLIMIT_NOFILE, &more, 0);
  choose_mark();

  u64 child_signal = 1ull << (SIGCHLD - 1);
  signals_fd = (int)SYS(signalfd4, -1, &child_signal, 8, SFD_FLAGS);
  epoll_fd = (int)SYS(epoll_create1, O_CLOEXEC);
  orphans_fd = (int)SYS(openat, AT_FDCWD, "/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (signals_fd < 0 || epoll_fd < 0) return 3;
  long worker = clone_on(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, worker_stack + STACK, work, 0);
  if (worker < 0) return 3;
  for (;;) SYS(ppoll, 0, 0, 0, 0, 8);
}

#ifdef KEEPER_HOSTED
int main(int argc, char **argv) { return keeper(argc, argv); }
#endif
