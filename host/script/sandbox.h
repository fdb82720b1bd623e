/*
 * The sandbox: one Lua state in which untrusted policies run.
 *
 * Two of floe's three walls stand here. The state is built from an allow-list (library.h), so that a policy
 * reaches nothing but its subject, its own modules and pure functions; and each call has a budget of memory,
 * time and, where asked for, instructions, which no pcall can outlive. The third wall, a confined process,
 * stands around this one (worker.h).
 *
 * A sandbox and everything in it belong to one thread. Time is the processor time of the process, counted by
 * one periodic timer (SIGVTALRM) that costs a running policy nothing; the timer is made by the first sandbox
 * of a process and is not inherited over a fork.
 */
#ifndef FLOE_SCRIPT_SANDBOX_H
#define FLOE_SCRIPT_SANDBOX_H

#include "floe/error.h"

#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct floe_sandbox floe_sandbox;

/* What a state may hold and what one call may use. Zeros take the defaults. */
typedef struct floe_limits {
    size_t memory; /* bytes of Lua memory above what the state held when it was made; default 64 MiB */
    uint32_t milliseconds; /* processor time of one call, measured in steps of 10 ms; default 1000 */
    uint64_t instructions; /* of one call; 0 is neither counted nor bounded */
} floe_limits;

enum { FLOE_SANDBOX_MEMORY = 64 << 20, FLOE_SANDBOX_MILLISECONDS = 1000, FLOE_SANDBOX_TEXT = 256 << 10 };

/* How a call ended. It is read from flags that were set when a budget ran out, never from a message. */
typedef enum floe_outcome {
    FLOE_RUN_OK,
    FLOE_RUN_ERROR,
    FLOE_RUN_TIME,
    FLOE_RUN_MEMORY,
    FLOE_RUN_INSTRUCTIONS
} floe_outcome;

/* "ok", "error", "time", "memory", "instructions". */
const char *floe_outcome_name(floe_outcome outcome);

/* Makes a state with the allow-listed globals. FLOE_MEMORY when there is no memory for it, FLOE_INTERNAL when
 * the process may not have a timer. Free it with floe_sandbox_free. */
int floe_sandbox_new(floe_sandbox **out, const floe_limits *limits, floe_error *error);

/* The same over another allocator (the contract of lua_Alloc), below the sandbox's own accounting. */
int floe_sandbox_new_with(floe_sandbox **out, const floe_limits *limits, lua_Alloc allocate, void *data,
                          floe_error *error);

/* Closes the state. NULL is allowed. All accounted bytes are back by then. */
void floe_sandbox_free(floe_sandbox *sandbox);

/* The state, for bindings and for pushing arguments. Whatever may raise must run inside floe_sandbox_call. */
lua_State *floe_sandbox_lua(floe_sandbox *sandbox);

/* The sandbox a state belongs to; NULL for a state that is none. */
floe_sandbox *floe_sandbox_of(lua_State *L);

/* Names a module that `require` may find. Its text is compiled once in this sandbox, but runs anew for each
 * chunk that floe_sandbox_load makes, so policies never share a module's tables. Nothing is copied: the
 * strings must live as long as the sandbox. A later module of the same name takes the place of the earlier
 * one. A text that does not compile is an error of the `require`. 0 or FLOE_MEMORY. */
int floe_sandbox_add_text(floe_sandbox *sandbox, const char *module, const char *chunk, const char *text,
                          size_t size);

/* The same for a module written in C: `open` is called with the module's name and returns the module. */
int floe_sandbox_add_native(floe_sandbox *sandbox, const char *module, lua_CFunction open);

/* Compiles a policy: Lua text, never bytecode, at most FLOE_SANDBOX_TEXT bytes. On success its function is
 * left on the stack. It has globals of its own, read-only, and its own instance of each module it requires.
 * `chunk` is the name shown in errors, a path. FLOE_INVALID with file and line for text that does not
 * compile; FLOE_LIMIT when it is too long or spends the sandbox's memory or time; FLOE_MEMORY. */
int floe_sandbox_load(floe_sandbox *sandbox, const char *chunk, const char *text, size_t size,
                      floe_error *error);

/* Calls the function that lies below `arguments` values on the stack and leaves `results` values (or
 * LUA_MULTRET) when the outcome is FLOE_RUN_OK, nothing otherwise. On failure the error holds the message and
 * the place: the innermost line of a policy that was running, if there is one among the innermost
 * functions (a tail call leaves none). No code of the script runs to print an error.
 *
 * A call from inside a call of the same sandbox shares the budget of the outer one. After an outcome other
 * than FLOE_RUN_OK and FLOE_RUN_ERROR the state is dead: every further call ends with the same outcome. */
floe_outcome floe_sandbox_call(floe_sandbox *sandbox, int arguments, int results, floe_error *error);

/* Takes what the state holds now as its base: limits.memory counts from here. For use after the host has
 * loaded libraries and pushed facts that the policy should not pay for. */
void floe_sandbox_rebase(floe_sandbox *sandbox);

/* Instructions of the last call, in steps of FLOE_SANDBOX_QUANTUM, plus the steps of the library functions
 * that work in C (a pattern's, a sort's). 0 where limits.instructions is 0. The same on every machine. */
uint64_t floe_sandbox_instructions(const floe_sandbox *sandbox);

enum { FLOE_SANDBOX_QUANTUM = 100 };

/* Bytes of Lua memory in use. */
size_t floe_sandbox_bytes(const floe_sandbox *sandbox);

/* For loops in C that a hook cannot interrupt: raises when the budget of the running call is spent. In a
 * state that is no sandbox it does nothing. */
void floe_sandbox_check(lua_State *L);

/* The same, and charges `steps` to the call's instructions where these are counted. */
void floe_sandbox_spend(lua_State *L, uint64_t steps);

/* For loops in C that know no Lua: the flag that is no longer 0 when the budget is spent, and the steps that
 * may still be charged (UINT64_MAX where none are counted). NULL and UINT64_MAX in a state that is no
 * sandbox. */
const volatile sig_atomic_t *floe_sandbox_stop(lua_State *L);
uint64_t floe_sandbox_left(lua_State *L);

/* Pushes, onto the stack of any state, which globals policies have, for the reference: { functions = { names
 * … }, libraries = { name → names }, absent = { name → what to do instead } }. `require` is there as well. */
void floe_sandbox_push_docs(lua_State *L);

/* Gives policies a global `print`. `print` gets one line, without its newline; it must bound what it keeps.
 */
typedef void (*floe_print)(void *data, const char *line, size_t size);
void floe_sandbox_set_print(floe_sandbox *sandbox, floe_print print, void *data);

#endif
