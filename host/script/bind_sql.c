/* host.sql, and floe.sql_tokens in the sandbox: SQL text as tokens, one at a time. stdlib/floe/sql.lua stands
 * on it. */
#include "bind.h"

#include "sandbox.h"
#include "sql/token.h"

/* What a token costs of a call's instructions where these are counted: bytes for one step. */
enum { BYTES_A_STEP = 32 };

/* The iterator. Upvalue 1 is the text, which stays where it is as long as it is one; upvalue 2 the lexer,
 * which nobody else sees. Answers kind, start, stop, line, column, closed; nil at the end. Blanks are passed
 * over. */
static int next_token(lua_State *L) {
    floe_sql_lexer *lexer = lua_touserdata(L, lua_upvalueindex(2));
    floe_sql_token token = floe_sql_next(lexer);
    if (token.kind == FLOE_SQL_SPACE) {
        token = floe_sql_next(lexer);
    }
    floe_sandbox_spend(L, 1 + (token.end - token.at) / BYTES_A_STEP);
    if (token.kind == FLOE_SQL_END) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushstring(L, floe_sql_kind_name(token.kind));
    lua_pushinteger(L, (lua_Integer)token.at + 1);
    lua_pushinteger(L, token.end);
    lua_pushinteger(L, token.line);
    lua_pushinteger(L, token.column);
    lua_pushboolean(L, token.closed);
    return 6;
}

/* tokens(text, dialect?) → an iterator for `for`. */
static int sql_tokens(lua_State *L) {
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    const floe_sql_dialect *dialect = floe_sql_dialect_of(luaL_optstring(L, 2, NULL));
    if (size >= UINT32_MAX) {
        return luaL_argerror(L, 1, "a text of less than 4 GiB expected");
    }
    lua_settop(L, 1);
    floe_sql_lexer *lexer = lua_newuserdatauv(L, sizeof *lexer, 0);
    floe_sql_lexer_start(lexer, text, size, dialect);
    lua_pushcclosure(L, next_token, 2);
    return 1;
}

int luaopen_host_sql(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"tokens", sql_tokens},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}
