/*
 * SIGINT, SIGTERM and SIGHUP as a flag: long work looks at it and ends in good order. A second one ends the
 * process at once. In a service SIGHUP is a flag of its own.
 */
#ifndef FLOE_BASE_INTERRUPT_H
#define FLOE_BASE_INTERRUPT_H

#include "floe/error.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on the first of them sets the flag, and a write to a closed pipe, or to a file that may not grow,
 * is an error instead of a signal. */
void floe_interrupt_watch(void);

/* True once one was seen. */
bool floe_interrupted(void);

/* Which one; 0 before. */
int floe_interrupt_signal(void);

/* The same for work that ends with an error: 0, or FLOE_IO with "interrupted". */
int floe_interrupt_check(floe_error *error);

/* From now on SIGHUP asks to read the settings again, as services do, instead of ending the process. */
void floe_interrupt_reload_on_hangup(void);

/* True once after each SIGHUP, or several of them. */
bool floe_interrupt_reload(void);

/* Waits; ends at once when one of the signals arrives or has arrived since it was last asked for. */
void floe_interrupt_sleep(int64_t milliseconds);

/* poll(2) that ends at once, with -1, also where this process was interrupted before. */
int floe_interrupt_poll(struct pollfd *polled, size_t count, int milliseconds);

#endif
