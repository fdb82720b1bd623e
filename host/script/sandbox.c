/* The sandbox's life and its calls: making a state, compiling a policy, calling it, reading its errors. */
#include "sandbox.h"

#include "base/buffer.h"
#include "library.h"
#include "sandbox_state.h"
#include "source_check.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *floe_outcome_name(floe_outcome outcome) {
    static const char *const names[] = {"ok", "error", "time", "memory", "instructions"};
    return names[outcome];
}

static void *allocate(void *data, void *block, size_t old_size, size_t size) {
    (void)data;
    (void)old_size;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

static int open_state(lua_State *L) {
    floe_sandbox_open_globals(L);
    return 0;
}

int floe_sandbox_new(floe_sandbox **out, const floe_limits *limits, floe_error *error) {
    return floe_sandbox_new_with(out, limits, allocate, NULL, error);
}

int floe_sandbox_new_with(floe_sandbox **out, const floe_limits *limits, lua_Alloc give, void *data,
                          floe_error *error) {
    int code = floe_sandbox_start_timer(error);
    if (code) {
        return code;
    }
    floe_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (!sandbox) {
        return floe_error_set(error, FLOE_MEMORY, "not enough memory");
    }
    sandbox->limits = limits ? *limits : (floe_limits){0};
    sandbox->limits.memory = sandbox->limits.memory ? sandbox->limits.memory : FLOE_SANDBOX_MEMORY;
    sandbox->limits.milliseconds =
        sandbox->limits.milliseconds ? sandbox->limits.milliseconds : FLOE_SANDBOX_MILLISECONDS;
    sandbox->tick_limit = (sig_atomic_t)(sandbox->limits.milliseconds / 10 + 1);
    sandbox->cap = SIZE_MAX;
    sandbox->allocate = give;
    sandbox->allocate_data = data;
    lua_State *L = lua_newstate(floe_sandbox_allocate, sandbox);
    sandbox->lua = L;
    if (L) {
        lua_pushcfunction(L, open_state);
    }
    if (!L || lua_pcall(L, 0, 0, 0) != LUA_OK) {
        floe_sandbox_free(sandbox);
        return floe_error_set(error, FLOE_MEMORY, "not enough memory");
    }
    floe_sandbox_rebase(sandbox);
    *out = sandbox;
    return 0;
}

void floe_sandbox_free(floe_sandbox *sandbox) {
    if (!sandbox) {
        return;
    }
    if (sandbox->lua) {
        lua_close(sandbox->lua);
    }
    assert(sandbox->bytes == 0);
    free(sandbox->modules);
    free(sandbox);
}

lua_State *floe_sandbox_lua(floe_sandbox *sandbox) {
    return sandbox->lua;
}

void floe_sandbox_rebase(floe_sandbox *sandbox) {
    lua_gc(sandbox->lua, LUA_GCCOLLECT);
    sandbox->cap = sandbox->bytes > SIZE_MAX - sandbox->limits.memory
                       ? SIZE_MAX
                       : sandbox->bytes + sandbox->limits.memory;
}

size_t floe_sandbox_bytes(const floe_sandbox *sandbox) {
    return sandbox->bytes;
}

uint64_t floe_sandbox_instructions(const floe_sandbox *sandbox) {
    return sandbox->instructions;
}

void floe_sandbox_set_print(floe_sandbox *sandbox, floe_print print, void *data) {
    sandbox->print = print;
    sandbox->print_data = data;
}

static int add_module(floe_sandbox *sandbox, floe_sandbox_module module) {
    if (floe_grow(&sandbox->modules, &sandbox->module_capacity, sandbox->module_count + 1, sizeof module) !=
        0) {
        return FLOE_MEMORY;
    }
    sandbox->modules[sandbox->module_count++] = module;
    return 0;
}

int floe_sandbox_add_text(floe_sandbox *sandbox, const char *module, const char *chunk, const char *text,
                          size_t size) {
    return add_module(sandbox,
                      (floe_sandbox_module){.name = module, .chunk = chunk, .text = text, .size = size});
}

int floe_sandbox_add_native(floe_sandbox *sandbox, const char *module, lua_CFunction open) {
    return add_module(sandbox, (floe_sandbox_module){.name = module, .open = open});
}

/* The sentence for a budget that ran out, with the place where it did. */
static void describe_trip(const floe_sandbox *sandbox, floe_error *error) {
    switch ((floe_outcome)sandbox->tripped) {
    case FLOE_RUN_TIME:
        floe_error_set(error, FLOE_LIMIT, "the policy ran for more than %" PRIu32 " ms",
                       sandbox->limits.milliseconds);
        break;
    case FLOE_RUN_MEMORY:
        floe_error_set(error, FLOE_LIMIT, "the policy needs more than %zu KiB of memory",
                       sandbox->limits.memory / 1024);
        break;
    default:
        floe_error_set(error, FLOE_LIMIT, "the policy ran for more than %" PRIu64 " instructions",
                       sandbox->limits.instructions);
        break;
    }
    floe_error_hint(error, "%s", sandbox->place.hint);
    floe_error_at(error, sandbox->place.file, sandbox->place.line, 0);
}

/* The bytes that start a UTF-8 sequence at `text` which may be shown: 0 for a control byte or malformed text.
 */
static size_t shown_bytes(const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        return bytes[0] >= ' ' && bytes[0] != 0x7F;
    }
    size_t length = bytes[0] < 0xC2 ? 0 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : bytes[0] < 0xF5 ? 4 : 0;
    if (length > size || (bytes[0] == 0xC2 && bytes[1] < 0xA0)) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* What a script made goes to terminals and reports: line ends become spaces, other bytes that are no text
 * '?'. */
static void copy_shown(char *out, size_t capacity, const char *text, size_t size) {
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        size_t length = shown_bytes(text + at, size - at);
        if (used + (length ? length : 1) >= capacity) {
            break;
        }
        if (length) {
            memcpy(out + used, text + at, length);
        } else {
            out[used] = strchr("\t\r\n", text[at]) && text[at] ? ' ' : '?';
        }
        at += length ? length : 1;
        used += length ? length : 1;
    }
    out[used] = '\0';
}

static void set_message(floe_error *error, const char *text, size_t size) {
    char message[sizeof error->message];
    copy_shown(message, sizeof message, text, size);
    floe_error_set(error, FLOE_INVALID, "%s", message);
}

/* The message of an error object, without running any code of the script. */
static void describe_object(lua_State *L, int index, floe_error *error) {
    switch (lua_type(L, index)) {
    case LUA_TSTRING: {
        size_t size;
        const char *text = lua_tolstring(L, index, &size);
        set_message(error, text, size);
        break;
    }
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            floe_error_set(error, FLOE_INVALID, LUA_INTEGER_FMT, lua_tointeger(L, index));
        } else {
            floe_error_set(error, FLOE_INVALID, LUA_NUMBER_FMT, lua_tonumber(L, index));
        }
        break;
    default:
        floe_error_set(error, FLOE_INVALID, "error object is a %s", luaL_typename(L, index));
    }
}

/* How many bytes of `text` are "<source>:<line>: ", Lua's own mark of this activation. */
static size_t mark_length(const lua_Debug *activation, const char *text) {
    char mark[LUA_IDSIZE + 32];
    int length = snprintf(mark, sizeof mark, "%s:%d: ", activation->short_src, activation->currentline);
    return strncmp(text, mark, (size_t)length) == 0 ? (size_t)length : 0;
}

/* Finds the place of an error: the function that its message names, if that is a policy's, else the innermost
 * policy (none where it left by a tail call). The mark in the message goes; a mark of a module stays as a
 * hint. */
static void find_place(lua_State *L, floe_error *error) {
    lua_Debug activation;
    bool named = false;
    for (int level = 0; floe_sandbox_next_function(L, &level, &activation);) {
        bool policy = *activation.source == FLOE_CHUNK_POLICY;
        size_t mark = named ? 0 : mark_length(&activation, error->message);
        if (mark) {
            named = true;
            memmove(error->message, error->message + mark, strlen(error->message + mark) + 1);
            if (!policy) {
                floe_error_hint(error, "raised at %s:%d", activation.source + 1, activation.currentline);
            }
        }
        if (policy && (mark || !error->line)) {
            floe_error_at(error, activation.source + 1, (uint32_t)activation.currentline, 0);
        }
    }
}

/* The message handler of a call: looks at the error while the stack still stands. */
static int on_error(lua_State *L) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    if (!sandbox->tripped) {
        describe_object(L, 1, &sandbox->raised);
        if (lua_type(L, 1) == LUA_TSTRING) {
            find_place(L, &sandbox->raised);
        } else {
            floe_error place = {0};
            find_place(L, &place);
            floe_error_at(&sandbox->raised, place.file, place.line, 0);
        }
    }
    return 1;
}

/* Calls what lies on the stack within the budget. On failure the error object is gone and `error` is filled.
 */
static floe_outcome run(floe_sandbox *sandbox, int arguments, int results, floe_error *error) {
    lua_State *L = sandbox->lua;
    int base = lua_gettop(L) - arguments;
    sandbox->raised.code =
        FLOE_OK; /* all of it is written with the code; it is too large to clear at each call */
    int status = LUA_ERRMEM;
    if (floe_sandbox_start_timer(error) != 0) {
        lua_settop(L, base - 1);
        return FLOE_RUN_ERROR;
    }
    if (!sandbox->tripped && lua_checkstack(L, 2)) {
        lua_pushcfunction(L, on_error);
        lua_insert(L, base);
        floe_sandbox *outer = floe_sandbox_enter(sandbox);
        status = lua_pcall(L, arguments, results, base);
        floe_sandbox_leave(sandbox, outer);
        lua_remove(L, base);
    }
    if (status != LUA_OK && sandbox->refused) {
        floe_sandbox_trip(sandbox, FLOE_RUN_MEMORY);
    }
    if (status == LUA_OK && !sandbox->tripped) {
        return FLOE_RUN_OK;
    }
    if (sandbox->tripped) {
        describe_trip(sandbox, error);
    } else if (error) {
        *error = sandbox->raised;
        if (!error->code) {
            describe_object(L, -1, error);
        }
    }
    lua_settop(L, base - 1);
    return sandbox->tripped ? (floe_outcome)sandbox->tripped : FLOE_RUN_ERROR;
}

floe_outcome floe_sandbox_call(floe_sandbox *sandbox, int arguments, int results, floe_error *error) {
    return run(sandbox, arguments, results, error);
}

typedef struct source {
    const char *chunk;
    const char *text;
    size_t size;
    const floe_embedded *ready;
} source;

/* (source) → function. */
static int compile(lua_State *L) {
    const source *from = lua_touserdata(L, 1);
    lua_pushfstring(L, "%c%s", FLOE_CHUNK_POLICY, from->chunk);
    if (floe_sandbox_compile(L, from->ready, lua_tostring(L, -1), from->text, from->size) != LUA_OK) {
        return lua_error(L);
    }
    floe_sandbox_isolate(L, lua_gettop(L));
    return 1;
}

/* "<chunk, maybe shortened>:<line>: what" → the place and what. */
static void split_syntax_error(floe_error *error, const char *chunk) {
    for (char *colon = strchr(error->message, ':'); colon; colon = strchr(colon + 1, ':')) {
        char *end;
        unsigned long line = strtoul(colon + 1, &end, 10);
        if (end > colon + 1 && end[0] == ':' && end[1] == ' ') {
            memmove(error->message, end + 2, strlen(end + 2) + 1);
            floe_error_at(error, chunk, (uint32_t)line, 0);
            return;
        }
    }
    floe_error_at(error, chunk, 0, 0);
}

int floe_sandbox_load(floe_sandbox *sandbox, const char *chunk, const char *text, size_t size,
                      floe_error *error) {
    if (size > FLOE_SANDBOX_TEXT) {
        floe_error_set(error, FLOE_LIMIT, "the file has %zu bytes; a policy may have %d", size,
                       FLOE_SANDBOX_TEXT);
        floe_error_at(error, chunk, 0, 0);
        return FLOE_LIMIT;
    }
    const floe_embedded *ready = floe_embedded_same(chunk, text, size);
    int code = ready ? 0 : floe_source_check(text, size, error);
    if (code) {
        floe_error_at(error, chunk, error ? error->line : 0, 0);
        return code;
    }
    lua_State *L = sandbox->lua;
    if (!lua_checkstack(L, 4)) {
        return floe_error_set(error, FLOE_MEMORY, "not enough memory");
    }
    source from = {chunk, text, size, ready};
    lua_pushcfunction(L, compile);
    lua_pushlightuserdata(L, &from);
    floe_error failure = {0};
    floe_outcome outcome = run(sandbox, 1, 1, &failure);
    if (outcome == FLOE_RUN_OK) {
        return 0;
    }
    if (outcome == FLOE_RUN_ERROR) {
        split_syntax_error(&failure, chunk);
    } else if (!failure.line) {
        floe_error_at(&failure, chunk, 0, 0);
    }
    if (error) {
        *error = failure;
    }
    return failure.code;
}
