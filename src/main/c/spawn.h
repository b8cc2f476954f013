/* Starting a program: the request taken apart, vfork, and what the child does until exec. */
#ifndef SPAWN_H
#define SPAWN_H
#include "look.h"

static u8 child_stack[STACK] __attribute__((aligned(16)));
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

/* A table of descriptors of one's own, made without copying the pidfds of all other runs. */
IN_CHILD static long leave_files(void) {
  long e = SYS(close_range, LOW, ~0u, CLOSE_RANGE_UNSHARE);
  return e < 0 ? SYS(unshare, CLONE_FILES) : e;
}

IN_CHILD static int child(void *nothing) {
  (void)nothing;
  long e;
  u64 no_signals = 0;
  if (files_are_shared && (e = leave_files()) < 0) return fail(S_SESSION, e);
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
  *(volatile int *)flag = leave_files() < 0 ? 1 : 2;
  return 0;
}

static long vfork_on_own_stack(int (*fn)(void *), void *arg) {
  if (!memory_is_shared) return clone_on(SIGCHLD, 0, fn, arg);
  return clone_on(CLONE_VM | CLONE_VFORK | (files_are_shared ? CLONE_FILES : 0) | SIGCHLD, child_stack + STACK, fn, arg);
}

/*
 * Emulators (qemu-user) make a plain fork of a vfork: then the child tells by a pipe instead of by memory. And a filter of
 * system calls may refuse what makes sharing descriptors cheap: then they are copied.
 */
static void try_vfork(void) {
  static int touched;
  struct siginfo info;
#ifdef KEEPER_FORKS /* for valgrind, which ends a program that asks for such a clone */
  return;
#endif
  memory_is_shared = files_are_shared = 1;
  long pid = vfork_on_own_stack(touch, &touched);
  int answer = *(volatile int *)&touched;
  memory_is_shared = answer != 0;
  files_are_shared = answer == 2;
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
  r->detached = !!(job.flags & DETACHED);
  job.locks = mark ? mark + (r->detached ? MARK_DETACHED : 0) + r->id : 0;
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
  detached_given += r->detached;
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

#endif
