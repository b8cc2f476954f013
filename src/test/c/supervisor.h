/* A supervisor for tests: the protocol's other side, blocking and plain. Any surprise ends the program with the place and exit 1. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SPAWN = 1, SIGNAL, MEMBERS, HOLD, HELLO = 100, SPAWNED, FAILED, EXITED, GONE, MEMBERS_ARE, REFUSED };
enum { IN_MEMFD = 1, STDOUT = 2, STDERR = 4, NICE = 8, GROUPS = 16, DETACHED = 32, THEN_CONT = 1, TO_LEADER = 0, TO_GROUP = 1, TO_ALL = 2 };

#define DIE(...) (fprintf(stderr, "%s:%d: ", __func__, __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), exit(1))
#define CHECK(condition, ...) ((condition) ? (void)0 : DIE(__VA_ARGS__))

struct limit { uint32_t resource, zero; uint64_t soft, hard; };
struct name { int32_t pid; uint32_t zero; uint64_t start; char comm[16]; };
struct packet {
  uint32_t type, flags;
  uint64_t run;
  union {
    uint8_t body[65536];
    struct { uint32_t version; int32_t pid; uint64_t mark; } hello;
    struct { int32_t pid; uint32_t zero; uint64_t start; } spawned;
    struct { uint32_t step; int32_t err; } failed; /* REFUSED: request type and errno */
    struct { uint32_t how, status, left, named; struct name names[16]; } exited;
    struct { uint32_t left, named; struct name names[16]; } members;
  };
};
struct wish {
  char **argv, **env;
  const char *directory, *path;
  uint32_t flags, uid, gid, umask, groups;
  int32_t nice;
  uint32_t group[4], limits;
  struct limit limit[4];
  int out, err;
};

static const char *keeper_path, *child_path;
static int pair = -1;
static pid_t keeper_pid; /* of the process we started: of the guard, where there is one */
static pid_t proper_pid; /* of the keeper proper */
static uint64_t mark;
static uint64_t next_run = 1;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* The next report within ms; 0 when none came. */
static int receive(struct packet *p, int ms) {
  struct pollfd f = {pair, POLLIN, 0};
  if (poll(&f, 1, ms) == 0) return 0;
  ssize_t n = recv(pair, p, sizeof *p, 0);
  CHECK(n >= 16, "the keeper hung up (%zd, %s)", n, strerror(errno));
  memset((char *)p + n, 0, sizeof *p < (size_t)n + 64 ? sizeof *p - (size_t)n : 64);
  return (int)n;
}

static struct packet expected;
static struct packet *expect(uint32_t type, uint64_t run) {
  CHECK(receive(&expected, 10000), "no report; waited for %u of run %llu", type, (unsigned long long)run);
  CHECK(expected.type == type && expected.run == run, "got report %u of run %llu (%u %u), not %u of run %llu", expected.type,
        (unsigned long long)expected.run, expected.failed.step, expected.failed.err, type, (unsigned long long)run);
  return &expected;
}

static void expect_silence(int ms) {
  if (receive(&expected, ms)) DIE("unexpected report %u of run %llu (%u %u)", expected.type, (unsigned long long)expected.run, expected.failed.step, expected.failed.err);
}

/* Starts a keeper whose parent is this process; before, when given, runs in it first. */
static void start_keeper(void (*before)(void)) {
  int ends[2];
  CHECK(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
  keeper_pid = fork();
  if (keeper_pid == 0) {
    char fd[12], program[40];
    snprintf(program, sizeof program, "/proc/self/fd/%d", open(keeper_path, O_PATH)); /* whoever we become may run it */
    fcntl(ends[1], F_SETFD, 0);
    snprintf(fd, sizeof fd, "%d", ends[1]);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* survives exec; for qemu-user, which refuses this call to the keeper */
    if (before) before();
    execl(program, keeper_path, fd, NULL);
    _exit(126);
  }
  close(ends[1]);
  pair = ends[0];
  struct packet *p = expect(HELLO, 0);
  CHECK(p->hello.version == 2 && p->hello.pid > 0, "hello");
  mark = p->hello.mark;
  proper_pid = p->hello.pid;
}

static size_t put_wish(struct packet *p, uint64_t run, const struct wish *w, uint8_t *to) {
  uint32_t argc = 0, envc = 0, fixed[8];
  while (w->argv && w->argv[argc]) argc++;
  while (w->env && w->env[envc]) envc++;
  uint32_t values[8] = {w->uid, w->gid, w->umask, (uint32_t)w->nice, w->groups, w->limits, argc, envc};
  memcpy(fixed, values, sizeof fixed);
  memset(p, 0, 16);
  p->type = SPAWN;
  p->run = run;
  p->flags = w->flags | (w->out >= 0 ? STDOUT : 0) | (w->err >= 0 ? STDERR : 0);
  uint8_t *at = to;
  memcpy(at, fixed, 32);
  at += 32;
  memcpy(at, w->group, 4 * w->groups);
  at += 4 * w->groups;
  while ((at - to) % 8) *at++ = 0;
  memcpy(at, w->limit, sizeof(struct limit) * w->limits);
  at += sizeof(struct limit) * w->limits;
  at = (uint8_t *)stpcpy((char *)at, w->directory) + 1;
  at = (uint8_t *)stpcpy((char *)at, w->path) + 1;
  for (uint32_t i = 0; i < argc; i++) at = (uint8_t *)stpcpy((char *)at, w->argv[i]) + 1;
  for (uint32_t i = 0; i < envc; i++) at = (uint8_t *)stpcpy((char *)at, w->env[i]) + 1;
  return (size_t)(at - to);
}

/* Answers 0, or the errno of sendmsg. */
static int send_packet(const void *p, size_t size, const int *fds, int count, int flags) {
  union { char bytes[CMSG_SPACE(8 * sizeof(int))]; struct cmsghdr align; } control;
  struct iovec part = {(void *)p, size};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  if (count) {
    m.msg_control = control.bytes;
    m.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(count * sizeof(int))};
    memcpy(CMSG_DATA(c), fds, count * sizeof(int));
  }
  return sendmsg(pair, &m, MSG_NOSIGNAL | flags) < 0 ? errno : 0;
}

static struct wish wish(char **argv) {
  static char *env[] = {"A=1", NULL};
  return (struct wish){.argv = argv, .env = env, .directory = "/", .path = "/usr/bin:/bin", .uid = -1, .gid = -1, .umask = -1, .out = -1, .err = -1};
}

static void ask_spawn(uint64_t run, const struct wish *w) {
  static struct packet p;
  int fds[2], count = 0;
  size_t size = put_wish(&p, run, w, p.body);
  if (w->out >= 0) fds[count++] = w->out;
  if (w->err >= 0) fds[count++] = w->err;
  int e = send_packet(&p, 16 + size, fds, count, 0);
  CHECK(!e, "send: %s", strerror(e));
}

static uint64_t ask_child(const char *order, const char *argument, int out) {
  char *argv[] = {(char *)child_path, (char *)order, (char *)argument, NULL};
  struct wish w = wish(argv);
  w.out = out;
  ask_spawn(next_run, &w);
  return next_run++;
}

static int said_ready(int fd) {
  char line[7] = {0};
  struct pollfd f = {fd, POLLIN, 0};
  return poll(&f, 1, 10000) == 1 && read(fd, line, 6) == 6 && !strcmp(line, "ready\n");
}

/* Spawns the child and waits until it says that it is ready (not for orders that say nothing: out 0). Its pid and start are in expected. */
static uint64_t start_child(const char *order, const char *argument, int waits) {
  int ends[2];
  CHECK(!pipe2(ends, O_CLOEXEC), "pipe");
  uint64_t run = ask_child(order, argument, ends[1]);
  close(ends[1]);
  expect(SPAWNED, run);
  if (waits) CHECK(said_ready(ends[0]), "child %s %s never was ready", order, argument);
  close(ends[0]);
  return run;
}

/* Starts count children at once, and waits until all are ready when that is said. Answers the number of the first run. */
static uint64_t start_crowd(const char *order, const char *argument, int count, int waits) {
  int ends[2], spawned = 0;
  char text[4096];
  uint64_t first = next_run;
  CHECK(!pipe2(ends, O_CLOEXEC), "pipe");
  for (int i = 0; i < count || spawned < count;) {
    if (i < count) ask_child(order, argument, ends[1]), i++;
    while (spawned < count && receive(&expected, i < count ? 0 : 10000)) CHECK(expected.type == SPAWNED, "report %u", expected.type), spawned++;
    CHECK(i < count || spawned == count, "%d of %d were spawned", spawned, count);
  }
  close(ends[1]);
  for (ssize_t left = waits ? 6 * count : 0, n; left; left -= n) {
    struct pollfd f = {ends[0], POLLIN, 0};
    CHECK(poll(&f, 1, 10000) == 1 && (n = read(ends[0], text, sizeof text)) > 0, "%zd children never were ready", left / 6);
  }
  close(ends[0]);
  return first;
}

static void ask_signal(uint64_t run, int signo, uint32_t target, uint32_t flags) {
  struct { uint32_t type, flags; uint64_t run; int32_t signo; uint32_t target; } p = {SIGNAL, flags, run, signo, target};
  int e = send_packet(&p, sizeof p, NULL, 0, 0);
  CHECK(!e, "send: %s", strerror(e));
}

static uint32_t members_of(uint64_t run) {
  struct { uint32_t type, flags; uint64_t run; } p = {MEMBERS, 0, run};
  CHECK(!send_packet(&p, sizeof p, NULL, 0, 0), "send");
  return expect(MEMBERS_ARE, run)->members.left;
}

/* The run whose mark the process carries, added to a base, 0 for none of this keeper; zombies count as none. */
static uint64_t run_over(uint64_t base, int pid) {
  char path[64], state = 0, line[512], *close_paren;
  struct rlimit l;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  if (fgets(line, sizeof line, f) && (close_paren = strrchr(line, ')'))) state = close_paren[2];
  fclose(f);
  if (state == 'Z' || state == 'X' || !state || prlimit(pid, RLIMIT_LOCKS, NULL, &l)) return 0;
  return l.rlim_cur > base && l.rlim_cur - base < 1ull << 40 ? l.rlim_cur - base : 0;
}

static uint64_t run_of(int pid) { return run_over(mark, pid); }

/* How many living processes carry the mark of the run (0: of any run of this keeper). */
static int alive(uint64_t run) {
  DIR *d = opendir("/proc");
  int count = 0;
  for (struct dirent *e; (e = readdir(d));) {
    uint64_t r = atoi(e->d_name) > 0 ? run_of(atoi(e->d_name)) : 0;
    count += r && (!run || r == run);
  }
  closedir(d);
  return count;
}

/* Hangs up and waits for the keeper's end; answers ms. */
static double end_keeper(void) {
  int status;
  double t = now();
  close(pair);
  CHECK(waitpid(keeper_pid, &status, 0) == keeper_pid, "waitpid");
  t = now() - t;
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the keeper ended with %x", status);
  if (mark) CHECK(alive(0) == 0, "%d processes are left", alive(0));
  return t;
}

typedef void scenario(void);
struct entry { const char *name; scenario *run; };
#define ENTRY(f) {#f, f}
#endif
