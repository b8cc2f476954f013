/* `filtered PROGRAM ARGUMENT...`: runs the program where a filter, as older container runtimes set one, refuses newer system calls with EPERM. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sock_filter refuse[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, 434 /* pidfd_open */},
      {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 436 /* close_range */},
      {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_unshare},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | 1},
  };
  struct sock_fprog filter = {sizeof refuse / sizeof *refuse, refuse};
  if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
    perror("filtered");
    return 1;
  }
  execv(argv[1], argv + 1);
  perror(argv[1]);
  return 1;
}
