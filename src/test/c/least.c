// The least a supervisor can do on Linux, what bin/bench compares with: N children by posix_spawn,
// each watched by a pidfd in one epoll, started anew at once when they end; TERM ends all.
// `least N PROGRAM FILE` starts `PROGRAM FILE unit0` and so on.
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct child {
  pid_t pid;
  int fd;
};

static struct child *children;
static posix_spawnattr_t attributes;
static int epoll;

static void watch(int fd, uint32_t tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = tag};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) abort();
}

static void start(int index, char *program, char *file) {
  char name[32];
  snprintf(name, sizeof name, "unit%d", index);
  char *words[] = {program, file, name, NULL};
  struct child *child = &children[index];
  if (posix_spawn(&child->pid, program, NULL, &attributes, words, environ)) abort();
  child->fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
  watch(child->fd, (uint32_t)index);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int count = atoi(argv[1]);
  children = calloc((size_t)count, sizeof *children);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  sigset_t term, none;
  sigemptyset(&none);
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, NULL);
  watch(signalfd(-1, &term, SFD_CLOEXEC), (uint32_t)count);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask(&attributes, &none);
  for (int i = 0; i < count; i++) start(i, argv[2], argv[3]);
  for (;;) {
    struct epoll_event event;
    if (epoll_wait(epoll, &event, 1, -1) != 1) continue;
    int index = (int)event.data.u32;
    if (index == count) break;
    waitpid(children[index].pid, NULL, 0);
    close(children[index].fd);
    start(index, argv[2], argv[3]);
  }
  for (int i = 0; i < count; i++) kill(-children[i].pid, SIGTERM);
  for (int i = 0; i < count; i++) waitpid(children[i].pid, NULL, 0);
  return 0;
}
