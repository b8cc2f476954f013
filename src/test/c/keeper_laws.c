/* What the page PROTOCOL.md promises, one law a function: `keeper_laws KEEPER CHILD [LAW...]`, `keeper_laws list`. Says "ok LAW" for each, stops at the first that is broken. */
#include "supervisor.h"
#include <grp.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/stat.h>

static char directory[] = "/tmp/keeper-laws-XXXXXX";
static struct rlimit nofile, locks;

static const char *in_directory(const char *name) {
  static char path[4][256];
  static int turn;
  turn = (turn + 1) % 4;
  snprintf(path[turn], sizeof path[turn], "%s/%s", directory, name);
  return path[turn];
}

static const char *file(const char *name, const char *text, mode_t mode) {
  const char *path = in_directory(name);
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
  chmod(path, mode);
  return path;
}

static char state_of(int pid) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  char *ok = fgets(line, sizeof line, f), *close_paren = ok ? strrchr(line, ')') : NULL;
  fclose(f);
  return close_paren ? close_paren[2] : 0;
}

static char await_state(int pid, char wanted) {
  for (int i = 0; i < 2000 && state_of(pid) != wanted; i++) usleep(1000);
  return state_of(pid);
}

/* Whether the keeper runs under something (a sanitizer, valgrind, qemu) that has descriptors and limits of its own. */
static int under(void) { return getenv("KEEPER_UNDER") != NULL; }

static void expect_exit(uint64_t run, uint32_t how, uint32_t status, uint32_t left) {
  struct packet *p = expect(EXITED, run);
  CHECK(p->exited.how == how && p->exited.status == status && p->exited.left == left, "exited %u %u left %u, not %u %u left %u", p->exited.how, p->exited.status, p->exited.left,
        how, status, left);
}

static void expect_refused(uint64_t run, uint32_t type, int err) {
  struct packet *p = expect(REFUSED, run);
  CHECK(p->failed.step == type && p->failed.err == err, "refused %u with %d (%s)", p->failed.step, p->failed.err, strerror(p->failed.err));
}

static void expect_failed(const struct wish *w, uint32_t step, int err) {
  uint64_t run = next_run++;
  ask_spawn(run, w);
  struct packet *p = expect(FAILED, run);
  CHECK(p->failed.step == step && p->failed.err == err, "failed at step %u with %s, not at %u with %s", p->failed.step, strerror(p->failed.err), step, strerror(err));
}

static void expect_failed_program(char *program, const char *path, uint32_t step, int err) {
  char *argv[] = {program, NULL};
  struct wish w = wish(argv);
  w.path = path;
  expect_failed(&w, step, err);
}

static void before_untidy(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  signal(SIGHUP, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  (void)!chdir("/usr");
  for (int fd = 20; fd < 30; fd++) dup2(0, fd);
}

static void keeper_stands_apart(void) {
  char path[64], text[4096] = {0};
  start_keeper(before_untidy);
  pid_t pid = expected.hello.pid;
  CHECK(getsid(pid) == pid && getsid(keeper_pid) == keeper_pid, "sessions %d %d", getsid(pid), getsid(keeper_pid));
  snprintf(path, sizeof path, "/proc/%d/cwd", pid);
  CHECK(readlink(path, text, sizeof text) == 1 && text[0] == '/', "directory %s", text);
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  FILE *f = fopen(path, "r");
  CHECK(fgets(text, sizeof text, f) && !strcmp(text, "supervise-keepe\n"), "name %s", text);
  fclose(f);
  for (int fd = 0; fd < (under() ? 2 : 3); fd++) {
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    memset(text, 0, sizeof text);
    CHECK(readlink(path, text, sizeof text) > 0 && !strcmp(text, "/dev/null"), "descriptor %d is %s", fd, text);
  }
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR *d = opendir(path);
  int count = 0;
  while (readdir(d)) count++;
  closedir(d);
  CHECK(under() || count - 2 <= 9, "%d descriptors", count - 2);
  for (int signo = 1; signo <= 64; signo++)
    if (signo != SIGKILL && signo != SIGSTOP) kill(pid, signo), kill(keeper_pid, signo);
  start_child("pause", "0", 0);
  end_keeper();
}

static void child_starts_clean(void) {
  char directory_real[256], line[2048], all[16384] = {0};
  int out[2], err[2];
  start_keeper(before_untidy);
  char *argv[] = {(char *)child_path, "report", "\xff\xfe\n b", "", NULL}, *env[] = {"B=\xc3\x28", "PATH=/nowhere", "=odd", NULL};
  struct wish w = wish(argv);
  w.env = env;
  w.directory = directory;
  w.umask = 027;
  w.flags = NICE;
  w.nice = 3;
  w.limits = 1;
  w.limit[0] = (struct limit){RLIMIT_CORE, 0, 0, 4096};
  if (geteuid() == 0) {
    w.flags |= GROUPS;
    w.groups = 3;
    w.group[0] = 12, w.group[1] = 40000, w.group[2] = 7;
    w.gid = 50001;
    w.uid = 50002;
    chmod(directory, 0755);
  }
  CHECK(!pipe2(out, O_CLOEXEC) && !pipe2(err, O_CLOEXEC), "pipe");
  w.out = out[1];
  w.err = err[1];
  ask_spawn(7, &w);
  close(out[1]);
  close(err[1]);
  struct packet *p = expect(SPAWNED, 7);
  CHECK(p->spawned.pid > 0 && p->spawned.start > 0, "spawned");
  for (ssize_t n, got = 0; (n = read(out[0], all + got, sizeof all - 1 - got)) > 0;) got += n;
  CHECK(read(err[0], line, sizeof line) == 10 && !memcmp(line, "to stderr\n", 10), "stderr");
  expect_exit(7, 0, 0, 0);
  const char *real = realpath(directory, directory_real);
  char wanted[4096];
  snprintf(wanted, sizeof wanted,
           "leads 1 1\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\ndescriptors 0 1 2\nnull 1\nnofile %llu %llu\nlocks %llu "
           "%llu\ncore 0 4096\numask 27\nnice 3\n%sdirectory %s\nargument %s\nargument report\nargument \xff\xfe\n b\nargument \nenvironment B=\xc3\x28\nenvironment "
           "PATH=/nowhere\nenvironment =odd\n",
           (unsigned long long)nofile.rlim_cur, (unsigned long long)nofile.rlim_max, (unsigned long long)(mark ? mark + 7 : locks.rlim_cur), (unsigned long long)locks.rlim_max,
           geteuid() == 0 ? "user 50002 50002 50001\ngroups 7 12 40000\n" : "", real, child_path);
  if (geteuid() == 0) CHECK(!strcmp(all, wanted), "the child saw:\n%s\nnot:\n%s", all, wanted);
  w.limit[0] = (struct limit){RLIMIT_NOFILE, 0, 50, 60}; /* exactly what is asked for, and stderr follows stdout */
  w.err = -1;
  CHECK(!pipe2(out, O_CLOEXEC), "pipe");
  w.out = out[1];
  ask_spawn(8, &w);
  close(out[1]);
  expect(SPAWNED, 8);
  memset(all, 0, sizeof all);
  for (ssize_t n, got = 0; (n = read(out[0], all + got, sizeof all - 1 - got)) > 0;) got += n;
  CHECK(strstr(all, "\nnofile 50 60\n") && strstr(all, "to stderr\n"), "the child saw:\n%s", all);
  expect_exit(8, 0, 0, 0);
  end_keeper();
}

static void before_low_nofile(void) {
  struct rlimit l = {40, 40};
  setrlimit(RLIMIT_NOFILE, &l);
}

static void without_descriptors_for_each_run_exits_are_seen_too(void) {
  start_keeper(before_low_nofile);
  for (int i = 0; i < 60; i++) start_child("pause", "0", 0);
  for (uint64_t run = next_run - 60; run < next_run; run++) {
    ask_signal(run, SIGKILL, TO_GROUP, 0);
    expect_exit(run, 1, SIGKILL, 0);
  }
  end_keeper();
}

static void failures_name_their_step(void) {
  char path[1024];
  start_keeper(NULL);
  mkdir(in_directory("sub"), 0755);
  file("plain", "hello", 0644);
  file("empty", "", 0755);
  file("no-format", "hello", 0755);
  file("lost", "#!/nowhere/sh\n", 0755);
  file("lost-dir", "#!/tmp\n", 0755);
  expect_failed_program("/nowhere/program", "/bin", 8, ENOENT);
  expect_failed_program("program-of-nowhere", "/bin:/usr/bin", 8, ENOENT);
  expect_failed_program("sh", "", 8, ENOENT);
  expect_failed_program("", "/bin", 8, ENOENT);
  expect_failed_program("/etc/passwd/x", "/bin", 8, ENOTDIR);
  expect_failed_program((char *)in_directory("sub"), "/bin", 9, EISDIR);
  expect_failed_program((char *)in_directory("plain"), "/bin", 9, EACCES);
  expect_failed_program("plain", directory, 9, EACCES);
  expect_failed_program((char *)in_directory("lost"), "/bin", 10, ENOENT);
  expect_failed_program("lost", directory, 10, ENOENT);
  expect_failed_program((char *)in_directory("lost-dir"), "/bin", 10, EACCES);
  expect_failed_program((char *)in_directory("no-format"), "/bin", 11, ENOEXEC);
  expect_failed_program((char *)in_directory("empty"), "/bin", 11, ENOEXEC);
  int busy = open(in_directory("busy"), O_WRONLY | O_CREAT, 0755);
  expect_failed_program((char *)in_directory("busy"), "/bin", 11, ETXTBSY);
  close(busy);
  /* the search goes on behind what cannot be run, and finds */
  file("sh", "", 0644);
  snprintf(path, sizeof path, "%s:/nowhere:/etc/passwd:/bin:/usr/bin", directory);
  char *found[] = {"sh", "-c", "exit 5", NULL};
  struct wish w = wish(found);
  w.path = path;
  ask_spawn(900, &w);
  expect(SPAWNED, 900);
  expect_exit(900, 0, 5, 0);
  /* an empty element is the working directory */
  file("here", "#!/bin/sh\nexit 6\n", 0755);
  char *here[] = {"here", NULL};
  w = wish(here);
  w.path = "/nowhere:";
  w.directory = directory;
  ask_spawn(901, &w);
  expect(SPAWNED, 901);
  expect_exit(901, 0, 6, 0);

  w = wish(found);
  w.directory = "/nowhere";
  expect_failed(&w, 7, ENOENT);
  w.directory = "/etc/passwd";
  expect_failed(&w, 7, ENOTDIR);
  w = wish(found);
  w.limits = 1;
  w.limit[0] = (struct limit){RLIMIT_NOFILE, 0, 200, 100};
  expect_failed(&w, 4, EINVAL);
  w.limit[0] = (struct limit){99, 0, 1, 1};
  expect_failed(&w, 4, EINVAL);
  w.limit[0] = (struct limit){RLIMIT_LOCKS, 0, 1, 1};
  expect_failed(&w, 1, EINVAL);
  expect_silence(20);
  end_keeper();
}

static void an_elf_without_its_interpreter_is_told_apart(void) {
  start_keeper(NULL);
  FILE *from = fopen("/bin/sh", "r"), *to = fopen(in_directory("elf"), "w");
  static char bytes[4 << 20];
  size_t n = fread(bytes, 1, sizeof bytes, from);
  char *name = memmem(bytes, 4096, "/ld-linux", 9);
  if (name) {
    name[1] = 'X';
    fwrite(bytes, 1, n, to);
    fclose(to);
    chmod(in_directory("elf"), 0755);
    expect_failed_program((char *)in_directory("elf"), "/bin", 10, ENOENT);
  }
  fclose(from);
  end_keeper();
}

static void before_nobody(void) {
  struct rlimit l = {2, 2}; /* the keeper's own two threads: there is no room for a guard */
  if (setgroups(0, NULL) || setresgid(65499, 65499, 65499) || setresuid(65499, 65499, 65499) || setrlimit(RLIMIT_NPROC, &l)) _exit(1);
  prctl(PR_SET_DUMPABLE, 1); /* or /proc/self is root's */
}

static void before_nobody_free(void) {
  if (setgroups(0, NULL) || setresgid(65499, 65499, 65499) || setresuid(65499, 65499, 65499)) _exit(1);
  prctl(PR_SET_DUMPABLE, 1);
}

static void what_is_not_allowed_fails_at_its_step(void) {
  char *argv[] = {"sh", "-c", "exit 0", NULL};
  if (geteuid()) return;
  start_keeper(before_nobody);
  struct wish w = wish(argv);
  expect_failed(&w, 2, EAGAIN);
  end_keeper();
  start_keeper(before_nobody_free);
  w.flags = NICE;
  w.nice = -5;
  expect_failed(&w, 5, EACCES);
  w = wish(argv);
  w.uid = 0;
  expect_failed(&w, 6, EPERM);
  w = wish(argv);
  w.gid = 0;
  expect_failed(&w, 6, EPERM);
  w = wish(argv);
  w.flags = GROUPS;
  w.groups = 1;
  expect_failed(&w, 6, EPERM);
  w = wish(argv);
  w.limits = 1;
  w.limit[0] = (struct limit){RLIMIT_NOFILE, 0, 10, 1 << 30};
  expect_failed(&w, 4, EPERM);
  mkdir(in_directory("closed"), 0700);
  w = wish(argv);
  w.directory = in_directory("closed");
  expect_failed(&w, 7, EACCES);
  end_keeper();
}

static void malformed_requests_are_answered(void) {
  static struct packet p;
  char *argv[] = {"true", NULL};
  struct wish w = wish(argv);
  start_keeper(NULL);
  start_child("pause", "0", 0);
  uint64_t run = next_run - 1;
  ask_spawn(run, &w);
  CHECK(expect(FAILED, run)->failed.err == EEXIST, "a number in use");
  ask_spawn(0, &w);
  CHECK(expect(FAILED, 0)->failed.err == EINVAL, "number 0");
  ask_spawn(1ull << 40, &w);
  CHECK(expect(FAILED, 1ull << 40)->failed.err == EINVAL, "a number too large");
  argv[0] = NULL;
  expect_failed(&w, 1, EINVAL);
  argv[0] = "true";
  size_t size = put_wish(&p, 500, &w, p.body);
  for (size_t cut = 0; cut < size; cut++) { /* every shorter packet, and a longer one */
    send_packet(&p, 16 + cut, NULL, 0, 0);
    CHECK(expect(FAILED, 500)->failed.step == 1, "cut at %zu", cut);
  }
  send_packet(&p, 16 + size + 1, NULL, 0, 0);
  CHECK(expect(FAILED, 500)->failed.step == 1, "one byte more");
  for (size_t cut = 0; cut < 16; cut++) {
    send_packet(&p, cut, NULL, 0, 0);
    CHECK(receive(&p, 5000) && (p.type == FAILED || p.type == REFUSED), "header cut at %zu", cut);
    put_wish(&p, 500, &w, p.body);
  }
  p.flags = 64;
  send_packet(&p, 16 + size, NULL, 0, 0);
  CHECK(expect(FAILED, 500)->failed.step == 1, "unknown flag");
  p.flags = STDOUT;
  send_packet(&p, 16 + size, NULL, 0, 0);
  CHECK(expect(FAILED, 500)->failed.step == 1, "missing descriptor");
  p.flags = 0;
  int fds[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  send_packet(&p, 16 + size, fds, 1, 0);
  CHECK(expect(FAILED, 500)->failed.step == 1, "descriptor too many");
  send_packet(&p, 16 + size, fds, 8, 0);
  CHECK(expect(FAILED, 500)->failed.step == 1, "eight descriptors");
  p.type = 77;
  send_packet(&p, 16, NULL, 0, 0);
  expect_refused(500, 77, EINVAL);
  ask_signal(run, 0, TO_LEADER, 0);
  expect_refused(run, SIGNAL, EINVAL);
  ask_signal(run, 65, TO_LEADER, 0);
  expect_refused(run, SIGNAL, EINVAL);
  ask_signal(run, SIGTERM, 3, 0);
  expect_refused(run, SIGNAL, EINVAL);
  ask_signal(run, SIGTERM, TO_LEADER, 2);
  expect_refused(run, SIGNAL, EINVAL);
  ask_signal(12345, SIGTERM, TO_LEADER, 0);
  expect_refused(12345, SIGNAL, ESRCH);
  p.type = MEMBERS, p.flags = 0, p.run = 12345;
  send_packet(&p, 16, NULL, 0, 0);
  expect_refused(12345, MEMBERS, ESRCH);
  end_keeper();
}

static int memfd_of(const void *bytes, size_t size) {
  int fd = memfd_create("body", MFD_CLOEXEC);
  CHECK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size, "memfd");
  return fd;
}

static void ask_memfd(uint64_t run, int fd, uint64_t length, int out) {
  struct { uint32_t type, flags; uint64_t run, length; } p = {SPAWN, IN_MEMFD | (out >= 0 ? STDOUT : 0), run, length};
  int fds[2] = {fd, out};
  CHECK(!send_packet(&p, sizeof p, fds, out >= 0 ? 2 : 1, 0), "send");
}

static void large_requests_travel_in_a_memfd(void) {
  static uint8_t body[10 << 20];
  static char word[100001];
  static struct packet p;
  int out[2];
  memset(word, 'w', 100000);
  char *argv[16] = {"sh", "-c", "echo $# ${#1}", "sh", NULL};
  for (int i = 4; i < 14; i++) argv[i] = word;
  struct wish w = wish(argv);
  start_keeper(NULL);
  size_t size = put_wish(&p, 0, &w, body);
  CHECK(!pipe2(out, O_CLOEXEC), "pipe");
  int fd = memfd_of(body, size);
  ask_memfd(1, fd, size, out[1]);
  close(out[1]);
  expect(SPAWNED, 1);
  char line[64] = {0};
  CHECK(read(out[0], line, sizeof line) > 0 && !strcmp(line, "10 100000\n"), "the child said %s", line);
  expect_exit(1, 0, 0, 0);
  struct { uint64_t length; uint32_t step; int err; } wrong[] = {{size + 1, 1, EINVAL}, {size - 1, 1, EINVAL}, {31, 1, EINVAL}, {0, 1, EINVAL}, {~0ull, 11, E2BIG}, {9 << 20, 11, E2BIG}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ask_memfd(2, fd, wrong[i].length, -1);
    struct packet *q = expect(FAILED, 2);
    CHECK(q->failed.step == wrong[i].step && q->failed.err == wrong[i].err, "length %llu: %u %d", (unsigned long long)wrong[i].length, q->failed.step, q->failed.err);
  }
  int not_a_file[2];
  CHECK(!pipe2(not_a_file, O_CLOEXEC), "pipe");
  ask_memfd(2, not_a_file[0], 100, -1);
  CHECK(expect(FAILED, 2)->failed.step == 1, "a pipe for a memfd");
  memset(word, 'v', 100000);
  static char huge[140000]; /* longer than one argument may be */
  memset(huge, 'h', sizeof huge - 1);
  argv[4] = huge, argv[5] = NULL;
  size = put_wish(&p, 0, &w, body);
  ask_memfd(2, memfd_of(body, size), size, -1);
  struct packet *q = expect(FAILED, 2);
  CHECK(q->failed.step == 11 && q->failed.err == E2BIG, "%u %d", q->failed.step, q->failed.err);
  uint32_t lie = 0xFFFFFFF0;
  memcpy(body + 24, &lie, 4);
  ask_memfd(2, memfd_of(body, size), size, -1);
  CHECK(expect(FAILED, 2)->failed.step == 1, "a count that lies");
  end_keeper();
}

static void exits_tell_code_and_signal(void) {
  start_keeper(NULL);
  for (int code = 0; code < 256; code += 51) {
    char text[12];
    snprintf(text, sizeof text, "%d", code);
    uint64_t run = start_child("exit", text, 0);
    expect_exit(run, 0, code, 0);
  }
  int signals[] = {SIGHUP, SIGINT, SIGKILL, SIGTERM, SIGUSR1, SIGRTMIN};
  for (int i = 0; i < 6; i++) {
    char text[12];
    snprintf(text, sizeof text, "%d", signals[i]);
    uint64_t run = start_child("kill", text, 0);
    expect_exit(run, 1, signals[i], 0);
  }
  uint64_t run = start_child("kill", "6", 0);
  struct packet *p = expect(EXITED, run);
  CHECK((p->exited.how == 1 || p->exited.how == 2) && p->exited.status == SIGABRT, "abort: %u %u", p->exited.how, p->exited.status);
  expect_silence(20);
  end_keeper();
}

static void signals_reach_their_target(void) {
  char *note = strdup(in_directory("notes"));
  struct stat s;
  start_keeper(NULL);
  struct { uint32_t target; int wanted; } rows[] = {{TO_LEADER, 1}, {TO_GROUP, 1}, {TO_ALL, 3}};
  for (int i = 0; i < 3; i++) {
    unlink(note);
    uint64_t run = start_child("note", note, 1);
    ask_signal(run, SIGUSR1, rows[i].target, 0);
    for (int tries = 0; tries < 200 && (stat(note, &s) || s.st_size < rows[i].wanted); tries++) usleep(1000);
    usleep(20000);
    CHECK(!stat(note, &s) && s.st_size == rows[i].wanted, "target %u was noted %d times", rows[i].target, (int)s.st_size);
    CHECK(members_of(run) == 2, "members");
    ask_signal(run, SIGKILL, TO_ALL, 0);
    expect(EXITED, run);
    if (expected.exited.left) expect(GONE, run);
    CHECK(alive(run) == 0, "left");
  }
  end_keeper();
}

static void a_stopped_child_can_die(void) {
  start_keeper(NULL);
  uint64_t run = start_child("pause", "0", 0);
  pid_t pid = expected.spawned.pid;
  ask_signal(run, SIGSTOP, TO_LEADER, 0);
  CHECK(await_state(pid, 'T') == 'T', "state %c", state_of(pid));
  ask_signal(run, SIGTERM, TO_GROUP, 0);
  expect_silence(20);
  ask_signal(run, SIGTERM, TO_GROUP, THEN_CONT);
  expect_exit(run, 1, SIGTERM, 0);
  end_keeper();
}

static void remains_are_named_and_the_leader_is_reaped_last(void) {
  start_keeper(NULL);
  const char *orders[] = {"leave", "family"};
  for (int i = 0; i < 2; i++) {
    uint64_t run = start_child(orders[i], "20", 1);
    pid_t leader = expected.spawned.pid;
    expect_exit(run, 0, 7, 20);
    struct packet *p = &expected;
    CHECK(p->exited.named == 16, "named %u", p->exited.named);
    for (int n = 0; n < 16; n++) {
      CHECK(run_of(p->exited.names[n].pid) == run && p->exited.names[n].start > 0, "named a stranger, %d", p->exited.names[n].pid);
      CHECK(!strcmp(p->exited.names[n].comm, "exe") || !strcmp(p->exited.names[n].comm, "child"), "name %s", p->exited.names[n].comm);
    }
    CHECK(state_of(leader) == 'Z', "the leader was reaped");
    CHECK(members_of(run) == 20 && alive(run) == 20, "members %u, alive %d", expected.members.left, alive(run));
    expect_silence(20);
    ask_signal(run, SIGTERM, TO_ALL, THEN_CONT);
    expect(GONE, run);
    CHECK(state_of(leader) == 0, "the leader was not reaped");
    CHECK(alive(run) == 0, "alive");
    ask_signal(run, SIGTERM, TO_GROUP, 0);
    expect_refused(run, SIGNAL, ESRCH);
  }
  end_keeper();
}

static void what_ignores_term_is_killed_with_all_it_starts(void) {
  start_keeper(NULL);
  uint64_t run = start_child("stubborn-family", "5", 1);
  expect_exit(run, 0, 7, 5);
  ask_signal(run, SIGTERM, TO_ALL, THEN_CONT);
  expect_silence(50);
  ask_signal(run, SIGKILL, TO_ALL, 0);
  expect(GONE, run);
  uint64_t deep = start_child("deep", "30", 1);
  CHECK(members_of(deep) == 30, "members %u", expected.members.left);
  ask_signal(deep, SIGKILL, TO_LEADER, 0); /* 30 sessions, one orphaned by the next */
  expect_exit(deep, 1, SIGKILL, 30);
  ask_signal(deep, SIGKILL, TO_ALL, 0);
  expect(GONE, deep);
  uint64_t nested = start_child("nested", "10", 1);
  ask_signal(nested, SIGKILL, TO_LEADER, 0);
  expect_exit(nested, 1, SIGKILL, 10);
  ask_signal(nested, SIGKILL, TO_ALL, 0);
  expect(GONE, nested);
  end_keeper();
}

static void runners_are_caught(void) {
  start_keeper(NULL);
  uint64_t other = start_child("daemons", "3", 1);
  uint64_t run = start_child("runners", "4", 1);
  double t = now();
  ask_signal(run, SIGKILL, TO_ALL, 0);
  struct packet *p = expect(EXITED, run);
  if (p->exited.left) expect(GONE, run);
  printf("   four that flee by fork and setsid were caught in %.1f ms\n", now() - t);
  CHECK(alive(run) == 0, "%d run", alive(run));
  CHECK(alive(other) == 4, "another run was hurt");
  start_child("runners", "4", 1);
  printf("   and at the end of file in %.1f ms\n", end_keeper());
  if (geteuid()) return;
  start_keeper(NULL);
  run = start_child("bomb", "300", 1);
  usleep(100000);
  t = now();
  ask_signal(run, SIGKILL, TO_ALL, 0);
  expect(EXITED, run);
  if (expected.exited.left) expect(GONE, run);
  printf("   a fork bomb of 300 processes was put out in %.1f ms\n", now() - t);
  start_child("bomb", "300", 1);
  usleep(100000);
  printf("   and at the end of file in %.1f ms\n", end_keeper());
}

static void a_headless_process_is_alive(void) {
  start_keeper(NULL);
  uint64_t run = start_child("headless", "0", 1);
  pid_t pid = expected.spawned.pid;
  CHECK(await_state(pid, 'Z') == 'Z', "the first thread lives");
  expect_silence(50);
  ask_signal(run, SIGKILL, TO_GROUP, 0);
  expect_exit(run, 1, SIGKILL, 0);
  end_keeper();
}

static void two_hundred_runs_with_daemons_are_told_apart(void) {
  enum { RUNS = 200, DAEMONS = 2 };
  start_keeper(NULL);
  uint64_t first = start_crowd("daemons", "2", RUNS, 1);
  CHECK(alive(0) == RUNS * (DAEMONS + 1), "alive %d", alive(0));
  uint64_t one = first + 77;
  ask_signal(one, SIGKILL, TO_LEADER, 0);
  expect_exit(one, 1, SIGKILL, DAEMONS);
  CHECK(alive(one) == DAEMONS, "alive %d", alive(one));
  ask_signal(one, SIGTERM, TO_ALL, THEN_CONT);
  expect(GONE, one);
  CHECK(alive(one) == 0 && alive(0) == (RUNS - 1) * (DAEMONS + 1), "alive %d", alive(0));
  for (uint64_t run = first; run < first + 50; run++) ask_signal(run, SIGKILL, TO_LEADER, 0); /* fifty at once */
  for (int exited = 0, gone = 0; gone < 50;) {
    CHECK(receive(&expected, 5000) && (expected.type == EXITED || expected.type == GONE), "report %u after %d and %d", expected.type, exited, gone);
    if (expected.type == GONE) {
      CHECK(++gone <= exited, "GONE before EXITED");
      continue;
    }
    CHECK(expected.exited.left == DAEMONS, "left %u", expected.exited.left);
    exited++;
    ask_signal(expected.run, SIGKILL, TO_ALL, 0);
  }
  CHECK(alive(0) == (RUNS - 51) * (DAEMONS + 1), "alive %d", alive(0));
  printf("   149 leaders and their 298 daemons were gone %.1f ms after the end of file\n", end_keeper());
}

static void reports_wait_for_a_slow_supervisor(void) {
  enum { RUNS = 600 };
  static uint8_t seen[RUNS];
  static struct packet p;
  uint64_t first = next_run;
  int small = 2048, asked = 0, exited = 0, spawned = 0;
  start_keeper(NULL);
  setsockopt(pair, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  char *argv[] = {(char *)child_path, "exit", "3", NULL};
  struct wish w = wish(argv);
  size_t size = put_wish(&p, 0, &w, p.body);
  for (int blocked = 0; exited < RUNS;) {
    while (asked < RUNS && !blocked) {
      p.type = SPAWN, p.flags = 0, p.run = first + asked;
      put_wish(&p, p.run, &w, p.body);
      blocked = send_packet(&p, 16 + size, NULL, 0, MSG_DONTWAIT) == EAGAIN;
      asked += !blocked;
    }
    if (blocked) usleep(5000); /* reports pile up */
    for (blocked = 0; receive(&p, asked < RUNS ? 0 : 5000);) {
      uint64_t i = p.run - first;
      if (p.type == SPAWNED) CHECK(seen[i]++ == 0, "order of run %llu", (unsigned long long)i), spawned++;
      else if (p.type == EXITED) CHECK(seen[i]++ == 1 && p.exited.status == 3 && !p.exited.left, "exit of run %llu", (unsigned long long)i), exited++;
      else DIE("report %u", p.type);
      if (exited == RUNS) break;
    }
  }
  CHECK(spawned == RUNS, "spawned %d", spawned);
  next_run += RUNS;
  end_keeper();
}

static void before_low_locks(void) {
  struct rlimit l = {100, 100};
  setrlimit(RLIMIT_LOCKS, &l);
}

static void without_marks_sessions_and_groups_tell(void) {
  start_keeper(before_low_locks);
  CHECK(mark == 0, "mark");
  uint64_t other = start_child("family", "2", 1);
  expect_exit(other, 0, 7, 2);
  uint64_t run = start_child("family", "3", 1);
  expect_exit(run, 0, 7, 3);
  ask_signal(run, SIGTERM, TO_ALL, 0);
  expect(GONE, run);
  CHECK(members_of(other) == 2, "another run was hurt");
  start_child("leave", "2", 1);
  usleep(50000);
  end_keeper();
}

static void a_process_that_made_itself_a_sibling_does_not_outlive_its_run(void) {
  start_keeper(NULL);
  uint64_t run = start_child("sibling", "0", 1);
  CHECK(alive(run) == 2, "alive %d", alive(run));
  ask_signal(run, SIGKILL, TO_GROUP, 0);
  expect(EXITED, run);
  for (int i = 0; i < 300 && alive(run); i++) usleep(10000);
  CHECK(alive(run) == 0, "alive");
  end_keeper();
}

static void a_traced_child_is_reported_when_it_can_be_reaped(void) {
  start_keeper(NULL);
  uint64_t run = start_child("pause", "0", 0);
  pid_t pid = expected.spawned.pid;
  if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
    ask_signal(run, SIGKILL, TO_LEADER, 0);
    expect_silence(50);
    waitpid(pid, NULL, __WALL);
    expect_exit(run, 1, SIGKILL, 0);
  }
  end_keeper();
}

static void strangers_are_reaped(void) {
  char path[64], text[4096];
  start_keeper(NULL);
  uint64_t run = start_child("daemons", "3", 1);
  CHECK(members_of(run) == 3, "members %u", expected.members.left);
  struct packet daemons = expected;
  for (int i = 0; i < 3; i++) kill(daemons.members.names[i].pid, SIGKILL);
  for (int i = 0; i < 3; i++)
    for (int tries = 0; state_of(daemons.members.names[i].pid); tries++) CHECK(tries < 2000, "a zombie is left"), usleep(1000);
  CHECK(members_of(run) == 0, "members");
  for (int i = 0; i < 20; i++) start_child("leave", "1", 1), expect_exit(next_run - 1, 0, 7, 1), ask_signal(next_run - 1, SIGKILL, TO_ALL, 0), expect(GONE, next_run - 1);
  for (int i = 0; i < 20; i++) expect(FAILED, (ask_spawn(next_run, &(struct wish){.argv = (char *[]){"/nowhere", NULL}, .directory = "/", .path = "", .out = -1, .err = -1}), next_run++));
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", proper_pid, proper_pid);
  FILE *f = fopen(path, "r");
  CHECK(f && !fgets(text, sizeof text, f), "children are left: %s", text);
  fclose(f);
  end_keeper();
}

static void what_may_not_be_signalled_is_refused_and_still_attributed(void) {
  if (geteuid()) return;
  char command[1024], *program = strdup(in_directory("setuid-child"));
  snprintf(command, sizeof command, "cp '%s' '%s' && chown 65498 '%s' && chmod 4755 '%s'", child_path, program, program, program);
  CHECK(!system(command), "%s", command);
  chmod(directory, 0755);
  start_keeper(before_nobody_free);
  char *argv[] = {program, "leave", "2", NULL};
  struct wish w = wish(argv);
  uint64_t run = next_run++;
  ask_spawn(run, &w);
  expect(SPAWNED, run);
  expect_exit(run, 0, 7, 2); /* told by their marks, which only /proc/PID/limits shows of another user's processes */
  struct packet exited = expected;
  ask_signal(run, SIGTERM, TO_ALL, 0);
  expect_refused(run, SIGNAL, EPERM);
  for (int i = 0; i < 2; i++) kill(exited.exited.names[i].pid, SIGKILL);
  expect(GONE, run);
  argv[1] = "pause";
  run = next_run++;
  ask_spawn(run, &w);
  pid_t pid = expect(SPAWNED, run)->spawned.pid;
  while (state_of(pid) == 'R') usleep(1000);
  close(pair);
  usleep(100000);
  CHECK(waitpid(keeper_pid, NULL, WNOHANG) == 0, "the keeper went before its last child");
  kill(pid, SIGKILL);
  CHECK(waitpid(keeper_pid, NULL, 0) == keeper_pid, "waitpid");
}

static void end_of_file_in_an_instant(void) {
  enum { RUNS = 1000, WITH_DAEMONS = 200 };
  start_keeper(NULL);
  start_crowd("pause", "0", RUNS - WITH_DAEMONS, 0);
  start_crowd("daemons", "1", WITH_DAEMONS, 1);
  CHECK(alive(0) == RUNS + WITH_DAEMONS, "alive %d", alive(0));
  printf("   1,000 leaders and 200 daemons were gone %.1f ms after the end of file\n", end_keeper());
}

/* The members that a report named, most of them: told from others by pid and start. */
static struct packet known;

static int known_alive(void) {
  int count = 0;
  for (uint32_t i = 0; i < known.members.named; i++) {
    char state = state_of(known.members.names[i].pid);
    count += state && state != 'Z';
  }
  return count;
}

static void what_sheds_its_mark_and_its_session_ends_with_its_run(void) {
  start_keeper(NULL);
  uint64_t run = start_child("shed", "3", 1);
  CHECK(members_of(run) == 3, "members %u", expected.members.left);
  known = expected;
  ask_signal(run, SIGKILL, TO_LEADER, 0);
  expect_exit(run, 1, SIGKILL, 3);
  ask_signal(run, SIGTERM, TO_ALL, THEN_CONT);
  expect(GONE, run);
  CHECK(known_alive() == 0, "%d live", known_alive());
  end_keeper();
}

/* Its run cannot be told from the others that were up when it was started: it ends with the first of them, and with none that is younger. */
static void what_may_be_of_several_runs_ends_with_the_first(void) {
  start_keeper(NULL);
  uint64_t older = start_child("daemons", "1", 1);
  usleep(20000);
  uint64_t run = start_child("shed", "2", 1);
  usleep(20000);
  uint64_t younger = start_child("daemons", "1", 1);
  CHECK(members_of(run) == 2, "members %u", expected.members.left);
  known = expected;
  ask_signal(younger, SIGKILL, TO_ALL, 0);
  expect(EXITED, younger);
  if (expected.exited.left) expect(GONE, younger);
  CHECK(known_alive() == 2, "a younger run took %d along", 2 - known_alive());
  CHECK(members_of(older) == 3, "members %u", expected.members.left);
  ask_signal(older, SIGKILL, TO_ALL, 0);
  expect(EXITED, older);
  if (expected.exited.left) expect(GONE, older);
  CHECK(known_alive() == 0, "%d live", known_alive());
  CHECK(members_of(run) == 0, "members %u", expected.members.left);
  expect_silence(20);
  end_keeper();
}

static void expect_hung_up(void) {
  struct pollfd f = {pair, POLLIN, 0};
  double t = now();
  for (;;) {
    CHECK(poll(&f, 1, 1000) == 1, "no end of file");
    if (recv(pair, &expected, sizeof expected, 0) <= 0) break;
  }
  CHECK(now() - t < 200, "the end of file came after %.0f ms", now() - t);
}

/* A crowd with everything in it that is hard to find, and a lock. Answers the descriptor of the lock by which others ask for it. */
static int start_motley(void) {
  struct { uint32_t type, flags; uint64_t run; } p = {HOLD, 0, 0};
  int mine = open(file("lock", "", 0644), O_RDWR | O_CLOEXEC), other = open(in_directory("lock"), O_RDWR | O_CLOEXEC);
  CHECK(!flock(mine, LOCK_EX | LOCK_NB) && !send_packet(&p, sizeof p, &mine, 1, 0), "lock");
  close(mine);
  start_crowd("pause", "0", 50, 0);
  start_crowd("daemons", "2", 20, 1);
  start_child("deep", "10", 1);
  start_child("nested", "5", 1);
  start_child("runners", "2", 1);
  CHECK(members_of(start_child("shed", "3", 1)) == 3, "members %u", expected.members.left);
  known = expected;
  return other;
}

static void expect_all_gone(int lock, double since) {
  for (int tries = 0; flock(lock, LOCK_EX | LOCK_NB); tries++) CHECK(tries < 2000, "the lock is still held"), usleep(1000);
  CHECK(alive(0) == 0 && known_alive() == 0, "%d and %d live when the lock is let go", alive(0), known_alive());
  printf("   all was gone %.1f ms later\n", now() - since);
  close(lock);
}

static void a_keeper_that_is_killed_leaves_nothing(void) {
  int status;
  for (int round = 0; round < 20; round++) {
    start_keeper(NULL);
    int lock = start_motley(), with_supervisor = round % 2;
    double t = now();
    kill(proper_pid, SIGKILL);
    if (with_supervisor) close(pair);
    else expect_hung_up();
    CHECK(waitpid(keeper_pid, &status, 0) == keeper_pid && WIFEXITED(status) && WEXITSTATUS(status) == 0, "the guard ended with %x", status);
    expect_all_gone(lock, t);
    if (!with_supervisor) close(pair);
  }
}

static void a_keeper_whose_guard_is_killed_leaves_nothing(void) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (int round = 0; round < 20; round++) {
    start_keeper(NULL);
    int lock = start_motley(), with_supervisor = round % 2;
    double t = now();
    kill(keeper_pid, SIGKILL);
    if (with_supervisor) close(pair);
    else expect_hung_up();
    CHECK(waitpid(keeper_pid, NULL, 0) == keeper_pid, "waitpid");
    expect_all_gone(lock, t);
    CHECK(waitpid(proper_pid, NULL, 0) == proper_pid, "the keeper proper is not ours");
    if (!with_supervisor) close(pair);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static int detached_alive(int signo) {
  DIR *d = opendir("/proc");
  int count = 0;
  for (struct dirent *e; (e = readdir(d));) {
    int pid = atoi(e->d_name);
    if (pid <= 0 || !run_over(mark + (1ull << 61), pid)) continue;
    count++;
    if (signo) kill(pid, signo);
  }
  closedir(d);
  return count;
}

static uint64_t start_detached(const char *order, const char *argument) {
  int ends[2];
  char *argv[] = {(char *)child_path, (char *)order, (char *)argument, NULL};
  struct wish w = wish(argv);
  CHECK(!pipe2(ends, O_CLOEXEC), "pipe");
  w.flags = DETACHED;
  w.out = ends[1];
  ask_spawn(next_run, &w);
  close(ends[1]);
  expect(SPAWNED, next_run);
  CHECK(said_ready(ends[0]), "child %s %s never was ready", order, argument);
  close(ends[0]);
  return next_run++;
}

static void detached_runs_outlive_the_keeper_and_nothing_else_does(void) {
  for (int marks = 1; marks >= 0; marks--) {
    start_keeper(marks ? NULL : before_low_locks);
    start_child("daemons", "3", 1);
    pid_t leader = (start_detached("ready", "0"), expected.spawned.pid);
    if (marks) {
      uint64_t left = start_detached("leave", "2"); /* the launcher of a daemon is gone, its daemons are not */
      expect_exit(left, 0, 7, 2);
      start_detached("daemons", "2");
      CHECK(detached_alive(0) == 6, "%d detached", detached_alive(0));
    }
    printf("   attached gone %.1f ms after the end of file\n", end_keeper());
    CHECK(await_state(leader, 'S') == 'S', "state %c", state_of(leader));
    if (marks) CHECK(detached_alive(SIGKILL) == 6, "%d detached", detached_alive(0));
    kill(leader, SIGKILL);
  }
}

static void detached_runs_outlive_a_keeper_that_is_killed(void) {
  for (int marks = 1; marks >= 0; marks--) {
    start_keeper(marks ? NULL : before_low_locks);
    start_child("daemons", "3", 1);
    pid_t leader = (start_detached("ready", "0"), expected.spawned.pid);
    if (marks) start_detached("daemons", "2");
    kill(proper_pid, SIGKILL);
    CHECK(waitpid(keeper_pid, NULL, 0) == keeper_pid, "waitpid");
    CHECK(await_state(leader, 'S') == 'S', "state %c", state_of(leader));
    if (marks) CHECK(alive(0) == 0 && detached_alive(SIGKILL) == 4, "%d attached, %d detached", alive(0), detached_alive(0));
    kill(leader, SIGKILL);
    close(pair);
  }
}

static void what_poses_as_detached_does_not_outlive_the_keeper(void) {
  char locks[24];
  start_keeper(NULL);
  pid_t leader = (start_detached("ready", "0"), expected.spawned.pid);
  snprintf(locks, sizeof locks, "%llu", (unsigned long long)(mark + (1ull << 61) + 4711));
  start_child("pose", locks, 1);
  CHECK(detached_alive(0) == 2, "%d carry a mark", detached_alive(0));
  end_keeper();
  CHECK(detached_alive(0) == 1 && await_state(leader, 'S') == 'S', "%d carry a mark", detached_alive(0));
  kill(leader, SIGKILL);
}

static void a_detached_run_is_signalled_and_reported_like_any_other(void) {
  start_keeper(NULL);
  uint64_t run = start_detached("daemons", "2");
  CHECK(members_of(run) == 2, "members %u", expected.members.left);
  ask_signal(run, SIGKILL, TO_ALL, 0);
  expect(EXITED, run);
  if (expected.exited.left) expect(GONE, run);
  CHECK(detached_alive(0) == 0, "%d detached", detached_alive(0));
  end_keeper();
}

static void a_lock_it_holds_is_held_until_the_last_attached_process_is_gone(void) {
  if (geteuid()) return;
  char command[1024], *program = strdup(in_directory("setuid-holder"));
  snprintf(command, sizeof command, "cp '%s' '%s' && chown 65498 '%s' && chmod 4755 '%s'", child_path, program, program, program);
  CHECK(!system(command), "%s", command);
  chmod(directory, 0755);
  start_keeper(before_nobody_free);
  int mine = open(file("lock", "", 0644), O_RDWR | O_CLOEXEC), other = open(in_directory("lock"), O_RDWR | O_CLOEXEC);
  CHECK(!flock(mine, LOCK_EX | LOCK_NB), "flock");
  struct { uint32_t type, flags; uint64_t run; } p = {HOLD, 0, 0};
  send_packet(&p, sizeof p, NULL, 0, 0);
  expect_refused(0, HOLD, EINVAL); /* nothing to hold */
  CHECK(!send_packet(&p, sizeof p, &mine, 1, 0), "send");
  char *argv[] = {program, "pause", "0", NULL};
  struct wish w = wish(argv);
  ask_spawn(next_run, &w); /* another user's: the keeper cannot kill it */
  pid_t pid = expect(SPAWNED, next_run++)->spawned.pid;
  while (state_of(pid) == 'R') usleep(1000);
  close(mine);
  close(pair);
  usleep(100000);
  CHECK(flock(other, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK, "the lock was let go while the keeper still swept");
  kill(pid, SIGKILL);
  CHECK(waitpid(keeper_pid, NULL, 0) == keeper_pid, "waitpid");
  CHECK(!flock(other, LOCK_EX | LOCK_NB), "the lock outlived the keeper");
  close(other);
}

static struct entry laws[] = {
    ENTRY(keeper_stands_apart),
    ENTRY(child_starts_clean),
    ENTRY(without_descriptors_for_each_run_exits_are_seen_too),
    ENTRY(failures_name_their_step),
    ENTRY(an_elf_without_its_interpreter_is_told_apart),
    ENTRY(what_is_not_allowed_fails_at_its_step),
    ENTRY(malformed_requests_are_answered),
    ENTRY(large_requests_travel_in_a_memfd),
    ENTRY(exits_tell_code_and_signal),
    ENTRY(signals_reach_their_target),
    ENTRY(a_stopped_child_can_die),
    ENTRY(remains_are_named_and_the_leader_is_reaped_last),
    ENTRY(what_ignores_term_is_killed_with_all_it_starts),
    ENTRY(runners_are_caught),
    ENTRY(a_headless_process_is_alive),
    ENTRY(two_hundred_runs_with_daemons_are_told_apart),
    ENTRY(reports_wait_for_a_slow_supervisor),
    ENTRY(without_marks_sessions_and_groups_tell),
    ENTRY(a_process_that_made_itself_a_sibling_does_not_outlive_its_run),
    ENTRY(what_sheds_its_mark_and_its_session_ends_with_its_run),
    ENTRY(what_may_be_of_several_runs_ends_with_the_first),
    ENTRY(a_keeper_that_is_killed_leaves_nothing),
    ENTRY(a_keeper_whose_guard_is_killed_leaves_nothing),
    ENTRY(a_traced_child_is_reported_when_it_can_be_reaped),
    ENTRY(strangers_are_reaped),
    ENTRY(what_may_not_be_signalled_is_refused_and_still_attributed),
    ENTRY(detached_runs_outlive_the_keeper_and_nothing_else_does),
    ENTRY(detached_runs_outlive_a_keeper_that_is_killed),
    ENTRY(what_poses_as_detached_does_not_outlive_the_keeper),
    ENTRY(a_detached_run_is_signalled_and_reported_like_any_other),
    ENTRY(a_lock_it_holds_is_held_until_the_last_attached_process_is_gone),
    ENTRY(end_of_file_in_an_instant),
};

static void tidy_up(void) {
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", directory);
  if (system(command)) fprintf(stderr, "%s is left\n", directory);
}

static int wanted(const char *law, char **laws) {
  if (!*laws) return 1;
  for (; *laws; laws++)
    if (!strcmp(*laws, law)) return 1;
  return 0;
}

int main(int argc, char **argv) {
  size_t count = sizeof laws / sizeof *laws;
  if (argc == 2 && !strcmp(argv[1], "list")) {
    for (size_t i = 0; i < count; i++) puts(laws[i].name);
    return 0;
  }
  CHECK(argc >= 3, "usage: keeper_laws KEEPER CHILD [LAW...]");
  keeper_path = realpath(argv[1], NULL);
  child_path = realpath(argv[2], NULL);
  CHECK(keeper_path && child_path, "no such program");
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGPIPE, SIG_IGN);
  CHECK(mkdtemp(directory), "no directory");
  atexit(tidy_up);
  getrlimit(RLIMIT_NOFILE, &nofile);
  getrlimit(RLIMIT_LOCKS, &locks);
  int found = 0;
  for (size_t i = 0; i < count; i++)
    if (wanted(laws[i].name, argv + 3)) {
      double t = now();
      laws[i].run();
      printf("ok %s (%.0f ms)\n", laws[i].name, now() - t);
      found++;
    }
  CHECK(argc == 3 || found == argc - 3, "%d of %d laws were found", found, argc - 3);
  return 0;
}
