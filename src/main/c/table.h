/* What the keeper knows: the words of PROTOCOL.md, its runs by number and its children by pid. Fixed tables, touched as they fill. */
#ifndef TABLE_H
#define TABLE_H
#include "sys.h"

enum { SPAWN = 1, SIGNAL, MEMBERS, HOLD, HELLO = 100, SPAWNED, FAILED, EXITED, GONE, MEMBERS_ARE, REFUSED };
enum { IN_MEMFD = 1, STDOUT = 2, STDERR = 4, NICE = 8, GROUPS = 16, DETACHED = 32, SPAWN_FLAGS = 63, THEN_CONT = 1 };
enum { TO_LEADER, TO_GROUP, TO_ALL };
enum { S_REQUEST = 1, S_FORK, S_SESSION, S_LIMITS, S_NICE, S_USER, S_DIRECTORY, S_NOT_FOUND, S_DENIED, S_INTERPRETER, S_EXEC };
enum { FREE, LIVE, DEAD /* leader seen dead, not reaped */, OVER /* leader reaped, last report not sent */ };
enum {
  VERSION = 2, PACKET = 65536, HEADER = 16, FIXED = 32, BODY_MAX = 8 << 20, WORDS_MAX = PACKET + 8,
  RUNS = 65536, PIDS = 1 << 18, ORPHANS = 1 << 18, MEMBERS_MAX = 65536, NAMED_MAX = 16, NAMED_SIZE = 32,
  PID_LIMIT = 1 << 22, LOW = 64, NOFILE_WANTED = LOW + RUNS + 64, STACK = 65536, LEAVE = -1, PAIR = 3,
  TIDY_AFTER = 900000000 /* ns */,
};
#define RUN_LIMIT (1ull << 40)
#define MARK_BASE (1ull << 62)
#define MARK_DETACHED (1ull << 61) /* in the mark of a run that is to outlive us */
#define INFINITY (~0ull)
#define NOT_LEADER 0x80000000u
#define KILLED (NOT_LEADER | (RUNS + 1)) /* while sweeping: has been sent SIGKILL with all below it */

/* One run. Its reports wait here: what is to be told follows from state and told. */
struct run {
  u64 id, start;
  i32 pid, pidfd, how, status;
  u32 hash_next, queue_next, dead_at, orphans; /* orphans: of this run, alive, when last listed */
  u8 state, told, queued, doomed /* SIGKILL to all is in force */, stirred /* an orphan of it was reaped while listing */, detached;
};
struct result { u32 step; i32 err; };

static struct run runs[RUNS];
static u32 run_hash[RUNS], run_free, run_top, run_unwatched; /* links are index + 1; 0 ends a chain */
static u32 dead[RUNS], dead_count, queue_head, queue_tail;
static struct { u32 pid, tag; } pids[PIDS]; /* tag: run index + 1, or NOT_LEADER | run index + 1, or NOT_LEADER alone, or KILLED */
static u32 pid_count;

static u64 mark, tidy_at; /* ns on the monotonic clock; 0: nothing to tidy */
static u32 detached_given; /* how many detached runs were ever started */
static int guard; /* our parent, that takes our place; 0: there is none */
static int self, held, signals_fd, epoll_fd, orphans_fd, leaders_fd, memory_is_shared, files_are_shared, hung_up;
static struct rlimit nofile_given;

static u32 get32(const void *p) { u32 v; memcpy(&v, p, 4); return v; }
static u64 get64(const void *p) { u64 v; memcpy(&v, p, 8); return v; }

static u32 *bucket_of(u64 id) { return &run_hash[id % RUNS]; }

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
  u32 i = pid % PIDS; /* neighbours in number are neighbours in memory */
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
    u32 home = pids[i].pid % PIDS;
    if ((i - home) % PIDS >= (i - hole) % PIDS) {
      pids[hole] = pids[i];
      hole = i;
    }
  }
  pids[hole].pid = pids[hole].tag = 0;
}

#endif
