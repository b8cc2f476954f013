/* What the supervisor is told. Reports wait in the table until the socket takes them. */
#ifndef REPORT_H
#define REPORT_H
#include "kin.h"

static u8 report[HEADER + 16 + NAMED_MAX * NAMED_SIZE];
static u32 report_size; /* an answer that did not fit into the socket yet */
static void put32(u8 *p, u32 v) { memcpy(p, &v, 4); }
static void put64(u8 *p, u64 v) { memcpy(p, &v, 8); }

static u8 *report_head(u32 type, u64 run) {
  put32(report, type);
  put32(report + 4, 0);
  put64(report + 8, run);
  return report + HEADER;
}

static void answer(u32 type, u64 run, u32 first, u32 second) {
  u8 *body = report_head(type, run);
  put32(body, first);
  put32(body + 4, second);
  report_size = HEADER + 8;
}

/* Writes left, named and the names; the leader is not counted. */
static u32 put_members(u8 *body, const struct run *r) {
  u32 left = 0, named = 0;
  for (u32 i = 0; i < member_count; i++) {
    const struct member *m = &members[i];
    if (m->pid == r->pid) continue;
    left++;
    if (named == NAMED_MAX) continue;
    u8 *at = body + 8 + NAMED_SIZE * named++;
    put32(at, (u32)m->pid);
    put32(at + 4, 0);
    put64(at + 8, m->start);
    memcpy(at + 16, m->comm, 16);
  }
  put32(body, left);
  put32(body + 4, named);
  return 8 + NAMED_SIZE * named;
}

/* 1 when sent, 0 when it must wait. A supervisor that is gone is noticed by the caller of poll. */
static int send(u32 size) {
  struct iovec part = {report, size};
  struct msghdr message = {0, 0, &part, 1, 0, 0, 0};
  long n = SYS(sendmsg, PAIR, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n == -EPIPE || n == -ECONNRESET) hung_up = 1;
  return n >= 0;
}

static int send_exited(struct run *r) {
  if (r->state == DEAD) {
    gather(r);
    if (!member_count) { /* what was left has ended meanwhile */
      look();
      gather(r);
    }
  }
  u8 *body = report_head(EXITED, r->id);
  put32(body, (u32)r->how);
  put32(body + 4, (u32)r->status);
  if (r->state == OVER) drop_members(0);
  u32 size = put_members(body + 8, r);
  /* Something is left that cannot be named: held by a tracer, or so short-lived that its number is gone before it is read. */
  if (r->state == DEAD && !get32(body + 8)) put32(body + 8, r->orphans ? r->orphans : 1);
  return send(HEADER + 8 + size);
}

/* Sends what waits, in the order it was seen. Answers 0 when the socket is full. */
static int flush(void) {
  if (report_size && !send(report_size)) return 0;
  report_size = 0;
  while (queue_head) {
    struct run *r = &runs[queue_head - 1];
    if (!r->told) {
      if (!send_exited(r)) return 0;
      r->told = 1;
      if (r->state == DEAD) goto next; /* GONE will follow */
    } else {
      report_head(GONE, r->id);
      if (!send(HEADER)) return 0;
    }
    queue_head = r->queue_next;
    r->queued = 0;
    release(r);
    continue;
  next:
    queue_head = r->queue_next;
    r->queued = 0;
  }
  return 1;
}

#endif
