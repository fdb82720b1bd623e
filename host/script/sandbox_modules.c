/*
 * What a policy can name: the allow-list of globals, and the modules that `require` finds.
 *
 * Each chunk that is loaded gets globals of its own behind a read-only stand-in, and its own instance of each
 * module: a module's text is compiled once, and its main function then runs once for each chunk that asks for
 * it, joined to that chunk's globals. So nothing that a policy can write to is seen by another one.
 */
#include "base/suggest.h"
#include "embedded.h"
#include "library.h"
#include "sandbox_state.h"
#include "source_check.h"

#include <string.h>

/* The whole allow-list: these libraries, and the functions of library_base.c's table. */
static const luaL_Reg libraries[] = {
    {"math", floe_open_math},
    {"string", floe_open_string},
    {"table", floe_open_table},
    {"utf8", floe_open_utf8},
    {NULL, NULL},
};

/* What an author may reach for, and what to do instead. */
static const struct {
    const char *name;
    const char *instead;
} absent[] = {
    {"_G", "globals are fixed; share values through locals"},
    {"collectgarbage", "memory is the host's business"},
    {"coroutine", "policies run straight through"},
    {"debug", "policies cannot look into the interpreter"},
    {"dofile", "use require"},
    {"io", "policies read their subject, not files"},
    {"load", "policies are text that is there before they run"},
    {"loadfile", "use require"},
    {"loadstring", "policies are text that is there before they run"},
    {"os", "the date of the run is ctx.as_of"},
    {"package", "use require"},
    {"print", "use ctx:note"},
    {"rawset", "assign the field"},
    {"unpack", "use table.unpack"},
    {"warn", "use ctx:note"},
    {"xpcall", "use pcall"},
};

/* Keys of the registry. */
static const char template_key, unknown_key, locked_key, compiled_key;

/* __index of the globals: (table, name). */
static int unknown_global(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) {
        return luaL_error(L, "globals have names, not a %s", luaL_typename(L, 2));
    }
    size_t size;
    const char *name = lua_tolstring(L, 2, &size);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        if (strcmp(name, absent[i].name) == 0) {
            return luaL_error(L, "there is no global '%s' here: %s", name, absent[i].instead);
        }
    }
    floe_suggestion near;
    floe_suggest_start(&near, name, size);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        const char *candidate = lua_tolstring(L, -2, &size);
        floe_suggest_offer(&near, candidate, size);
    }
    if (near.best) {
        return luaL_error(L, "there is no global '%s'; did you mean '%s'?", name, near.best);
    }
    return luaL_error(L, "there is no global '%s'; declare it with 'local'", name);
}

/* __newindex of the globals: (table, name, value). */
static int assign_global(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) {
        return luaL_error(L, "globals cannot be assigned");
    }
    return luaL_error(L, "global '%s' cannot be assigned; declare it with 'local'", lua_tostring(L, 2));
}

static int print(lua_State *L) {
    floe_sandbox *sandbox = floe_sandbox_of(L);
    int count = lua_gettop(L);
    floe_text line;
    floe_text_start(&line, L);
    for (int i = 1; i <= count; i++) {
        size_t size;
        const char *text = floe_push_text(L, i, &size);
        floe_text_add(&line, "\t", i > 1);
        floe_text_add(&line, text, size);
        lua_pop(L, 1);
    }
    if (sandbox->print) {
        sandbox->print(sandbox->print_data, line.data, line.size);
    }
    return 0;
}

void floe_sandbox_open_globals(lua_State *L) {
    luaL_checkstack(L, 8, NULL);
    floe_open_base(L);
    for (const luaL_Reg *library = libraries; library->name; library++) {
        library->func(L);
        floe_protect_table(L, library->name);
        lua_setfield(L, -2, library->name);
    }
    lua_createtable(L, 0, 1); /* where Lua looks for the names of functions in its messages */
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, LUA_GNAME);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &template_key);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_global);
    lua_setfield(L, -2, "__index");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &unknown_key);
    lua_pushcfunction(L, assign_global);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &locked_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &compiled_key);
}

static const floe_sandbox_module *find_module(const floe_sandbox *sandbox, const char *name) {
    for (size_t i = sandbox->module_count; i-- > 0;) {
        if (strcmp(sandbox->modules[i].name, name) == 0) {
            return &sandbox->modules[i];
        }
    }
    return NULL;
}

static int unknown_module(lua_State *L, const floe_sandbox *sandbox, const char *name) {
    floe_suggestion near;
    floe_suggest_start(&near, name, strlen(name));
    for (size_t i = 0; i < sandbox->module_count; i++) {
        floe_suggest_offer(&near, sandbox->modules[i].name, strlen(sandbox->modules[i].name));
    }
    if (near.best) {
        return luaL_error(L, "there is no module '%s'; did you mean '%s'?", name, near.best);
    }
    return luaL_error(L, "there is no module '%s'", name);
}

int floe_sandbox_compile(lua_State *L, const floe_embedded *ready, const char *name, const char *text,
                         size_t size) {
    return ready ? luaL_loadbufferx(L, ready->code, ready->code_size, name, "b")
                 : luaL_loadbufferx(L, text, size, name, "t");
}

/* Pushes the main function of a text, compiled when it is first asked for. */
static void push_main(lua_State *L, const floe_sandbox_module *module) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &compiled_key);
    if (lua_rawgetp(L, -1, module->text) == LUA_TNIL) {
        lua_pop(L, 1);
        if (module->size > FLOE_SANDBOX_TEXT) {
            luaL_error(L, "module '%s' has more than %d bytes", module->name, FLOE_SANDBOX_TEXT);
        }
        const floe_embedded *ready = floe_embedded_same(module->chunk, module->text, module->size);
        floe_error error;
        if (!ready && floe_source_check(module->text, module->size, &error) != 0) {
            luaL_error(L, "%s:%d: %s", module->chunk, (int)error.line, error.message);
        }
        lua_pushfstring(L, "%c%s", FLOE_CHUNK_MODULE, module->chunk);
        if (floe_sandbox_compile(L, ready, lua_tostring(L, -1), module->text, module->size) != LUA_OK) {
            lua_error(L);
        }
        lua_remove(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, module->text);
    }
    lua_remove(L, -2);
}

/* require(name). Upvalue 1: what this chunk has loaded; false while a module is being loaded. Upvalue 2: a
 * function whose environment is the chunk's. */
static int require_module(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    const floe_sandbox *sandbox = floe_sandbox_of(L);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
        return lua_toboolean(L, -1)
                   ? 1
                   : luaL_error(L, "module '%s' requires itself, or failed to load before", name);
    }
    const floe_sandbox_module *module = find_module(sandbox, name);
    if (!module) {
        return unknown_module(L, sandbox, name);
    }
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, lua_upvalueindex(1));
    if (module->open) {
        lua_pushcfunction(L, module->open);
    } else {
        push_main(L, module);
        lua_upvaluejoin(L, -1, 1, lua_upvalueindex(2), 1);
    }
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (!lua_toboolean(L, -1)) {
        return luaL_error(L, "module '%s' returned nothing", name);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, lua_upvalueindex(1));
    return 1;
}

/* Pushes a fresh copy of the allowed globals. */
static void push_globals(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &template_key);
    int template = lua_gettop(L);
    lua_createtable(L, 0, 32);
    for (lua_pushnil(L); lua_next(L, template);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, template + 1);
    }
    if (floe_sandbox_of(L)->print) {
        lua_pushcfunction(L, print);
        lua_setfield(L, -2, "print");
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &unknown_key);
    lua_setmetatable(L, -2);
    lua_remove(L, template);
}

void floe_sandbox_isolate(lua_State *L, int function) {
    luaL_checkstack(L, 12, NULL);
    lua_newtable(L); /* the environment: always empty, so that every assignment is seen */
    lua_createtable(L, 0, 3);
    push_globals(L);
    lua_newtable(L); /* the chunk's modules */
    if (luaL_loadbufferx(L, "", 0, "=environment", "t") != LUA_OK) {
        lua_error(L);
    }
    lua_pushvalue(L, -5);
    lua_setupvalue(L, -2, 1);
    lua_upvaluejoin(L, function, 1, -1, 1);
    lua_pushcclosure(L, require_module, 2);
    lua_setfield(L, -2, "require");
    lua_setfield(L, -2, "__index");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &locked_key);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_settop(L, function);
}

/* Adds the keys of the table on top of the stack, sorted, as a list: it replaces the table. */
static void list_keys(lua_State *L) {
    int table = lua_gettop(L);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, table + 1, (lua_Integer)lua_rawlen(L, table + 1) + 1);
    }
    floe_sort_keys(L, table + 1, floe_text_before);
    lua_replace(L, table);
}

void floe_sandbox_push_docs(lua_State *L) {
    luaL_checkstack(L, 8, NULL);
    lua_createtable(L, 0, 3);
    floe_open_base(L);
    list_keys(L);
    lua_setfield(L, -2, "functions");
    lua_newtable(L);
    lua_pushliteral(L, "");
    bool has_methods = lua_getmetatable(L, -1); /* the string library takes the metatable of strings */
    for (const luaL_Reg *library = libraries; library->name; library++) {
        library->func(L);
        list_keys(L);
        lua_setfield(L, has_methods ? -4 : -3, library->name);
    }
    if (!has_methods) {
        lua_pushnil(L);
    }
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_setfield(L, -2, "libraries");
    lua_newtable(L);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        lua_pushstring(L, absent[i].instead);
        lua_setfield(L, -2, absent[i].name);
    }
    lua_setfield(L, -2, "absent");
}
