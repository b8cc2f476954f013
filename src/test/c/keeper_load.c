/*
 * The keeper under load and under fire:
 *   keeper_load KEEPER CHILD storm ROUNDS       kills a supervisor with -9 in the middle of a start storm of 400, ROUNDS times
 *   keeper_load KEEPER CHILD fuzz SECONDS SEED  random and mutated packets (seed 0: chosen, and printed)
 *   keeper_load KEEPER CHILD rate N             start and exit one after another, start of N, stop of N; each beside plain C
 */
#include "supervisor.h"
#include <spawn.h>
#include <sys/random.h>

extern char **environ;

static uint64_t seed;
static uint64_t dice(uint64_t n) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (seed * 0x2545F4914F6CDD1Dull >> 11) % n;
}

/* ---- storm ---- */

static void storm_supervisor(void) {
  const char *orders[][2] = {{"pause", "0"}, {"daemons", "2"}, {"family", "2"}, {"deep", "3"}, {"leave", "1"}, {"nested", "1"}, {"exit", "0"}, {"runners", "1"}};
  start_keeper(NULL);
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  for (int i = 0; i < 400; i++) {
    ask_child(orders[dice(8)][0], orders[dice(8)][1], null);
    while (receive(&expected, 0)) continue;
  }
  for (;;) receive(&expected, -1);
}

/* The processes of the machine that are this one's descendants, the supervisor and the keeper not counted. */
static int count_children_below(pid_t supervisor) {
  static int parent[1 << 22];
  static pid_t all[1 << 16];
  int n = 0, count = 0;
  DIR *d = opendir("/proc");
  for (struct dirent *e; (e = readdir(d)) && n < 1 << 16;) {
    char path[300], line[512], *close_paren;
    pid_t pid = atoi(e->d_name);
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = pid > 0 ? fopen(path, "r") : NULL;
    if (!f) continue;
    if (fgets(line, sizeof line, f) && (close_paren = strrchr(line, ')'))) parent[pid] = atoi(close_paren + 4), all[n++] = pid;
    fclose(f);
  }
  closedir(d);
  for (int i = 0; i < n; i++)
    for (pid_t p = all[i], depth = 0; p > 1 && depth < 100; p = parent[p], depth++)
      if (parent[p] == supervisor && p != all[i]) {
        count++;
        break;
      }
  return count;
}

/* Who is still there, and what he waits for in the kernel. */
static void show_living(void) {
  char path[64], line[256];
  DIR *all = opendir("/proc");
  for (struct dirent *entry; all && (entry = readdir(all));) {
    static const char *files[] = {"stat", "wchan"};
    if (!atoi(entry->d_name)) continue;
    snprintf(path, sizeof path, "/proc/%d/exe", atoi(entry->d_name));
    ssize_t size = readlink(path, line, sizeof line - 1);
    if (size > 0 && (line[size] = 0, !strstr(line, "keeper") && !strstr(line, "child"))) continue;
    for (int i = 0; i < 2; i++) {
      snprintf(path, sizeof path, "/proc/%d/%s", atoi(entry->d_name), files[i]);
      FILE *file = fopen(path, "r");
      if (file && fgets(line, 80, file)) printf("%s%s", line, i ? "\n" : " ");
      if (file) fclose(file);
    }
  }
  if (all) closedir(all);
}

static void storm(int rounds) {
  double worst = 0, sum = 0, up = 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* whatever escapes the keeper arrives here */
  for (int round = 0; round < rounds; round++) {
    dice(2);
    pid_t supervisor = fork(), pid;
    if (supervisor == 0) {
      prctl(PR_SET_CHILD_SUBREAPER, 0);
      signal(SIGPIPE, SIG_IGN);
      storm_supervisor();
    }
    usleep(dice(150000));
    up += count_children_below(supervisor);
    kill(supervisor, SIGKILL);
    double t = now(), looked = t, stalled = 0;
    int others = 0, kept = 0, shown = 0, status;
    while ((pid = waitpid(-1, &status, WNOHANG)) >= 0) {
      double pause = now() - looked;
      if (pause > 50) stalled += pause; /* nobody ran: the machine stood still, not the keeper */
      looked += pause;
      if (pid == 0) {
        if (looked - t > 500 && !shown++) show_living();
        usleep(500);
        continue;
      }
      others += pid != supervisor;
      if (pid != supervisor && WIFEXITED(status) && WEXITSTATUS(status) == 0) kept++;
    }
    t = now() - t - stalled;
    CHECK(others <= 1 && kept == others, "round %d: %d processes outlived the keeper", round, others - 1);
    CHECK(t < 1500, "round %d: %.0f ms", round, t);
    sum += t;
    worst = t > worst ? t : worst;
  }
  printf("ok storm: %d rounds, nothing left; mean %.1f ms, worst %.1f ms after the kill; %.0f processes were up on average\n", rounds, sum / rounds, worst, up / rounds);
}

/* ---- fuzz ---- */

static size_t valid_packet(struct packet *p) {
  static char *words[][4] = {{"exit", "0"}, {"exit", "9"}, {"pause", "0"}, {"family", "1"}, {"leave", "1"}, {"stubborn", "0"}, {"nonsense", "1"}};
  uint64_t run = 1 + dice(40);
  memset(p, 0, 64);
  switch (dice(5)) {
    case 0:
    case 1: {
      char **order = words[dice(7)], *argv[] = {dice(10) ? (char *)child_path : "no-such-program", order[0], order[1], NULL};
      struct wish w = wish(argv);
      w.directory = dice(10) ? "/" : "/nowhere";
      w.path = "/nowhere"; /* a name cut short must not find a program */
      if (!dice(4)) w.limits = 1, w.limit[0] = (struct limit){RLIMIT_CORE, 0, dice(100), dice(100)};
      if (!dice(4)) w.flags |= NICE, w.nice = (int)dice(40) - 20;
      if (!dice(4)) w.flags |= GROUPS, w.groups = (uint32_t)dice(4);
      return 16 + put_wish(p, run, &w, p->body);
    }
    case 2:
      p->type = MEMBERS;
      p->run = run;
      return 16;
    default: {
      static const int signals[] = {SIGTERM, SIGKILL, SIGUSR1, SIGSTOP, SIGCONT, SIGKILL};
      uint32_t body[2] = {(uint32_t)signals[dice(6)], (uint32_t)dice(3)};
      p->type = SIGNAL;
      p->run = run;
      p->flags = (uint32_t)dice(2);
      memcpy(p->body, body, 8);
      return 24;
    }
  }
}

static void fuzz(int seconds) {
  static struct packet p;
  double end = now() + seconds * 1e3;
  long sent = 0, answered = 0, spawned = 0;
  int fds[8], memory = memfd_create("fuzz", MFD_CLOEXEC), null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int i = 0; i < 8; i++) fds[i] = i % 2 ? null : memory;
  start_keeper(NULL);
  while (now() < end) {
    for (int i = 0; i < 16; i++, sent++) {
      size_t size = valid_packet(&p);
      int count = 0;
      uint64_t kind = dice(10);
      if (kind < 4) { /* some bytes changed */
        for (uint64_t n = 1 + dice(4); n--;) ((uint8_t *)&p)[dice(size)] = (uint8_t)(dice(3) ? dice(256) : dice(2) * 255);
      } else if (kind == 4) { /* cut or grown */
        size = dice(size + 40);
      } else if (kind == 5) { /* noise under a plausible type */
        size = dice(dice(4) ? 200 : 65536);
        for (size_t b = 0; b < size; b++) ((uint8_t *)&p)[b] = (uint8_t)dice(256);
        if (dice(2)) p.type = (uint32_t)dice(5);
        if (dice(2)) p.flags = (uint32_t)dice(32);
      } else if (kind == 6) { /* in a memfd, with a length that may lie */
        uint64_t length = dice(3) ? size - 16 : dice(1 << 24);
        (void)!ftruncate(memory, 0);
        (void)!pwrite(memory, p.body, size > 16 ? size - 16 : 0, 0);
        memcpy(p.body, &length, 8);
        p.flags |= IN_MEMFD;
        size = 24;
        count = 1;
      }
      if (!dice(6)) count = (int)dice(8);
      if (p.type == SPAWN && count && !dice(3)) p.flags |= STDOUT | (uint32_t)dice(2) * STDERR;
      int e = send_packet(&p, size, fds, count, 0);
      CHECK(!e, "send: %s after %ld packets", strerror(e), sent);
      while (receive(&expected, 0)) {
        answered++;
        spawned += expected.type == SPAWNED;
        CHECK(expected.type >= SPAWNED && expected.type <= REFUSED, "report %u", expected.type);
      }
    }
  }
  while (receive(&expected, 200)) answered++;
  char *argv[] = {(char *)child_path, "exit", "4", NULL}; /* it still does its work */
  struct wish w = wish(argv);
  uint64_t last = (1ull << 39) + dice(1 << 30);
  ask_spawn(last, &w);
  do CHECK(receive(&expected, 5000), "no answer after %ld packets", sent);
  while (expected.run != last || expected.type != EXITED || expected.exited.status != 4);
  double t = end_keeper();
  printf("ok fuzz: %ld packets, %ld reports, %ld spawned; ended in %.1f ms\n", sent, answered, spawned, t);
}

/* ---- rate ---- */

static pid_t plain_spawn(const char *order, const char *argument) {
  posix_spawnattr_t a;
  posix_spawn_file_actions_t f;
  pid_t pid;
  char *argv[] = {(char *)child_path, (char *)order, (char *)argument, NULL};
  posix_spawnattr_init(&a);
  posix_spawnattr_setflags(&a, POSIX_SPAWN_SETSID);
  posix_spawn_file_actions_init(&f);
  CHECK(!posix_spawn(&pid, child_path, &f, &a, argv, environ), "posix_spawn");
  posix_spawnattr_destroy(&a);
  posix_spawn_file_actions_destroy(&f);
  return pid;
}

static double keeper_cpu(void) {
  double total = 0;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", proper_pid);
  DIR *d = opendir(path);
  for (struct dirent *e; (e = readdir(d));) {
    long long ns;
    char file[400];
    snprintf(file, sizeof file, "%s/%s/schedstat", path, e->d_name);
    FILE *f = fopen(file, "r");
    if (f && fscanf(f, "%lld", &ns) == 1) total += ns / 1e6;
    if (f) fclose(f);
  }
  closedir(d);
  return total;
}

static int ascending(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

static void rate(int n) {
  enum { BATCHES = 10 };
  pid_t *pids = malloc(sizeof *pids * (size_t)n);
  double *plain = malloc(sizeof *plain * (size_t)n), *kept = malloc(sizeof *kept * (size_t)n), t;
  start_keeper(NULL);
  for (int i = 0; i < n; i++) {
    t = now();
    waitpid(plain_spawn("exit", "0"), NULL, 0);
    plain[i] = (now() - t) * 1e3;
    t = now();
    expect(EXITED, start_child("exit", "0", 0));
    kept[i] = (now() - t) * 1e3;
  }
  qsort(plain, (size_t)n, sizeof *plain, ascending);
  qsort(kept, (size_t)n, sizeof *kept, ascending);
  printf("start+exit, in turns: keeper %.0f us, posix_spawn+waitpid %.0f us, ratio %.2f (medians of %d; the fastest tenth %.0f and %.0f, ratio %.2f)\n", kept[n / 2], plain[n / 2],
         kept[n / 2] / plain[n / 2], n, kept[n / 10], plain[n / 10], kept[n / 10] / plain[n / 10]);

  uint64_t first = next_run;
  double cpu = keeper_cpu(), plain_start = 0, start = 0;
  int step = n / BATCHES, started = 0;
  n = step * BATCHES;
  for (int batch = 0; batch < BATCHES; batch++) {
    t = now();
    for (int i = 0; i < step; i++) pids[batch * step + i] = plain_spawn("pause", "0");
    plain_start += now() - t;
    t = now();
    for (int i = 0; i < step; i++) {
      ask_child("pause", "0", -1);
      while (receive(&expected, 0)) started += expected.type == SPAWNED;
    }
    for (; started < (batch + 1) * step; started++) CHECK(receive(&expected, 5000) && expected.type == SPAWNED, "report");
    start += now() - t;
  }
  double start_cpu = keeper_cpu() - cpu;
  t = now();
  for (int i = 0; i < n; i++) kill(pids[i], SIGTERM);
  for (int i = 0; i < n; i++) waitpid(pids[i], NULL, 0);
  double plain_stop = now() - t;
  double lone[21];
  for (int i = 0; i < 21; i++) { /* one exit among n */
    usleep(5000);
    t = now();
    ask_signal(first + (uint64_t)i, SIGKILL, TO_GROUP, 0);
    expect(EXITED, first + (uint64_t)i);
    lone[i] = (now() - t) * 1e3;
  }
  qsort(lone, 21, sizeof *lone, ascending);
  cpu = keeper_cpu();
  t = now();
  int left = n - 21;
  for (int i = 21; i < n; i++) {
    ask_signal(first + (uint64_t)i, SIGTERM, TO_GROUP, THEN_CONT);
    while (receive(&expected, 0)) left--;
  }
  while (left) CHECK(receive(&expected, 5000) && expected.type == EXITED && expected.exited.left == 0, "report"), left--;
  double stop = now() - t, stop_cpu = keeper_cpu() - cpu;
  printf("start of %d: keeper %.0f ms (its own CPU %.0f ms), posix_spawn %.0f ms, ratio %.2f\n", n, start, start_cpu, plain_start, start / plain_start);
  printf("kill to report of one among %d: median %.0f us\n", n, lone[10]);
  printf("stop of %d: keeper %.0f ms (its own CPU %.1f ms), kill+waitpid %.0f ms\n", n, stop, stop_cpu, plain_stop);
  end_keeper();
  free(pids);
  free(plain);
  free(kept);
}

int main(int argc, char **argv) {
  CHECK(argc >= 5, "usage: keeper_load KEEPER CHILD storm ROUNDS | fuzz SECONDS SEED | rate N");
  keeper_path = realpath(argv[1], NULL);
  child_path = realpath(argv[2], NULL);
  CHECK(keeper_path && child_path, "no such program");
  signal(SIGPIPE, SIG_IGN);
  if (argc > 5) seed = strtoull(argv[5], NULL, 10);
  if (!seed) (void)!getrandom(&seed, 4, 0);
  seed += !seed;
  if (!strcmp(argv[3], "storm")) storm(atoi(argv[4]));
  else if (!strcmp(argv[3], "fuzz")) printf("seed %llu\n", (unsigned long long)seed), fflush(stdout), fuzz(atoi(argv[4]));
  else if (!strcmp(argv[3], "rate")) rate(atoi(argv[4]));
  else DIE("unknown: %s", argv[3]);
  return 0;
}
