/*
 * Workers: forked processes that share floe's memory as it was, are confined (confine.h), and answer over a
 * pipe. What runs in them may have been taken over by a policy, so nothing they send is believed unchecked,
 * and one that does not answer is killed.
 *
 * A program that has workers ignores SIGPIPE (floe_interrupt_watch does): a request may meet one that has
 * just ended.
 */
#ifndef FLOE_SCRIPT_WORKER_H
#define FLOE_SCRIPT_WORKER_H

#include "base/buffer.h"
#include "floe/error.h"
#include "wire.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { FLOE_WORKER_IDLE = UINT32_MAX };

/* One page shared by both sides. The worker says here what it is about to do, so that its parent can name it
 * when the worker is gone or stuck. To the parent it is a hint from a stranger: checked before it is used. */
typedef struct floe_worker_page {
    volatile uint64_t beats;                /* grows with everything that is begun */
    volatile uint32_t job, policy, subject; /* FLOE_WORKER_IDLE where it does nothing */
} floe_worker_page;

/* What a worker does. Both run in the worker. `prepare` may still use the system (timers, memory); it returns
 * 0 or fills the error. `run` is confined, reads requests from FLOE_CONFINE_READ and answers to
 * FLOE_CONFINE_WRITE until its parent closes the pipe. */
typedef struct floe_worker_task {
    int (*prepare)(void *data, floe_worker_page *page, floe_error *error);
    void (*run)(void *data);
    void *data;
    size_t memory; /* bytes that it may allocate beyond what the process has */
} floe_worker_task;

typedef struct floe_worker {
    pid_t pid; /* 0 where there is none */
    int request, reply;
    floe_worker_page *page;
    floe_buffer input; /* bytes that came and were not taken yet */
    size_t taken;      /* bytes of `input` that were */
    int64_t used;      /* processor time when it was last looked at, … */
    uint32_t idle;     /* … and how many looks ago that grew */
    uint64_t beats;    /* as last seen, … */
    int64_t beat_time; /* … and when (floe_clock_monotonic) */
} floe_worker;

/* The first frame of every worker: text, absent where it is fully confined, else why the wall is lower. Types
 * from FLOE_FRAME_FIRST on are the task's own. */
enum { FLOE_FRAME_HELLO = 1, FLOE_FRAME_FAILED = 2, FLOE_FRAME_FIRST = 16 };

/* Starts a worker. FLOE_IO or FLOE_MEMORY where the system refuses. */
int floe_worker_start(floe_worker *out, const floe_worker_task *task, floe_error *error);

/* Sends a request (a frame or several; less than a pipe holds). FLOE_IO where the worker is gone. */
int floe_worker_send(floe_worker *worker, const void *bytes, size_t size, floe_error *error);

/* Reads what has come. FLOE_NOT_FOUND at the end of the stream, FLOE_IO, FLOE_MEMORY. Never blocks. */
int floe_worker_receive(floe_worker *worker, floe_error *error);

/* The next whole frame, good until the next receive: 1, 0 where none is complete, FLOE_INVALID. */
int floe_worker_frame(floe_worker *worker, floe_frame *frame, floe_error *error);

/* To be asked at each look at a worker that owes an answer: true where its processor time has been `used` for
 * more than `most` looks. One that waits for something which never comes is not seen by its time. */
bool floe_worker_idles(floe_worker *worker, int64_t used, uint32_t most);

/* Kills the worker if it still runs and frees what it held. `how` (NULL is allowed) gets how it ended: "was
 * ended by signal 31 (Bad system call)". A worker that is none is left alone. */
void floe_worker_stop(floe_worker *worker, char *how, size_t size);

#endif
