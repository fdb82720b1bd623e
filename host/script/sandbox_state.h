/*
 * What the parts of the sandbox share: its state and budget (sandbox_budget.c), its globals and modules
 * (sandbox_modules.c), and its calls (sandbox.c). Nothing outside of them includes this.
 */
#ifndef FLOE_SCRIPT_SANDBOX_STATE_H
#define FLOE_SCRIPT_SANDBOX_STATE_H

#include "embedded.h"
#include "sandbox.h"

/* A module that `require` may find: a text, or a function in C. */
typedef struct floe_sandbox_module {
    const char *name;
    const char *chunk;
    const char *text;
    size_t size;
    lua_CFunction open; /* NULL for a text */
} floe_sandbox_module;

struct floe_sandbox {
    lua_State *lua; /* NULL while it is being made */
    floe_limits limits;
    lua_Alloc allocate; /* what gives the memory */
    void *allocate_data;
    size_t bytes;                  /* held by the state */
    size_t cap;                    /* that it may not grow beyond */
    bool refused;                  /* growth was refused, and nothing has grown since */
    unsigned depth;                /* calls inside one another */
    volatile sig_atomic_t tripped; /* the floe_outcome of the budget that ran out; 0 while none did */
    volatile sig_atomic_t ticks;   /* of the timer, in the running call */
    sig_atomic_t tick_limit;
    uint64_t instructions; /* of the running call, or of the last one */
    bool marked;           /* the place below was looked for */
    floe_error place;      /* file, line and hint: where a budget was spent */
    floe_error raised;     /* the error that the running call is about to end with */
    floe_sandbox_module *modules;
    size_t module_count;
    size_t module_capacity;
    floe_print print; /* NULL: policies have no print */
    void *print_data;
};

/* The allocator of every sandbox; `data` is the sandbox. */
void *floe_sandbox_allocate(void *data, void *block, size_t old_size, size_t size);

/* Makes sure that this process has its timer. FLOE_INTERNAL where the system refuses. */
int floe_sandbox_start_timer(floe_error *error);

/* Starts and ends the time of a call: `enter` gives what `leave` wants back. */
floe_sandbox *floe_sandbox_enter(floe_sandbox *sandbox);
void floe_sandbox_leave(floe_sandbox *sandbox, floe_sandbox *outer);

/* Ends the budget: no memory is given from here on and every instruction raises. */
void floe_sandbox_trip(floe_sandbox *sandbox, floe_outcome why);

/* Gives the next running function of Lua, from the innermost (`*level` 0) outwards, for the first 256 levels.
 */
bool floe_sandbox_next_function(lua_State *L, int *level, lua_Debug *activation);

/* Takes file and line of the innermost policy that runs, and as a hint those of a module inside it, unless
 * this was done before. Allocates nothing. */
void floe_sandbox_mark_place(floe_sandbox *sandbox, lua_State *L);

/* Fills the registry with what every chunk's globals are made from. Runs protected. */
void floe_sandbox_open_globals(lua_State *L);

/* Replaces the compiled main function on top of the stack's environment by fresh globals. Runs protected. */
void floe_sandbox_isolate(lua_State *L, int function);

/* Pushes the function of a text, or of `ready`, the file inside the binary that has the same text (NULL where
 * there is none): its code was made when floe was built. Returns LUA_OK, or Lua's status with a message
 * pushed. */
int floe_sandbox_compile(lua_State *L, const floe_embedded *ready, const char *name, const char *text,
                         size_t size);

/* The chunk names of policies start with one character, those of modules with the other; Lua shows neither.
 */
enum { FLOE_CHUNK_POLICY = '@', FLOE_CHUNK_MODULE = '=' };

#endif
