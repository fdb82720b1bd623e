/* host.ledger: what was judged and run (host/evidence/ledger.h); results are plain tables. */
#include "bind.h"

#include "evidence/ledger.h"

#include <string.h>
#include <unistd.h>

static const char type_name[] = "host.ledger";

typedef struct handle {
    floe_ledger *ledger; /* NULL once it is closed */
    pid_t process;       /* that opened it: a forked child leaves it alone */
} handle;

static floe_ledger *check_ledger(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (!self->ledger || self->process != getpid()) {
        luaL_argerror(L, 1, "the ledger is closed");
    }
    return self->ledger;
}

static void free_arena(void *arena) {
    floe_arena_free(arena);
}

/* An arena for one call: freed with its owner, which is left on the stack. */
static floe_arena *new_arena(lua_State *L) {
    void **owner = floe_bind_local(L, free_arena);
    *owner = floe_arena_new(0);
    if (!*owner) {
        luaL_error(L, "out of memory");
    }
    return *owner;
}

/* A text of a table, which keeps it alive; empty where it is not said. */
static const char *text_of(lua_State *L, int index, const char *name) {
    return floe_bind_text_option(L, index, name, "");
}

static void set_text(lua_State *L, const char *name, const char *text) {
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, int64_t value) {
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

/* ---- operations ---- */

static floe_ledger_finding *check_findings(lua_State *L, int index, floe_arena *arena, size_t *count) {
    luaL_argcheck(L, lua_type(L, index) == LUA_TTABLE, 2, "option 'findings' must be a table");
    *count = lua_rawlen(L, index);
    floe_ledger_finding *items = floe_arena_array(arena, *count + 1, sizeof *items);
    if (!items) {
        luaL_error(L, "out of memory");
    }
    for (size_t i = 0; i < *count; i++) {
        luaL_argcheck(L, lua_rawgeti(L, index, (lua_Integer)i + 1) == LUA_TTABLE, 2,
                      "option 'findings' must be a list of tables");
        int finding = lua_gettop(L);
        items[i] = (floe_ledger_finding){text_of(L, finding, "policy"), text_of(L, finding, "verdict"),
                                         text_of(L, finding, "subject"), text_of(L, finding, "body")};
        lua_pop(L, 1);
    }
    return items;
}

/* ledger:append{ kind =, run =, product =, verdict =, body =, inputs =, at =, id =, findings = { { policy =,
 * verdict =, subject =, body = } … } } → { seq =, id =, at =, hash = }. */
static int ledger_append(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    floe_arena *arena = new_arena(L);
    floe_ledger_finding *findings = NULL;
    size_t count = 0;
    floe_ledger_entry entry = {
        .kind = text_of(L, 2, "kind"),
        .run = text_of(L, 2, "run"),
        .product = text_of(L, 2, "product"),
        .verdict = text_of(L, 2, "verdict"),
        .body = text_of(L, 2, "body"),
        .inputs = floe_bind_text_option(L, 2, "inputs", NULL),
        .at = floe_bind_integer_option(L, 2, "at", 0, LUA_MAXINTEGER, 0),
    };
    const char *id = text_of(L, 2, "id");
    luaL_argcheck(L, strlen(id) < sizeof entry.id, 2, "option 'id' must be a UUID");
    strcpy(entry.id, id);
    if (lua_getfield(L, 2, "findings") != LUA_TNIL) {
        findings = check_findings(L, lua_gettop(L), arena, &count);
    }
    floe_error error;
    if (floe_ledger_append(ledger, &entry, findings, count, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, 0, 4);
    set_integer(L, "seq", entry.seq);
    set_integer(L, "at", entry.at);
    set_text(L, "id", entry.id);
    set_text(L, "hash", entry.hash);
    return 1;
}

static floe_ledger_query check_query(lua_State *L, int index) {
    floe_ledger_query query = {
        .id = floe_bind_text_option(L, index, "id", NULL),
        .kind = floe_bind_text_option(L, index, "kind", NULL),
        .run = floe_bind_text_option(L, index, "run", NULL),
        .product = floe_bind_text_option(L, index, "product", NULL),
        .verdict = floe_bind_text_option(L, index, "verdict", NULL),
        .policy = floe_bind_text_option(L, index, "policy", NULL),
        .subject = floe_bind_text_option(L, index, "subject", NULL),
        .since = floe_bind_integer_option(L, index, "since", 0, LUA_MAXINTEGER, 0),
        .until = floe_bind_integer_option(L, index, "until", 0, LUA_MAXINTEGER, 0),
        .before = floe_bind_integer_option(L, index, "before", 0, LUA_MAXINTEGER, 0),
        .limit = floe_bind_integer_option(L, index, "limit", 0, LUA_MAXINTEGER, 0),
    };
    return query;
}

/* ledger:entries(query?) → entries, the newest first. */
static int ledger_entries(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    floe_ledger_query query = check_query(L, 2);
    floe_ledger_entries found;
    floe_error error;
    if (floe_ledger_select(&found, ledger, new_arena(L), &query, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, (int)found.count, 0);
    for (size_t i = 0; i < found.count; i++) {
        const floe_ledger_entry *entry = &found.items[i];
        lua_createtable(L, 0, 12);
        set_integer(L, "seq", entry->seq);
        set_integer(L, "at", entry->at);
        set_integer(L, "findings", entry->findings);
        set_text(L, "id", entry->id);
        set_text(L, "kind", entry->kind);
        set_text(L, "run", entry->run);
        set_text(L, "product", entry->product);
        set_text(L, "verdict", entry->verdict);
        set_text(L, "body", entry->body);
        set_text(L, "findings_digest", entry->findings_digest);
        set_text(L, "inputs", entry->inputs_digest);
        set_text(L, "previous", entry->previous);
        set_text(L, "hash", entry->hash);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ledger:document(digest) → text | nil. */
static int ledger_document(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    const char *text;
    floe_error error;
    if (floe_ledger_document(&text, ledger, new_arena(L), luaL_checkstring(L, 2), &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushstring(L, text);
    return 1;
}

/* ledger:findings(query?) → { { entry =, number =, policy =, verdict =, subject =, body = } … }. */
static int ledger_findings(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    floe_ledger_query query = check_query(L, 2);
    floe_ledger_findings found;
    floe_error error;
    if (floe_ledger_select_findings(&found, ledger, new_arena(L), &query, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, (int)found.count, 0);
    for (size_t i = 0; i < found.count; i++) {
        const floe_ledger_found *item = &found.items[i];
        lua_createtable(L, 0, 6);
        set_integer(L, "entry", item->entry);
        set_integer(L, "number", item->number);
        set_text(L, "policy", item->finding.policy);
        set_text(L, "verdict", item->finding.verdict);
        set_text(L, "subject", item->finding.subject);
        set_text(L, "body", item->finding.body);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ledger:verify(head?) → { entries =, findings =, first =, last =, head =, broken = | nil, problem = | nil,
 * head_found =, head_taken_out = | nil }. */
static int ledger_verify(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    const char *head = luaL_optstring(L, 2, NULL);
    floe_ledger_report report;
    floe_error error;
    if (floe_ledger_verify(&report, ledger, head, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, 0, 9);
    set_integer(L, "entries", report.entries);
    set_integer(L, "findings", report.findings);
    set_integer(L, "first", report.first);
    set_integer(L, "last", report.last);
    set_text(L, "head", report.head);
    if (report.broken) {
        set_integer(L, "broken", report.broken);
        set_text(L, "problem", report.problem);
    }
    lua_pushboolean(L, report.head_found);
    lua_setfield(L, -2, "head_found");
    if (report.head_taken_out) {
        set_integer(L, "head_taken_out", report.head_taken_out);
    }
    return 1;
}

/* ledger:oldest() → milliseconds since 1970 of the first entry that is there, 0 for none. */
static int ledger_oldest(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    int64_t at;
    floe_error error;
    if (floe_ledger_oldest(&at, ledger, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushinteger(L, (lua_Integer)at);
    return 1;
}

/* ledger:prune(before, origin) → entries, findings that were taken out; origin: who does so, a JSON object.
 */
static int ledger_prune(lua_State *L) {
    floe_ledger *ledger = check_ledger(L);
    int64_t entries, findings;
    floe_error error;
    if (floe_ledger_prune(&entries, &findings, ledger, luaL_checkinteger(L, 2), luaL_checkstring(L, 3),
                          &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushinteger(L, (lua_Integer)entries);
    lua_pushinteger(L, (lua_Integer)findings);
    return 2;
}

/* ledger:close(); once more is fine. */
static int ledger_close(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (self->process == getpid()) {
        floe_ledger_close(self->ledger);
    }
    self->ledger = NULL;
    return 0;
}

/* open{ path =, wait = seconds, quick = } → ledger. */
static int ledger_open(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    floe_ledger_options options = {
        .path = floe_bind_text_option(L, 1, "path", NULL),
        .seconds = floe_bind_integer_option(L, 1, "wait", 0, 3600, 0),
    };
    luaL_argcheck(L, options.path, 1, "option 'path' must be a string");
    lua_getfield(L, 1, "quick");
    options.quick = lua_toboolean(L, -1);
    handle *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (handle){.process = getpid()};
    luaL_setmetatable(L, type_name);
    floe_error error;
    if (floe_ledger_open(&self->ledger, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

static void make_type(lua_State *L) {
    static const luaL_Reg methods[] = {
        {"append", ledger_append},     {"entries", ledger_entries}, {"findings", ledger_findings},
        {"document", ledger_document}, {"verify", ledger_verify},   {"oldest", ledger_oldest},
        {"prune", ledger_prune},       {"close", ledger_close},     {NULL, NULL},
    };
    luaL_newmetatable(L, type_name);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, ledger_close);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, ledger_close);
    lua_setfield(L, -2, "__close");
    lua_pop(L, 1);
}

int luaopen_host_ledger(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"open", ledger_open},
        {NULL, NULL},
    };
    make_type(L);
    luaL_newlib(L, functions);
    return 1;
}
