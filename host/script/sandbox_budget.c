/*
 * The budget of a sandboxed call: memory in the allocator, time by a timer that arms a hook only when the
 * time is spent, instructions by a counting hook where these are asked for.
 *
 * A budget that ran out stays so: the allocator gives nothing more, the hook fires at each instruction, the
 * loops in C find it in floe_sandbox_check, and the sandbox's own pcall raises it again. What is raised is a
 * light userdata, since making a message would need memory.
 */
#include "sandbox_state.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TICK_MILLISECONDS = 10, TICK_SIGNAL = SIGVTALRM };
enum { MOST_LEVELS = 256 }; /* of the stack that are looked at: each takes Lua as many steps as its number */

static floe_sandbox *volatile running; /* whose call is under way; the timer's handler looks at it */
static bool timer_runs;                /* in this process */

bool floe_sandbox_next_function(lua_State *L, int *level, lua_Debug *activation) {
    while (*level < MOST_LEVELS && lua_getstack(L, (*level)++, activation)) {
        if (lua_getinfo(L, "Sl", activation) && activation->currentline > 0) {
            return true;
        }
    }
    return false;
}

void floe_sandbox_mark_place(floe_sandbox *sandbox, lua_State *L) {
    floe_error *place = &sandbox->place;
    lua_Debug activation;
    int level = 0;
    while (!sandbox->marked && !place->line && floe_sandbox_next_function(L, &level, &activation)) {
        if (*activation.source == FLOE_CHUNK_POLICY) {
            floe_error_at(place, activation.source + 1, (uint32_t)activation.currentline, 0);
        } else if (!*place->hint) {
            floe_error_hint(place, "it was at %s:%d", activation.source + 1, activation.currentline);
        }
    }
    sandbox->marked = true;
}

/* Leaves the running function by an error that no pcall of a policy keeps. */
static void raise_trip(floe_sandbox *sandbox, lua_State *L) {
    floe_sandbox_mark_place(sandbox, L);
    lua_pushlightuserdata(L, sandbox);
    lua_error(L);
}

static void on_tripped(lua_State *L, lua_Debug *activation) {
    (void)activation;
    raise_trip(floe_sandbox_of(L), L);
}

void floe_sandbox_trip(floe_sandbox *sandbox, floe_outcome why) {
    if (!sandbox->tripped) {
        sandbox->tripped = why;
    }
    lua_sethook(sandbox->lua, on_tripped, LUA_MASKCOUNT, 1);
}

/* Counts against the call that runs. lua_sethook may be called from a signal handler; it is called again at
 * each tick, should the interpreter have been about to clear the mark that it sets. */
static void on_tick(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    floe_sandbox *sandbox = running;
    if (!sandbox) {
        return;
    }
    sandbox->ticks += 1 + (info->si_overrun > 0 ? info->si_overrun : 0);
    if (sandbox->tripped || sandbox->ticks > sandbox->tick_limit) {
        floe_sandbox_trip(sandbox, FLOE_RUN_TIME);
    }
}

static void forget_timer(void) {
    timer_runs = false;
    running = NULL;
}

/* A timer of the process's own time does not tick while the process sleeps, so it interrupts nothing. */
static int create_timer(void) {
    struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = TICK_SIGNAL};
    const struct timespec tick = {.tv_nsec = TICK_MILLISECONDS * 1000000L};
    const struct itimerspec period = {.it_interval = tick, .it_value = tick};
    timer_t timer;
    if (sigaction(TICK_SIGNAL, &action, NULL) != 0 ||
        timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) {
        return -1;
    }
    return timer_settime(timer, 0, &period, NULL);
}

int floe_sandbox_start_timer(floe_error *error) {
    static bool registered;
    if (timer_runs) {
        return 0;
    }
    if ((!registered && pthread_atfork(NULL, NULL, forget_timer) != 0) || create_timer() != 0) {
        return floe_error_set(error, FLOE_INTERNAL, "cannot make the timer that bounds policies: %s",
                              strerror(errno));
    }
    registered = true;
    timer_runs = true;
    return 0;
}

static void on_quantum(lua_State *L, lua_Debug *activation) {
    (void)activation;
    floe_sandbox_spend(L, FLOE_SANDBOX_QUANTUM);
}

floe_sandbox *floe_sandbox_enter(floe_sandbox *sandbox) {
    floe_sandbox *outer = running;
    if (sandbox->depth++ == 0) {
        sandbox->ticks = 0;
        sandbox->instructions = 0;
        if (sandbox->limits.instructions && !sandbox->tripped) {
            lua_sethook(sandbox->lua, on_quantum, LUA_MASKCOUNT, FLOE_SANDBOX_QUANTUM);
        }
    }
    running = sandbox;
    return outer;
}

void floe_sandbox_leave(floe_sandbox *sandbox, floe_sandbox *outer) {
    running = outer;
    if (--sandbox->depth == 0 && sandbox->limits.instructions && !sandbox->tripped) {
        lua_sethook(sandbox->lua, NULL, 0, 0);
    }
}

floe_sandbox *floe_sandbox_of(lua_State *L) {
    void *data;
    return lua_getallocf(L, &data) == floe_sandbox_allocate ? data : NULL;
}

void floe_sandbox_check(lua_State *L) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    if (sandbox && sandbox->refused) { /* by the code of a library that asks the allocator but once */
        floe_sandbox_trip(sandbox, FLOE_RUN_MEMORY);
    }
    if (sandbox && sandbox->tripped) {
        raise_trip(sandbox, L);
    }
}

void floe_sandbox_spend(lua_State *L, uint64_t steps) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    if (sandbox && sandbox->limits.instructions) {
        sandbox->instructions += steps;
        if (sandbox->instructions > sandbox->limits.instructions) {
            floe_sandbox_trip(sandbox, FLOE_RUN_INSTRUCTIONS);
        }
    }
    floe_sandbox_check(L);
}

const volatile sig_atomic_t *floe_sandbox_stop(lua_State *L) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    return sandbox ? &sandbox->tripped : NULL;
}

uint64_t floe_sandbox_left(lua_State *L) {
    const floe_sandbox *sandbox = floe_sandbox_of(L);
    if (!sandbox || !sandbox->limits.instructions) {
        return UINT64_MAX;
    }
    return sandbox->limits.instructions > sandbox->instructions
               ? sandbox->limits.instructions - sandbox->instructions
               : 0;
}

/* No memory for this. Lua collects its garbage and asks once more; the second refusal in a row is final. */
static void *refuse(floe_sandbox *sandbox) {
    if (sandbox->lua) {
        if (sandbox->refused) {
            floe_sandbox_trip(sandbox, FLOE_RUN_MEMORY);
        }
        if (sandbox->tripped) {
            floe_sandbox_mark_place(sandbox, sandbox->lua);
        }
    }
    sandbox->refused = true;
    return NULL;
}

/* `old_size` of a new block is a type, not a size. Shrinking is never refused: Lua relies on it. */
void *floe_sandbox_allocate(void *data, void *block, size_t old_size, size_t size) {
    floe_sandbox *sandbox = data;
    size_t held = block ? old_size : 0;
    if (size > held &&
        (sandbox->tripped || sandbox->bytes > sandbox->cap || size - held > sandbox->cap - sandbox->bytes)) {
        return refuse(sandbox);
    }
    void *result = sandbox->allocate(sandbox->allocate_data, block, old_size, size);
    if (size && !result) {
        return refuse(sandbox);
    }
    sandbox->bytes = sandbox->bytes - held + size;
    if (size > held) {
        sandbox->refused = false;
    }
    return result;
}
