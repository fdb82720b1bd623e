/* Views: what Lua reads of a tree, what it cannot do to it, and what a wrong field's error says. */
#include "data/facts.h"
#include "script/view.h"

#include "chunk.h"

#include <lauxlib.h>
#include <lualib.h>

typedef struct world {
    floe_store *store;
    floe_document *facts;
    lua_State *L;
} world;

static floe_node text(const char *string) {
    return floe_literal_node(string);
}

static floe_node map(floe_document *document, const char *const *names, const floe_node *items,
                     size_t count) {
    floe_key keys[8];
    for (size_t i = 0; i < count; i++) {
        keys[i] = floe_key_of(names[i], strlen(names[i]));
    }
    floe_node out;
    assert_int_equal(0, floe_document_map(&out, document, keys, items, NULL, count, 0, NULL));
    return out;
}

/* A model with tags, meta, and one column that refers back to it. */
static floe_node make_model(floe_document *document) {
    floe_node fields[FLOE_SLOT_COUNT(model)] = {0}, model;
    fields[FLOE_SLOT(model, name)] = text("stg_orders");
    fields[FLOE_SLOT(model, own)] = floe_boolean_node(true, 0);
    floe_node tags[] = {text("daily"), floe_null_node(0), text("pii")};
    assert_int_equal(0, floe_document_list(&fields[FLOE_SLOT(model, tags)], document, tags, 3, 0, NULL));
    floe_node values[] = {floe_integer_node(INT64_C(3055729675574597004), 0), floe_null_node(0),
                          floe_number_node(0.5, 0)};
    fields[FLOE_SLOT(model, meta)] =
        map(document, (const char *[]){"snapshot", "nothing", "ratio"}, values, 3);
    floe_node none[1];
    assert_int_equal(0, floe_document_list(&fields[FLOE_SLOT(model, parents)], document, none, 0, 7, NULL));
    assert_int_equal(0, floe_document_list(&fields[FLOE_SLOT(model, children)], document, none, 0, 8, NULL));
    assert_int_equal(0, floe_document_record(&model, document, &floe_type_model, fields, NULL, NULL));
    floe_node column_fields[FLOE_SLOT_COUNT(column)] = {0}, column;
    column_fields[FLOE_SLOT(column, name)] = text("id");
    column_fields[FLOE_SLOT(column, node)] = model;
    assert_int_equal(0,
                     floe_document_record(&column, document, &floe_type_column, column_fields, NULL, NULL));
    floe_record_items(&model)[FLOE_SLOT(model, columns)] = map(document, (const char *[]){"id"}, &column, 1);
    return model;
}

static int set_up(void **state) {
    world *self = calloc(1, sizeof *self);
    self->store = floe_store_new();
    assert_int_equal(0, floe_document_new(&self->facts, self->store, FLOE_FACTS, "facts", NULL));
    self->L = luaL_newstate();
    luaL_openlibs(self->L);
    floe_view_open(self->L);
    self->facts->root = make_model(self->facts);
    floe_view_push(self->L, &self->facts->root);
    lua_setglobal(self->L, "model");
    *state = self;
    return 0;
}

static int tear_down(void **state) {
    world *self = *state;
    lua_close(self->L);
    floe_store_free(self->store);
    free(self);
    return 0;
}

/* Runs a chunk that returns true where all holds. */
static void holds(void **state, const char *chunk) {
    world *self = *state;
    if (luaL_dostring(self->L, chunk) != LUA_OK) {
        fail_msg("%s", lua_tostring(self->L, -1));
    }
    assert_true(lua_toboolean(self->L, -1));
    lua_settop(self->L, 0);
}

/* Runs a chunk that must raise an error holding `message`. */
static void raises(void **state, const char *chunk, const char *message) {
    world *self = *state;
    assert_chunk_raises(self->L, chunk, message);
}

static void values_keep_their_type_and_64_bits(void **state) {
    holds(state,
          "return model.name == 'stg_orders' and model.own == true"
          " and model.meta.snapshot == 3055729675574597004 and math.type(model.meta.snapshot) == 'integer'"
          " and model.meta.ratio == 0.5");
}

static void absent_and_null_are_nil(void **state) {
    holds(state, "return model.description == nil and model.meta.nothing == nil and model.meta.unknown == nil"
                 " and model.tags[2] == nil and model.tags[4] == nil and model.tags[0] == nil"
                 " and model.tags[-1] == nil and model.tags.x == nil and model.tags[1.5] == nil");
}

static void arrays_have_lengths_and_are_walked_in_order(void **state) {
    holds(state, "local seen = {} for i, v in pairs(model.tags) do seen[#seen + 1] = i .. v end"
                 " return #model.tags == 3 and table.concat(seen, ' ') == '1daily 3pii'");
    holds(state, "local n = 0 for _ in ipairs(model.tags) do n = n + 1 end return n == 1");
}

static void objects_are_walked_in_the_order_written_without_nulls(void **state) {
    holds(state, "local seen = {} for k in pairs(model.meta) do seen[#seen + 1] = k end"
                 " return table.concat(seen, ' ') == 'snapshot ratio' and #model.meta == 2");
}

static void one_fact_is_one_userdata_until_forgotten(void **state) {
    holds(
        state,
        "first = model.columns.id return rawequal(first, model.columns.id) and rawequal(first.node, model)");
    floe_view_forget(((world *)*state)->L);
    holds(state, "return not rawequal(first, model.columns.id) and first == model.columns.id");
}

static void views_of_the_same_container_are_equal(void **state) {
    holds(state, "return model.meta == model.meta and model.tags ~= model.meta and model.tags == model.tags");
}

static void a_kept_view_survives_forgetting(void **state) {
    lua_State *L = ((world *)*state)->L;
    lua_getglobal(L, "model");
    floe_view_keep(L, -1);
    lua_pop(L, 1);
    floe_view_forget(L);
    holds(state, "return rawequal(model.columns.id.node, model)");
    floe_view_release(L);
    floe_view_forget(L);
    holds(state, "return not rawequal(model.columns.id.node, model)");
}

static void empty_containers_are_told_apart_by_their_place(void **state) {
    holds(
        state,
        "return model.parents ~= model.children and model.parents == model.parents and #model.parents == 0");
}

static void a_record_refuses_unknown_fields_with_a_suggestion(void **state) {
    raises(state, "return model.descripton",
           "a model has no field 'descripton'; did you mean 'description'?");
    raises(state, "return model.zzzzzzzz", "a model has no field 'zzzzzzzz'");
    raises(state, "return model[1]", "a model has no field '1'");
    raises(state, "return model[{}]", "a model has no field 'table'");
}

static void a_strict_object_refuses_unknown_keys(void **state) {
    world *self = *state;
    const floe_node *meta = floe_node_path(&self->facts->root, "meta", NULL);
    floe_view_push_strict(self->L, meta, "the params of naming.layer_prefix");
    lua_setglobal(self->L, "params");
    holds(state, "return params.ratio == 0.5 and params.nothing == nil");
    raises(state, "return params.ration",
           "the params of naming.layer_prefix have no field 'ration'; did you mean 'ratio'?");
}

static void nothing_can_be_written(void **state) {
    raises(state, "model.name = 'x'", "facts are read-only");
    raises(state, "model.meta.new = 1", "facts are read-only");
    raises(state, "rawset(model, 'name', 'x')", "table expected");
    raises(state, "table.insert(model.tags, 'x')", "facts are read-only");
    raises(state, "setmetatable(model, {})", "table expected");
    holds(state, "return getmetatable(model) == false");
}

static void texts_of_views_show_no_address(void **state) {
    holds(state, "return tostring(model) == \"model 'stg_orders'\" and tostring(model.meta) == 'object'"
                 " and tostring(model.tags) == 'array' and tostring(model.columns.id) == \"column 'id'\"");
}

/* The metamethods are reached here as no script reaches them, through the debug library. */
static void metamethods_refuse_what_is_no_view(void **state) {
    raises(state, "return debug.getmetatable(model).__index({}, 'name')", "a fact expected");
    raises(state, "return debug.getmetatable(model).__index(io.stdout, 'name')", "a fact expected");
    raises(state, "return debug.getmetatable(model).__len(1)", "a fact expected");
    raises(state, "return debug.getmetatable(model).__tostring(nil)", "a fact expected");
    raises(state, "return debug.getmetatable(model).__pairs({})", "a fact expected");
    raises(state, "return pairs(model)({}, nil)", "a fact expected");
    raises(state, "return pairs(model)(model.tags, 99)", "a key of the fact expected");
    raises(state, "return pairs(model)(model, 'nokey')", "a key of the fact expected");
}

/* An allocator that has `left` allocations to give. */
static void *scarce(void *data, void *block, size_t old, size_t size) {
    long *left = data;
    if (!size) {
        free(block);
        return NULL;
    }
    bool grows = !block || size > old;
    if (grows && *left >= 0 && (*left)-- == 0) {
        *left = 0;
        return NULL;
    }
    return realloc(block, size);
}

static int use_views(lua_State *L) {
    floe_view_open(L);
    floe_view_push(L, lua_touserdata(L, 1));
    lua_getfield(L, -1, "columns");
    lua_getfield(L, -1, "id");
    lua_getfield(L, -1, "node");
    luaL_tolstring(L, -1, NULL);
    floe_view_keep(L, -2);
    floe_view_forget(L);
    return 0;
}

static void every_failed_allocation_is_an_error_and_nothing_more(void **state) {
    world *self = *state;
    for (long allocations = 0; allocations < 1000; allocations++) {
        long left = -1;
        lua_State *L = lua_newstate(scarce, &left);
        lua_pushcfunction(L, use_views);
        lua_pushlightuserdata(L, &self->facts->root);
        left = allocations;
        int result = lua_pcall(L, 1, 0, 0);
        left = -1;
        lua_close(L);
        if (result == LUA_OK) {
            assert_true(allocations > 5);
            return;
        }
        assert_int_equal(LUA_ERRMEM, result);
    }
    fail_msg("views never had enough memory");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(values_keep_their_type_and_64_bits),
        TEST(absent_and_null_are_nil),
        TEST(arrays_have_lengths_and_are_walked_in_order),
        TEST(objects_are_walked_in_the_order_written_without_nulls),
        TEST(one_fact_is_one_userdata_until_forgotten),
        TEST(views_of_the_same_container_are_equal),
        TEST(a_kept_view_survives_forgetting),
        TEST(empty_containers_are_told_apart_by_their_place),
        TEST(a_record_refuses_unknown_fields_with_a_suggestion),
        TEST(a_strict_object_refuses_unknown_keys),
        TEST(nothing_can_be_written),
        TEST(texts_of_views_show_no_address),
        TEST(metamethods_refuse_what_is_no_view),
        TEST(every_failed_allocation_is_an_error_and_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
