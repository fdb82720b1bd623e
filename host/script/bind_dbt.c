/* host.dbt: a dbt project as facts, and where they stand in its files. */
#include "bind.h"
#include "context.h"
#include "convert.h"
#include "view.h"

#include "floe/dbt.h"

enum { PLACE_SIZE = 4096 };

/* An object option (a table or a view) as a node in the facts document; false where it is not given. */
static bool object_option(lua_State *L, const char *name, floe_node *out) {
    bool given = lua_getfield(L, 1, name) != LUA_TNIL;
    if (given) {
        floe_convert_build(L, lua_gettop(L), floe_context_facts(L), out);
    }
    lua_pop(L, 1);
    return given;
}

/* load{ root =, manifest =, catalog =, run_results =, sources =, layers =, tiers = } → the project. */
static int dbt_load(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    floe_node layers, tiers, project;
    bool has_layers = object_option(L, "layers", &layers);
    bool has_tiers = object_option(L, "tiers", &tiers);
    floe_dbt_options options = {
        .root = floe_bind_text_option(L, 1, "root", NULL),
        .manifest = floe_bind_text_option(L, 1, "manifest", NULL),
        .catalog = floe_bind_text_option(L, 1, "catalog", NULL),
        .run_results = floe_bind_text_option(L, 1, "run_results", NULL),
        .sources = floe_bind_text_option(L, 1, "sources", NULL),
        .layers = has_layers ? &layers : NULL,
        .tiers = has_tiers ? &tiers : NULL,
    };
    floe_error error;
    if (floe_dbt_load(&project, floe_context_of(L)->store, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    floe_view_push(L, &project);
    return 1;
}

/* locate(record, field?) → file, line, column; nil and an error where the record is no fact of dbt. */
static int dbt_locate(lua_State *L) {
    const floe_node *record = floe_view_check(L, 1);
    const char *field = luaL_optstring(L, 2, NULL);
    char file[PLACE_SIZE];
    uint32_t line, column;
    floe_error error;
    if (floe_dbt_locate(file, sizeof file, &line, &column, floe_context_of(L)->store, record, field,
                        &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushstring(L, file);
    lua_pushinteger(L, line);
    lua_pushinteger(L, column);
    return 3;
}

int luaopen_host_dbt(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"load", dbt_load},
        {"locate", dbt_locate},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}
