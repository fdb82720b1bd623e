/* host.http: requests to services (host/net/http.h). */
#include "bind.h"

#include "net/http.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char type_name[] = "floe.http";

enum { LONGEST_MILLISECONDS = 60 * 60 * 1000, MOST_TRIES = 100, MOST_HEADERS = 256 };

typedef struct handle {
    floe_http *http; /* NULL once it is closed */
    pid_t process;   /* that made it: in a forked child the numbers of its connections are other files' */
} handle;

static floe_http *check_client(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    luaL_argcheck(L, self->http && self->process == getpid(), 1, "the client was closed");
    return self->http;
}

static uint32_t milliseconds_option(lua_State *L, int index, const char *name) {
    return (uint32_t)floe_bind_integer_option(L, index, name, 1, LONGEST_MILLISECONDS, 0);
}

/* new{ ca_file =?, ca_path =?, client_certificate =?, client_key =?, connect_milliseconds =?,
 * total_milliseconds =?, retry_milliseconds =?, longest_wait =?, tries =?, most_bytes =? } → a client; or nil
 * and an error. */
static int http_new(lua_State *L) {
    floe_http_options options = {
        .ca_file = floe_bind_text_option(L, 1, "ca_file", NULL),
        .ca_path = floe_bind_text_option(L, 1, "ca_path", NULL),
        .client_certificate = floe_bind_text_option(L, 1, "client_certificate", NULL),
        .client_key = floe_bind_text_option(L, 1, "client_key", NULL),
        .connect_milliseconds = milliseconds_option(L, 1, "connect_milliseconds"),
        .total_milliseconds = milliseconds_option(L, 1, "total_milliseconds"),
        .retry_milliseconds = milliseconds_option(L, 1, "retry_milliseconds"),
        .longest_wait = milliseconds_option(L, 1, "longest_wait"),
        .tries = (uint32_t)floe_bind_integer_option(L, 1, "tries", 1, MOST_TRIES, 0),
        .most_bytes = (size_t)floe_bind_integer_option(L, 1, "most_bytes", 1, 1 << 28, 0),
    };
    /* The client borrows the names of files: the table of options stays with it. */
    handle *self = lua_newuserdatauv(L, sizeof *self, 1);
    *self = (handle){.process = getpid()};
    luaL_setmetatable(L, type_name);
    if (!lua_isnoneornil(L, 1)) {
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, -2, 1);
    }
    floe_error error;
    if (floe_http_new(&self->http, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

/* A text without a NUL byte under `name` of the table on top of the stack, which keeps it alive. */
static const char *check_text(lua_State *L, const char *name, bool required) {
    size_t length = 0;
    int type = lua_getfield(L, -1, name);
    const char *text = type == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if ((!text && (required || type != LUA_TNIL)) || (text && strlen(text) != length)) {
        luaL_error(L, "'%s' must be a string without NUL bytes", name);
    }
    lua_pop(L, 1);
    return text;
}

static bool check_flag(lua_State *L, const char *name) {
    lua_getfield(L, -1, name);
    bool set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return set;
}

/* The request's list of { name =, value =, secret =? }, in a userdata on the stack. */
static const floe_http_header *check_headers(lua_State *L, int request, size_t *count) {
    if (lua_getfield(L, request, "headers") == LUA_TNIL) {
        *count = 0;
        return NULL;
    }
    *count = lua_istable(L, -1) ? lua_rawlen(L, -1) : MOST_HEADERS + 1;
    luaL_argcheck(L, *count <= MOST_HEADERS, request, "'headers' must be a list of headers");
    floe_http_header *headers = lua_newuserdatauv(L, (*count + 1) * sizeof *headers, 0);
    for (size_t i = 0; i < *count; i++) {
        luaL_argcheck(L, lua_rawgeti(L, -2, (lua_Integer)i + 1) == LUA_TTABLE, request,
                      "'headers' must be a list of headers");
        headers[i].name = check_text(L, "name", true);
        headers[i].value = check_text(L, "value", true);
        headers[i].secret = check_flag(L, "secret");
        lua_pop(L, 1);
    }
    return headers;
}

static void free_response(void *response) {
    floe_http_response_free(response);
    free(response);
}

/* Pushes the headers by name in lower case; those that come more than once are joined by ", ". */
static void push_headers(lua_State *L, const floe_http_response *response) {
    const char *at = response->header.data;
    lua_newtable(L);
    while (at && *at) {
        size_t line = strcspn(at, "\n"), name = strcspn(at, ":");
        const char *value = at + name + 1;
        value += strspn(value, " \t");
        size_t length = (size_t)(at + line - value);
        lua_pushlstring(L, at, name);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) == LUA_TNIL) {
            lua_pop(L, 1);
            lua_pushlstring(L, value, length);
        } else {
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, value, length);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
        at += line + (at[line] == '\n');
    }
}

/* client:send{ method =, url =, headers = { { name =, value =, secret =? } … }?, body =?, repeatable =?,
 * secret =? } → { status =, headers = { name → value }, body =, wait = the seconds that the server asks to
 * wait before the next try, nil where it does not }; or nil and an error. `secret`: the address itself is
 * one, and errors show its host alone. */
static int http_send(lua_State *L) {
    floe_http *http = check_client(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    floe_http_request request = {
        .method = check_text(L, "method", true),
        .url = check_text(L, "url", true),
        .repeatable = check_flag(L, "repeatable"),
        .secret = check_flag(L, "secret"),
    };
    lua_getfield(L, 2, "body");
    request.body = luaL_optlstring(L, -1, NULL, &request.body_size);
    request.headers = check_headers(L, 2, &request.header_count);
    void **owner = floe_bind_local(L, free_response);
    floe_http_response *response = *owner = calloc(1, sizeof *response);
    floe_error error;
    if (!response) {
        return luaL_error(L, "out of memory");
    }
    if (floe_http_send(response, http, &request, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, response->status);
    lua_setfield(L, -2, "status");
    push_headers(L, response);
    lua_setfield(L, -2, "headers");
    lua_pushlstring(L, response->body.data ? response->body.data : "", response->body.size);
    lua_setfield(L, -2, "body");
    uint64_t wait = floe_http_asked_wait(http, response);
    if (wait) {
        lua_pushnumber(L, (lua_Number)wait / 1000);
        lua_setfield(L, -2, "wait");
    }
    return 1;
}

/* client:close(); once more is fine. */
static int http_close(lua_State *L) {
    handle *self = luaL_checkudata(L, 1, type_name);
    if (self->process == getpid()) {
        floe_http_free(self->http);
    }
    self->http = NULL;
    return 0;
}

int luaopen_host_http(lua_State *L) {
    static const luaL_Reg functions[] = {{"new", http_new}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"send", http_send}, {"close", http_close}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", http_close}, {"__close", http_close}, {NULL, NULL}};
    if (luaL_newmetatable(L, type_name)) {
        luaL_setfuncs(L, meta, 0);
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
