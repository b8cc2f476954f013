/* Reading /proc: one process's line, and whose children are whose. A process may be gone before the next line is read. */
#ifndef PROC_H
#define PROC_H
#include "table.h"

struct stat_line { i32 parent, group, threads; u64 start; char state, comm[16]; };

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

#endif
