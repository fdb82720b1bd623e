#include "check.h"

#include "base/suggest.h"
#include "view.h"

#include <lauxlib.h>
#include <string.h>

/* What ctx answers. The functions stand in the same table as values. */
typedef enum member {
    MEMBER_PARAMS = 1,
    MEMBER_PHASE,
    MEMBER_AS_OF,
    MEMBER_AS_OF_TIME,
    MEMBER_PRODUCT,
    MEMBER_PROJECT,
    MEMBER_RUN,
    MEMBER_ENVIRONMENT
} member;

static const struct {
    const char *name;
    member member;
    const char *lua, *doc; /* as in facts.def */
} members[] = {
    {"params", MEMBER_PARAMS, "table<string, any>",
     "the policy's params, as all tiers together set them; reading one that is not declared raises"},
    {"phase", MEMBER_PHASE, "string", "the phase that runs, such as `validate`"},
    {"as_of", MEMBER_AS_OF, "string", "the day that is judged, `YYYY-MM-DD`"},
    {"as_of_time", MEMBER_AS_OF_TIME, "string",
     "the moment that is judged, `YYYY-MM-DDThh:mm:ssZ`: the only clock a policy has"},
    {"product", MEMBER_PRODUCT, "product?", "the product; nil where only a dbt project is judged"},
    {"project", MEMBER_PROJECT, "project?", "the product's dbt project, nil where it has none"},
    {"run", MEMBER_RUN, "run?", "the run that is judged, in the phases `run` and `monitor`"},
    {"environment", MEMBER_ENVIRONMENT, "string?", "the environment, from FLOE_ENV"},
};

/* The keys of what ctx:report takes. */
static const struct {
    const char *name, *lua, *doc;
} report_keys[] = {
    {"message", "string", "required: what is wrong, as a sentence that names the subject"},
    {"expected", "string?", "what should stand there"},
    {"actual", "string?", "what does"},
    {"suggest", "string|string[]|nil", "what to write instead, the likeliest first; at most 16"},
    {"code", "string?", "one of the policy's `codes`; absent: the first of them"},
    {"at", "any",
     "the fact that is wrong, where it is not the subject: a column of it, a member of its `meta`"},
    {"field", "string?",
     "the field of `at` that is wrong, such as `description`: the finding stands at its line"},
    {"path", "string?",
     "what is wrong in the subject, as text; it tells two findings on one subject apart (absent: from `at` "
     "and "
     "`field`)"},
    {"offset", "integer?",
     "the place in a text the subject holds, such as a file's: bytes before it, from 0"},
    {"line", "integer?", "the place in the subject's file, where the policy knows it: the line, from 1"},
    {"column", "integer?", "the column in that line, from 1"},
};

/* Upvalue 1 of all functions below: where the running check is. */
static floe_check *running_check(lua_State *L) {
    floe_check *check = *(floe_check **)lua_touserdata(L, lua_upvalueindex(1));
    if (!check) {
        luaL_error(L, "ctx is only there while a check runs");
    }
    return check;
}

static int no_member(lua_State *L, const char *owner, const char *const *names, size_t count) {
    size_t length;
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (!name) {
        return luaL_error(L, "%s has no field that is a %s", owner, luaL_typename(L, -1));
    }
    floe_suggestion near;
    floe_suggest_start(&near, name, length);
    for (size_t i = 0; i < count; i++) {
        floe_suggest_offer(&near, names[i], strlen(names[i]));
    }
    return near.best ? luaL_error(L, "%s has no field '%s'; did you mean '%s'?", owner, name, near.best)
                     : luaL_error(L, "%s has no field '%s'", owner, name);
}

static int unknown_ctx_field(lua_State *L) {
    const char *names[sizeof members / sizeof *members + 2] = {"report", "note"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        names[i + 2] = members[i].name;
    }
    lua_settop(L, 2);
    return no_member(L, "ctx", names, sizeof names / sizeof *names);
}

/* ctx.name; upvalue 2 maps names to functions and members. */
static int ctx_index(lua_State *L) {
    const floe_check *check = running_check(L);
    const floe_setting *setting = check->setting;
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TFUNCTION) {
        return 1;
    }
    switch (lua_tointeger(L, -1)) {
    case MEMBER_PARAMS:
        lua_rawgeti(L, LUA_REGISTRYINDEX, check->params);
        return 1;
    case MEMBER_PHASE:
        lua_pushstring(L, setting->phase);
        return 1;
    case MEMBER_AS_OF:
        lua_pushstring(L, setting->as_of);
        return 1;
    case MEMBER_AS_OF_TIME:
        if (setting->as_of_time || !setting->as_of) {
            lua_pushstring(L, setting->as_of_time);
        } else {
            lua_pushfstring(L, "%sT00:00:00Z", setting->as_of);
        }
        return 1;
    case MEMBER_PRODUCT:
        floe_view_push(L, setting->product);
        return 1;
    case MEMBER_PROJECT:
        floe_view_push(L, setting->project);
        return 1;
    case MEMBER_RUN:
        floe_view_push(L, setting->run);
        return 1;
    case MEMBER_ENVIRONMENT:
        lua_pushstring(L, setting->environment);
        return 1;
    default:
        return unknown_ctx_field(L);
    }
}

static int ctx_newindex(lua_State *L) {
    return luaL_error(L, "ctx is read-only");
}

static int ctx_tostring(lua_State *L) {
    lua_pushliteral(L, "ctx");
    return 1;
}

/* ---- reports ---- */

/* The key lies on top of the stack. */
static int unknown_report_key(lua_State *L) {
    const char *names[sizeof report_keys / sizeof *report_keys];
    for (size_t i = 0; i < sizeof report_keys / sizeof *report_keys; i++) {
        names[i] = report_keys[i].name;
    }
    return no_member(L, "a report", names, sizeof report_keys / sizeof *report_keys);
}

static void check_report_keys(lua_State *L) {
    for (lua_pushnil(L); lua_next(L, 2);) {
        lua_pop(L, 1);
        bool known = false;
        const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        for (size_t i = 0; i < sizeof report_keys / sizeof *report_keys && !known; i++) {
            known = strcmp(key, report_keys[i].name) == 0;
        }
        if (!known) {
            unknown_report_key(L);
        }
    }
}

/* The text of the value on top of the stack, which stays there; absent for nil. */
static floe_slice text_on_top(lua_State *L, const char *name) {
    floe_slice out = {0};
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        break;
    case LUA_TSTRING:
    case LUA_TNUMBER:
        out.text = lua_tolstring(L, -1, &out.length);
        break;
    case LUA_TBOOLEAN:
        out.text = lua_toboolean(L, -1) ? "true" : "false";
        out.length = strlen(out.text);
        break;
    default:
        luaL_error(L, "'%s' of a report must be a text or a number, not a %s", name, luaL_typename(L, -1));
    }
    return out;
}

/* A field of the report at 2, which stays on the stack so that its text lives. */
static floe_slice text_field(lua_State *L, const char *name) {
    lua_pushstring(L, name);
    lua_rawget(L, 2);
    return text_on_top(L, name);
}

static uint64_t number_field(lua_State *L, const char *name, lua_Integer least, lua_Integer most,
                             uint64_t otherwise) {
    lua_pushstring(L, name);
    if (lua_rawget(L, 2) == LUA_TNIL) {
        return otherwise;
    }
    int exact;
    lua_Integer number = lua_tointegerx(L, -1, &exact);
    if (lua_type(L, -1) != LUA_TNUMBER || !exact || number < least || number > most) {
        luaL_error(L, "'%s' of a report must be an integer from %I", name, least);
    }
    return (uint64_t)number;
}

/* A text, or a list of texts (a table or a fact); those beyond FLOE_SUGGESTIONS are left out. */
static void suggestions_field(lua_State *L, floe_finding *finding) {
    lua_pushliteral(L, "suggest");
    int type = lua_rawget(L, 2);
    if (type != LUA_TTABLE && type != LUA_TUSERDATA) {
        finding->suggestions[0] = text_on_top(L, "suggest");
        finding->suggestion_count = finding->suggestions[0].text != NULL;
        return;
    }
    int list = lua_gettop(L);
    if (type == LUA_TUSERDATA) {
        floe_view_check(L, list);
    }
    for (lua_Integer i = 1; i <= FLOE_SUGGESTIONS; i++) {
        int item = type == LUA_TTABLE ? lua_rawgeti(L, list, i) : lua_geti(L, list, i);
        if (item == LUA_TNIL) {
            break;
        }
        finding->suggestions[finding->suggestion_count++] = text_on_top(L, "suggest");
    }
}

static bool holds_text(lua_State *L, int list, floe_slice wanted) {
    bool found = false;
    for (lua_Integer i = 1; !found && lua_rawgeti(L, list, i) == LUA_TSTRING; i++) {
        size_t length;
        const char *text = lua_tolstring(L, -1, &length);
        found = length == wanted.length && memcmp(text, wanted.text, length) == 0;
        lua_pop(L, 1);
    }
    return found;
}

/* The code as reported, one of those that the policy declares; its first where the report gives none. */
static floe_slice code_field(lua_State *L, const floe_check *check) {
    floe_slice code = text_field(L, "code");
    lua_rawgeti(L, LUA_REGISTRYINDEX, check->definition);
    if (!code.text) {
        lua_pushliteral(L, "code");
        lua_rawget(L, -2);
        return text_on_top(L, "code");
    }
    lua_pushliteral(L, "codes");
    if (lua_rawget(L, -2) == LUA_TTABLE && !holds_text(L, lua_gettop(L), code)) {
        luaL_error(L, "code '%s' is not among the policy's codes", code.text);
    }
    return code;
}

/* A report's field is one of the record it is about, or a path into one: "meta.owner", "columns[2]". */
static void check_field(lua_State *L, const floe_node *at, floe_slice field) {
    if (!field.text || !at || !floe_node_type(at)) {
        return;
    }
    size_t length = strcspn(field.text, ".[");
    if (floe_shape_slot(at->block->shape, field.text, length) < 0) {
        const floe_type *type = floe_node_type(at);
        lua_pushlstring(L, field.text, length);
        lua_pushfstring(L, "'field' of a report: %s %s has", strchr("aeiou", type->name[0]) ? "an" : "a",
                        type->name);
        floe_view_no_member(L, at->block->shape, lua_tostring(L, -1), lua_tostring(L, -2));
    }
}

/* ctx:report { … } */
static int ctx_report(lua_State *L) {
    floe_check *check = running_check(L);
    luaL_argcheck(L, lua_type(L, 2) == LUA_TTABLE, 2, "call it as ctx:report { message = … }");
    lua_settop(L, 2);
    luaL_checkstack(L, 32 + FLOE_SUGGESTIONS, NULL);
    check_report_keys(L);
    if (check->findings++ == FLOE_FINDINGS_A_CHECK) {
        return luaL_error(L, "more than %d findings on one subject", FLOE_FINDINGS_A_CHECK);
    }
    floe_finding finding = {0};
    lua_pushliteral(L, "at");
    if (lua_rawget(L, 2) != LUA_TNIL && !(finding.at = floe_view_to(L, -1))) {
        return luaL_error(L, "'at' of a report must be a fact, not a %s", luaL_typename(L, -1));
    }
    finding.field = text_field(L, "field");
    check_field(L, finding.at ? finding.at : check->subject, finding.field);
    finding.path = text_field(L, "path");
    finding.code = code_field(L, check);
    finding.message = text_field(L, "message");
    finding.expected = text_field(L, "expected");
    finding.actual = text_field(L, "actual");
    finding.line = (uint32_t)number_field(L, "line", 1, INT32_MAX, 0);
    finding.column = (uint32_t)number_field(L, "column", 1, INT32_MAX, 0);
    finding.offset = number_field(L, "offset", 0, LUA_MAXINTEGER, UINT64_MAX);
    suggestions_field(L, &finding);
    if (!finding.message.text || !finding.message.length) {
        return luaL_error(L, "a report needs a message");
    }
    check->sink->finding(L, check->sink->data, &finding);
    return 0;
}

/* ctx:note(text) */
static int ctx_note(lua_State *L) {
    floe_check *check = running_check(L);
    floe_slice text = {0};
    text.text = luaL_checklstring(L, 2, &text.length);
    if (check->notes++ == FLOE_NOTES_A_CHECK) {
        return luaL_error(L, "more than %d notes on one subject", FLOE_NOTES_A_CHECK);
    }
    check->sink->note(L, check->sink->data, text);
    return 0;
}

static void push_members(lua_State *L) {
    lua_createtable(L, 0, 8);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        lua_pushinteger(L, members[i].member);
        lua_setfield(L, -2, members[i].name);
    }
}

void floe_check_push_ctx(lua_State *L, floe_check **current) {
    lua_newuserdatauv(L, 0, 0);
    lua_createtable(L, 0, 5);
    push_members(L);
    lua_pushlightuserdata(L, current);
    lua_pushcclosure(L, ctx_report, 1);
    lua_setfield(L, -2, "report");
    lua_pushlightuserdata(L, current);
    lua_pushcclosure(L, ctx_note, 1);
    lua_setfield(L, -2, "note");
    lua_pushlightuserdata(L, current);
    lua_insert(L, -2);
    lua_pushcclosure(L, ctx_index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, ctx_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, ctx_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

/* Adds { name =, type =, doc = } to the list on top of the stack. */
static void describe(lua_State *L, const char *name, const char *lua, const char *doc) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, lua);
    lua_setfield(L, -2, "type");
    lua_pushstring(L, doc);
    lua_setfield(L, -2, "doc");
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

void floe_check_push_docs(lua_State *L) {
    lua_createtable(L, 0, 2);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        describe(L, members[i].name, members[i].lua, members[i].doc);
    }
    lua_setfield(L, -2, "fields");
    lua_newtable(L);
    for (size_t i = 0; i < sizeof report_keys / sizeof *report_keys; i++) {
        describe(L, report_keys[i].name, report_keys[i].lua, report_keys[i].doc);
    }
    lua_setfield(L, -2, "report");
}
