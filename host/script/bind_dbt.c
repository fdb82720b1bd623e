/* host.dbt: a dbt project as facts, and where they stand in its files. */
#include "bind.h"
#include "context.h"
#include "convert.h"
#include "view.h"

#include "data/stream.h"
#include "floe/dbt.h"

#include <unistd.h>

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

static floe_dbt_facts facts_option(lua_State *L) {
    static const char *const names[] = {"auto", "sources", "manifest", NULL};
    lua_getfield(L, 1, "facts");
    int facts = luaL_checkoption(L, -1, "auto", names);
    lua_pop(L, 1);
    return (floe_dbt_facts)facts;
}

/* The options of a reading; the table keeps their texts. */
static floe_dbt_options read_options(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    return (floe_dbt_options){
        .root = floe_bind_text_option(L, 1, "root", NULL),
        .facts = facts_option(L),
        .manifest = floe_bind_text_option(L, 1, "manifest", NULL),
        .manifest_name = floe_bind_text_option(L, 1, "manifest_name", NULL),
        .catalog = floe_bind_text_option(L, 1, "catalog", NULL),
        .run_results = floe_bind_text_option(L, 1, "run_results", NULL),
        .sources = floe_bind_text_option(L, 1, "sources", NULL),
        .target_path = floe_bind_text_option(L, 1, "target_path", NULL),
        .profiles = floe_bind_text_option(L, 1, "profiles", NULL),
        .profile = floe_bind_text_option(L, 1, "profile", NULL),
        .target = floe_bind_text_option(L, 1, "target", NULL),
        .vars = floe_bind_text_option(L, 1, "vars", NULL),
        .rules = floe_bind_text_option(L, 1, "rules", NULL),
    };
}

/* load{ root =, facts =, manifest =, manifest_name =, catalog =, run_results =, sources =, layers =, tiers =,
 * target_path =, profiles =, profile =, target =, vars =, rules = } → the project. */
static int dbt_load(lua_State *L) {
    floe_dbt_options options = read_options(L);
    floe_node layers, tiers, project;
    options.layers = object_option(L, "layers", &layers) ? &layers : NULL;
    options.tiers = object_option(L, "tiers", &tiers) ? &tiers : NULL;
    floe_error error;
    if (floe_dbt_load(&project, floe_context_of(L)->store, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    floe_view_push(L, &project);
    return 1;
}

/* print{ … as for load … }: writes the tree that facts are made of to the standard output, as JSON → true. */
static int dbt_print(lua_State *L) {
    floe_dbt_options options = read_options(L);
    floe_node tree;
    floe_error error;
    if (floe_dbt_tree(&tree, floe_context_of(L)->store, &options, &error) ||
        floe_json_stream(STDOUT_FILENO, &tree, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, true);
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
        {"print", dbt_print},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}
