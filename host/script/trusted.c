#include "trusted.h"

#include "bind.h"
#include "embedded.h"
#include "pool.h"
#include "view.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

enum {
    EXIT_BUG = 70,
    PATH_SIZE = 256,
    GC_PAUSE = 400, /* percent: the program ends soon, so garbage may wait */
};

/* The file of a module: "report.sarif" is lua/report/sarif.lua, "floe.text" is stdlib/floe/text.lua. */
static const floe_embedded *find_module(const char *name) {
    static const char *const folders[] = {"lua", "stdlib"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        int length = snprintf(path, sizeof path, "%s/%s", folders[i], name);
        if (length < 0 || (size_t)length + sizeof ".lua" > sizeof path) {
            return NULL;
        }
        for (char *c = path; *c; c++) {
            *c = *c == '.' ? '/' : *c;
        }
        memcpy(path + length, ".lua", sizeof ".lua");
        const floe_embedded *file = floe_embedded_find(path);
        if (file) {
            return file;
        }
    }
    return NULL;
}

/* Pushes the function that makes a module: a host binding, or a compiled source. */
static void push_loader(lua_State *L, const char *name) {
    for (const luaL_Reg *module = floe_bind_modules; module->name; module++) {
        if (strcmp(module->name, name) == 0) {
            lua_pushcfunction(L, module->func);
            return;
        }
    }
    const floe_embedded *file = find_module(name);
    if (!file) {
        luaL_error(L, "there is no module '%s' inside floe", name);
        return;
    }
    lua_pushfstring(L, "@%s", file->path);
    if (luaL_loadbufferx(L, file->code, file->code_size, lua_tostring(L, -1), "b") != LUA_OK) {
        lua_error(L);
    }
    lua_remove(L, -2);
}

/* require(name): upvalue 1 is the table of what was loaded; `false` marks a module that is being loaded. */
static int require_module(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
        if (!lua_toboolean(L, -1)) {
            return luaL_error(L, "module '%s' requires itself", name);
        }
        return 1;
    }
    push_loader(L, name);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    int status = lua_pcall(L, 1, 1, 0);
    lua_pushvalue(L, 1);
    if (status != LUA_OK) {
        lua_pushnil(L); /* it may be required again: memory may have run out, say */
    } else {
        lua_pushvalue(L, -2);
    }
    lua_rawset(L, lua_upvalueindex(1));
    if (status != LUA_OK) {
        return lua_error(L);
    }
    return lua_isnil(L, -1) ? luaL_error(L, "module '%s' returns nothing", name) : 1;
}

static int open_libraries(lua_State *L) {
    static const luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},       {LUA_COLIBNAME, luaopen_coroutine},
        {LUA_TABLIBNAME, luaopen_table}, {LUA_IOLIBNAME, luaopen_io},
        {LUA_OSLIBNAME, luaopen_os},     {LUA_STRLIBNAME, luaopen_string},
        {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},
        {LUA_DBLIBNAME, luaopen_debug},  {NULL, NULL},
    };
    floe_context_attach(L, lua_touserdata(L, 1));
    floe_view_open(L);
    for (const luaL_Reg *library = libraries; library->name; library++) {
        luaL_requiref(L, library->name, library->func, 1);
        lua_pop(L, 1);
    }
    lua_newtable(L);
    lua_pushcclosure(L, require_module, 1);
    lua_setglobal(L, "require");
    return 0;
}

lua_State *floe_trusted_new(floe_context *context) {
    floe_pool *pool = floe_pool_new();
    lua_State *L = pool ? lua_newstate(floe_pool_allocate, pool) : NULL;
    if (!L) {
        floe_pool_free(pool);
        return NULL;
    }
    lua_gc(L, LUA_GCINC, GC_PAUSE, 0, 0);
    lua_pushcfunction(L, open_libraries);
    lua_pushlightuserdata(L, context);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        floe_trusted_free(L);
        return NULL;
    }
    return L;
}

void floe_trusted_free(lua_State *L) {
    void *pool;
    lua_getallocf(L, &pool);
    lua_close(L);
    floe_pool_free(pool);
}

/* The message handler: the error's text (or the `message` of an error value), with a traceback. */
static int add_traceback(lua_State *L) {
    if (lua_type(L, 1) == LUA_TTABLE) {
        lua_getfield(L, 1, "message");
        lua_replace(L, 1);
    }
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

static int call_main(lua_State *L) {
    const floe_context *context = floe_context_of(L);
    lua_getglobal(L, "require");
    lua_pushstring(L, "main");
    lua_call(L, 1, 1);
    lua_createtable(L, context->argument_count, 0);
    for (int i = 0; i < context->argument_count; i++) {
        lua_pushstring(L, context->arguments[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_call(L, 1, 1);
    int exact;
    lua_Integer code = lua_tointegerx(L, -1, &exact);
    if (!exact || code < 0 || code > 255) {
        return luaL_error(L, "lua/main.lua answered no exit code");
    }
    return 1;
}

int floe_trusted_main(lua_State *L) {
    lua_settop(L, 0);
    lua_pushcfunction(L, add_traceback);
    lua_pushcfunction(L, call_main);
    int code = EXIT_BUG;
    if (lua_pcall(L, 0, 1, 1) == LUA_OK) {
        code = (int)lua_tointeger(L, -1);
    } else {
        const char *message = lua_tostring(L, -1);
        fprintf(stderr, "floe: internal error: %s\n", message ? message : "out of memory");
    }
    lua_settop(L, 0);
    return code;
}
