/* The child that obeys orders: `child ORDER [ARGUMENT]`. It says "ready" on its standard output when its family stands. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Should everything fail that ought to end us, we end ourselves. */
static void forever(void) {
  alarm(120);
  for (;;) pause();
}

static int in_time(void) {
  static time_t end;
  if (!end) end = time(NULL) + 10;
  return time(NULL) < end;
}

static void again(const char *order, const char *argument, char **env) {
  char *argv[] = {"child", (char *)order, (char *)argument, NULL};
  execve("/proc/self/exe", argv, env);
  _exit(111);
}

/* Forks a process in a session of its own whose parent has ended, with an empty environment and no descriptor. */
static void daemonise(const char *order, const char *argument) {
  char *empty[] = {NULL};
  pid_t middle = fork();
  if (middle == 0) {
    setsid();
    if (fork() == 0) {
      setsid();
      for (int fd = 0; fd < 64; fd++) close(fd);
      again(order, argument, empty);
    }
    _exit(0);
  }
  waitpid(middle, NULL, 0);
}

/* A daemon that carries nothing of its run any more: neither mark nor session nor group. It carries what it likes. */
static void shed(rlim_t locks) {
  struct rlimit l = {locks, locks};
  pid_t middle = fork();
  if (middle == 0) {
    setrlimit(RLIMIT_LOCKS, &l);
    daemonise("pause", "0");
    _exit(0);
  }
  waitpid(middle, NULL, 0);
}

/* Says something by sd_notify; '|' stands for the end of a line. A pipe's end goes with it if `passed` is one. */
static void tell(const char *text, int passed) {
  char message[4096];
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  const char *name = getenv("NOTIFY_SOCKET");
  if (!name) fprintf(stderr, "no NOTIFY_SOCKET\n"), exit(3);
  snprintf(message, sizeof message, "%s", text);
  for (char *c = message; *c; c++)
    if (*c == '|') *c = '\n';
  memcpy(to.sun_path, name, strlen(name));
  if (*name == '@') to.sun_path[0] = 0;
  struct iovec io = {message, strlen(message)};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr packet = {&to, offsetof(struct sockaddr_un, sun_path) + strlen(name), &io, 1, NULL, 0, 0};
  if (passed >= 0) {
    packet.msg_control = &control;
    packet.msg_controllen = sizeof control;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
  }
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (sendmsg(fd, &packet, 0) < 0) perror("sendmsg"), exit(4);
  close(fd);
}

static void ill(int signo) {
  (void)signo;
  tell("WATCHDOG=trigger", -1);
}

static void ready(void) { (void)!write(1, "ready\n", 6); }

static void status_line(const char *name) {
  char line[256];
  FILE *f = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, f))
    if (!strncmp(line, name, strlen(name))) fputs(line, stdout);
  fclose(f);
}

static void report(int argc, char **argv) {
  struct rlimit l;
  char buffer[4096];
  gid_t groups[64];
  struct stat null, zero;
  int n;
  printf("leads %d %d\n", getsid(0) == getpid(), getpgrp() == getpid());
  status_line("SigBlk");
  status_line("SigIgn");
  status_line("SigCgt");
  printf("descriptors");
  for (int fd = 0; fd < 4096; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf(" %d", fd);
  stat("/dev/null", &null);
  fstat(0, &zero);
  printf("\nnull %d\n", null.st_rdev == zero.st_rdev);
  getrlimit(RLIMIT_NOFILE, &l);
  printf("nofile %llu %llu\n", (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
  getrlimit(RLIMIT_LOCKS, &l);
  printf("locks %llu %llu\n", (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
  getrlimit(RLIMIT_CORE, &l);
  printf("core %llu %llu\n", (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
  mode_t mask = umask(0);
  printf("umask %o\nnice %d\nuser %d %d %d\ngroups", (unsigned)mask, getpriority(PRIO_PROCESS, 0), getuid(), geteuid(), getgid());
  n = getgroups(64, groups);
  for (int i = 0; i < n; i++) printf(" %d", groups[i]);
  printf("\ndirectory %s\n", getcwd(buffer, sizeof buffer));
  for (int i = 0; i < argc; i++) printf("argument %s\n", argv[i]);
  for (char **e = environ; *e; e++) printf("environment %s\n", *e);
  fflush(stdout);
  fprintf(stderr, "to stderr\n");
}

static void *sleeping(void *nothing) {
  forever();
  return nothing;
}

static const char *signal_file;
static void noted(int signo) {
  (void)signo;
  int fd = open(signal_file, O_WRONLY | O_APPEND | O_CREAT, 0600);
  (void)!write(fd, "x", 1);
  close(fd);
}

int main(int argc, char **argv) {
  const char *order = argc > 1 ? argv[1] : "", *argument = argc > 2 ? argv[2] : "0";
  int n = atoi(argument);
  if (geteuid() != getuid()) (void)!setresuid(geteuid(), geteuid(), geteuid()); /* installed setuid: its owner's altogether */
  if (!strcmp(order, "exit")) return n;
  if (!strcmp(order, "pause")) forever();
  if (!strcmp(order, "ready")) ready(), forever();
  if (!strcmp(order, "kill")) kill(getpid(), n), forever();
  if (!strcmp(order, "report")) return report(argc, argv), 0;
  if (!strcmp(order, "notify")) tell(argument, -1), forever();
  if (!strcmp(order, "ill")) { /* calls itself ill at SIGUSR1 */
    signal(SIGUSR1, ill);
    ready();
    forever();
  }
  if (!strcmp(order, "notify-later")) { /* another process of the run says it, in a session of its own, whose parent has ended */
    if (fork() == 0) {
      setsid();
      if (fork() == 0) tell(argument, -1), forever();
      _exit(0);
    }
    forever();
  }
  if (!strcmp(order, "barrier")) { /* says it, and waits until the pipe it passed along is let go */
    int ends[2];
    (void)!pipe(ends);
    tell(argument, ends[1]);
    close(ends[1]);
    struct pollfd end = {ends[0], 0, 0};
    if (poll(&end, 1, 5000) == 1 && end.revents & POLLHUP) tell("STATUS=let go", -1);
    forever();
  }
  if (!strcmp(order, "beats")) { /* n signs of life, 50 ms apart, then silence */
    tell("READY=1", -1);
    for (int i = 0; i < n; i++) tell("WATCHDOG=1", -1), usleep(50000);
    forever();
  }
  if (!strcmp(order, "stubborn")) {
    signal(SIGTERM, SIG_IGN);
    ready();
    forever();
  }
  if (!strcmp(order, "note")) { /* appends a byte to the file at each SIGUSR1, as does its child in a session of its own, and that one's child */
    signal_file = argument;
    signal(SIGUSR1, noted);
    if (fork() == 0) {
      setsid();
      if (fork() == 0) setpgid(0, 0), ready();
    }
    forever();
  }
  if (!strcmp(order, "daemons") || !strcmp(order, "leave")) { /* n daemons; then the leader stays, or goes with code 7 */
    for (int i = 0; i < n; i++) daemonise("pause", "0");
    ready();
    if (!strcmp(order, "leave")) return 7;
    forever();
  }
  if (!strcmp(order, "shed")) {
    for (int i = 0; i < n; i++) shed(7);
    ready();
    forever();
  }
  if (!strcmp(order, "pose")) { /* a daemon with a mark that was not given to it */
    shed(strtoull(argument, NULL, 10));
    ready();
    forever();
  }
  if (!strcmp(order, "family")) { /* n children in the same group */
    for (int i = 0; i < n; i++)
      if (fork() == 0) forever();
    ready();
    return 7;
  }
  if (!strcmp(order, "stubborn-family")) {
    signal(SIGTERM, SIG_IGN);
    for (int i = 0; i < n; i++)
      if (fork() == 0) forever();
    ready();
    return 7;
  }
  if (!strcmp(order, "deep")) { /* a chain of n, each in a session of its own */
    setsid();
    if (n > 0 && fork() == 0) {
      char less[12];
      snprintf(less, sizeof less, "%d", n - 1);
      again("deep", less, environ);
    }
    if (n == 0) ready();
    forever();
  }
  if (!strcmp(order, "runner")) /* flees: a new process, in a new session, as fast as it can */
    while (in_time()) {
      pid_t p = fork();
      if (p > 0) _exit(0);
      if (p == 0) setsid();
    }
  if (!strcmp(order, "runners")) {
    for (int i = 0; i < n; i++) daemonise("runner", "0");
    ready();
    forever();
  }
  if (!strcmp(order, "bomb")) { /* forks without end, up to n processes */
    struct rlimit l = {(rlim_t)n, (rlim_t)n};
    (void)!setresuid(65500, 65500, 65500);
    setrlimit(RLIMIT_NPROC, &l);
    ready();
    while (in_time()) {
      pid_t p = fork();
      if (p == 0) setsid();
      if (p < 0) usleep(100);
    }
    return 0;
  }
  if (!strcmp(order, "headless")) { /* the first thread ends, another lives on */
    pthread_t t;
    pthread_create(&t, NULL, sleeping, NULL);
    ready();
    pthread_exit(NULL);
  }
  if (!strcmp(order, "nested")) { /* a subreaper in between, with n daemons */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < n; i++) daemonise("pause", "0");
    ready();
    forever();
  }
  if (!strcmp(order, "sibling")) { /* makes its child its own sibling */
    if (syscall(SYS_clone, 0x8000 /* CLONE_PARENT */ | SIGCHLD, 0, 0, 0, 0) == 0) {
      setsid();
      ready();
    }
    forever();
  }
  fprintf(stderr, "child: unknown order %s\n", order);
  return 2;
}
