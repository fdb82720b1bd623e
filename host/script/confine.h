/*
 * The first wall: a process that gives up everything but two pipes and its memory.
 *
 * A confined process holds descriptors 0 to 2 on /dev/null, FLOE_CONFINE_READ to read requests from and
 * FLOE_CONFINE_WRITE to write answers to. It cannot open, connect, start or signal anything: a system call
 * that is not on the list below ends it (SIGSYS). This holds for machine code too, not only for scripts.
 */
#ifndef FLOE_SCRIPT_CONFINE_H
#define FLOE_SCRIPT_CONFINE_H

#include "floe/error.h"

enum {
    FLOE_CONFINE_READ = 3,
    FLOE_CONFINE_WRITE = 4,
    FLOE_CONFINE_CPU_SECONDS = 900 /* of one worker; a check has its own, smaller budget */
};

/* Moves the two descriptors to their places, puts /dev/null on 0 to 2, and closes all others. */
int floe_confine_descriptors(int read_end, int write_end, floe_error *error);

/* Overwrites the environment: variables of CI jobs hold secrets, and no policy needs them. */
void floe_confine_environment(void);

/* No core dumps, no files, no new privileges, no data that is code, death with the parent `parent`; memory
 * may grow by `memory` bytes over what the process has now. */
int floe_confine_resources(size_t memory, int parent, floe_error *error);

/* Makes the filter of system calls ready, once a process; for the parent of workers. FLOE_OUTSIDE where this
 * system has no filters, FLOE_INTERNAL where
 * libseccomp cannot make it. */
int floe_confine_prepare(floe_error *error);

/* The last step, with the filter made before: from here on only the listed system calls. FLOE_OUTSIDE where
 * this kernel (or what runs above it) refuses the filter; the caller must record that the wall is lower. */
int floe_confine_calls(floe_error *error);

/* 0 where this machine can filter system calls, or FLOE_OUTSIDE with the reason. */
int floe_confine_available(floe_error *error);

#endif
