/* Linux system calls without a C library, for x86-64 and aarch64: each returns the kernel's answer, -errno on failure. */
#ifndef SYS_H
#define SYS_H

#include <asm/unistd.h>
#include <linux/errno.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;

enum {
  AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, O_RDONLY = 0, O_RDWR = 2, O_CLOEXEC = 02000000,
  F_SETFD = 2, FD_CLOEXEC = 1, F_DUPFD_CLOEXEC = 1030, F_OK = 0, X_OK = 1, STATX_BASIC = 0x7ff, S_IFMT = 0170000, S_IFDIR = 0040000, S_IFREG = 0100000,
  SIGKILL = 9, SIGCHLD = 17, SIGCONT = 18, SIG_SETMASK = 2, SA_NOCLDSTOP = 1, SIGNALS = 64, SFD_FLAGS = 02004000,
  P_ALL = 0, P_PID = 1, WNOHANG = 1, WEXITED = 4, WNOWAIT = 0x1000000,
  RLIMIT_NOFILE = 7, RLIMIT_LOCKS = 10, PR_SET_PDEATHSIG = 1, PR_SET_NAME = 15, PR_SET_CHILD_SUBREAPER = 36,
  POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32, POLLRDHUP = 0x2000, EPOLLIN = 1, EPOLL_CTL_ADD = 1,
  SOL_SOCKET = 1, SCM_RIGHTS = 1, SHUT_RDWR = 2, CLD_EXITED = 1, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CTRUNC = 8, MSG_TRUNC = 0x20, MSG_CMSG_CLOEXEC = 0x40000000,
  PROT_RW = 3, MAP_PRIVATE_ANONYMOUS = 0x22, CLOSE_RANGE_UNSHARE = 2,
  CLONE_VM = 0x100, CLONE_FS = 0x200, CLONE_FILES = 0x400, CLONE_SIGHAND = 0x800, CLONE_VFORK = 0x4000, CLONE_THREAD = 0x10000, CLONE_SYSVSEM = 0x40000,
};

struct timespec { long sec, nsec; };
struct rlimit { u64 soft, hard; };
struct pollfd { int fd; short events, revents; };
struct iovec { void *base; size_t len; };
struct msghdr { void *name; u32 namelen; struct iovec *iov; size_t iovlen; void *control; size_t controllen; u32 flags; };
struct cmsghdr { size_t len; int level, type; };
struct sigaction { void *handler; u64 flags; void *restorer; u64 mask; };
struct siginfo { int signo, err, code, pad, pid; u32 uid; int status; char rest[100]; };
struct dirent { u64 ino, off; unsigned short reclen; u8 type; char name[]; };
#ifdef __x86_64__
struct epoll_event { u32 events; u64 data; } __attribute__((packed));
#else
struct epoll_event { u32 events; u64 data; };
#endif
struct statx { u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; unsigned short mode, pad; u64 rest[28]; };

#ifdef __x86_64__
static inline long sys6(long n, long a, long b, long c, long d, long e, long f) {
  long r;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return r;
}
#else
static inline long sys6(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory", "cc");
  return x0;
}
#endif
#define SYS(name, ...) SYS_(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_(n, a, b, c, d, e, f, ...) sys6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* clone(flags, stack) whose child runs fn(arg) and exits with its answer; a stack of 0 keeps the caller's (only for a child with memory of its own). */
long clone_on(long flags, void *stack, int (*fn)(void *), void *arg);
#ifdef __x86_64__
__asm__(".text\n.globl clone_on\n.type clone_on,@function\nclone_on:\n"
        "  mov %rdx,%r8\n  mov %rcx,%r9\n  xor %edx,%edx\n  xor %r10d,%r10d\n  mov $56,%eax\n  syscall\n"
        "  test %rax,%rax\n  jz 1f\n  ret\n"
        "1: xor %ebp,%ebp\n  and $-16,%rsp\n  mov %r9,%rdi\n  call *%r8\n  mov %eax,%edi\n  mov $60,%eax\n  syscall\n  hlt\n"
        ".size clone_on,.-clone_on\n");
#else
__asm__(".text\n.globl clone_on\n.type clone_on,%function\nclone_on:\n"
        "  mov x9,x2\n  mov x10,x3\n  mov x2,xzr\n  mov x3,xzr\n  mov x4,xzr\n  mov x8,#220\n  svc #0\n"
        "  cbz x0,1f\n  ret\n"
        "1: mov x29,xzr\n  mov x30,xzr\n  mov x0,x10\n  blr x9\n  mov x8,#93\n  svc #0\n  brk #0\n"
        ".size clone_on,.-clone_on\n");
#endif

#ifdef KEEPER_HOSTED /* for the sanitizers: the same program with a C library beneath it */
#include <string.h>
#else
void *memset(void *to, int byte, size_t n) {
  for (u8 *p = to; n--;) *p++ = (u8)byte;
  return to;
}
void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  const u8 *f = from;
  for (u8 *p = to; n--;) *p++ = *f++;
  return to;
}
static inline size_t strlen(const char *s) {
  size_t n = 0;
  while (s[n]) n++;
  return n;
}
int keeper(int argc, char **argv);
__attribute__((used, noreturn)) static void begin(long *stack) {
  SYS(exit_group, keeper((int)stack[0], (char **)(stack + 1)));
  __builtin_unreachable();
}
#ifdef __x86_64__
__asm__(".text\n.globl _start\n_start:\n  xor %ebp,%ebp\n  mov %rsp,%rdi\n  and $-16,%rsp\n  call begin\n  hlt\n");
#else
__asm__(".text\n.globl _start\n_start:\n  mov x29,xzr\n  mov x30,xzr\n  mov x0,sp\n  bl begin\n  brk #0\n");
#endif
#endif
#endif
