// The child of bin/bench: appends "NAME PID NANOSECONDS" (CLOCK_MONOTONIC) to a file, then sleeps
// until it is signalled. `stamp FILE NAME`.
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (argc != 3) return 2;
  // One write of O_APPEND: lines of many children never mix.
  int file = open(argv[1], O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  char line[128];
  int length = snprintf(line, sizeof line, "%s %d %lld\n", argv[2], (int)getpid(),
                        now.tv_sec * 1000000000LL + now.tv_nsec);
  if (file < 0 || write(file, line, length) != length) return 1;
  close(file);
  for (;;) pause();
}
