/* host.serve: pages that a long-running command shows over HTTP (host/net/serve.h). */
#include "bind.h"

#include "net/serve.h"

#include <unistd.h>

static const char type_name[] = "host.serve";

enum { LONGEST = 24 * 60 * 60 }; /* seconds that a page may stand */

typedef struct handle {
    floe_serve *serve; /* NULL once it is stopped */
    pid_t process;     /* that started it: a forked child has none of its threads and leaves it alone */
} handle;

static floe_serve *check_serve(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (!self->serve || self->process != getpid()) {
        luaL_argerror(L, 1, "the server is stopped");
    }
    return self->serve;
}

/* A page of a table, which keeps its texts alive. */
static floe_serve_page check_page(lua_State *L, int index) {
    luaL_checktype(L, index, LUA_TTABLE);
    floe_serve_page page = {
        .status = (int)floe_bind_integer_option(L, index, "status", 200, 599, 200),
        .type = floe_bind_text_option(L, index, "type", "text/plain; charset=utf-8"),
    };
    if (lua_getfield(L, index, "text") != LUA_TSTRING) {
        luaL_error(L, "option 'text' must be a string");
    }
    page.text = lua_tolstring(L, -1, &page.size);
    lua_getfield(L, index, "live");
    page.live = lua_toboolean(L, -1);
    lua_pop(L, 2);
    return page;
}

/* server:set(path, { text =, status =, type =, live = }, seconds?, stale?) → true; or nil and an error. */
static int serve_set(lua_State *L) {
    floe_serve *serve = check_serve(L);
    const char *path = luaL_checkstring(L, 2);
    floe_serve_page page = check_page(L, 3), stale = {0};
    uint32_t milliseconds = 0;
    if (!lua_isnoneornil(L, 4)) {
        milliseconds = (uint32_t)floe_bind_integer(L, 4, 1, LONGEST) * 1000;
        stale = check_page(L, 5);
    }
    floe_error error;
    if (floe_serve_set(serve, path, &page, milliseconds, &stale, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* server:address() → "127.0.0.1:8080". */
static int serve_address(lua_State *L) {
    lua_pushstring(L, floe_serve_address(check_serve(L)));
    return 1;
}

/* server:stop(); once more is fine. */
static int serve_stop(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (self->process == getpid()) {
        floe_serve_stop(self->serve);
    }
    self->serve = NULL;
    return 0;
}

/* start(address) → server; or nil and an error. */
static int serve_start(lua_State *L) {
    const char *address = luaL_checkstring(L, 1);
    handle *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (handle){.process = getpid()};
    luaL_setmetatable(L, type_name);
    floe_error error;
    if (floe_serve_start(&self->serve, address, &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

int luaopen_host_serve(lua_State *L) {
    static const luaL_Reg functions[] = {{"start", serve_start}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"set", serve_set}, {"address", serve_address}, {"stop", serve_stop}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", serve_stop}, {"__close", serve_stop}, {NULL, NULL}};
    if (luaL_newmetatable(L, type_name)) {
        luaL_setfuncs(L, meta, 0);
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    lua_pushliteral(L, FLOE_SERVE_UPTIME);
    lua_setfield(L, -2, "uptime");
    return 1;
}
