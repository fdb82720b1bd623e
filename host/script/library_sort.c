/*
 * Sorting: a merge sort, so that equal elements keep their order, the number of comparisons is bounded for
 * any comparison function (also one that contradicts itself), and the same input gives the same output.
 *
 * The elements are first copied to a table that no script can reach; what is sorted is a permutation of it.
 * A comparison function may thus do what it likes with the table it was called for.
 */
#include "library.h"
#include "sandbox.h"

#include <stdint.h>
#include <string.h>

enum { SORT_LIMIT = 1 << 24, RUN = 8 };

/* One sort: the elements at stack position `table`, and what compares two of them, pushed on top. */
typedef struct sorting {
    lua_State *L;
    floe_order before;
    int table;
    uint64_t comparisons;
} sorting;

bool floe_text_before(lua_State *L, int a, int b) {
    size_t a_size;
    size_t b_size;
    const char *one = lua_tolstring(L, a, &a_size);
    const char *other = lua_tolstring(L, b, &b_size);
    int order = memcmp(one, other, a_size < b_size ? a_size : b_size);
    return order < 0 || (order == 0 && a_size < b_size);
}

static bool element_before(sorting *sort, uint32_t a, uint32_t b) {
    lua_State *L = sort->L;
    if (++sort->comparisons % 64 == 0) {
        floe_sandbox_check(L);
    }
    lua_rawgeti(L, sort->table, a);
    lua_rawgeti(L, sort->table, b);
    int top = lua_gettop(L);
    bool before = sort->before(L, top - 1, top);
    lua_settop(L, top - 2);
    return before;
}

static void insert_run(sorting *sort, uint32_t *items, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        uint32_t item = items[i];
        uint32_t at = i;
        for (; at > 0 && element_before(sort, item, items[at - 1]); at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

/* Merges the sorted halves items[0..middle) and items[middle..count). */
static void merge(sorting *sort, uint32_t *items, uint32_t middle, uint32_t count, uint32_t *scratch) {
    if (!element_before(sort, items[middle], items[middle - 1])) {
        return;
    }
    memcpy(scratch, items, middle * sizeof *items);
    uint32_t left = 0;
    uint32_t right = middle;
    uint32_t out = 0;
    while (left < middle) {
        if (right < count && element_before(sort, items[right], scratch[left])) {
            items[out++] = items[right++];
        } else {
            items[out++] = scratch[left++];
        }
    }
}

static void sort_items(sorting *sort, uint32_t *items, uint32_t count, uint32_t *scratch) {
    for (uint32_t from = 0; from < count; from += RUN) {
        insert_run(sort, items + from, count - from < RUN ? count - from : RUN);
    }
    for (uint32_t width = RUN; width < count; width *= 2) {
        for (uint32_t from = 0; from + width < count; from += 2 * width) {
            uint32_t size = count - from < 2 * width ? count - from : 2 * width;
            merge(sort, items + from, width, size, scratch);
        }
    }
}

/* Pushes the order in which the elements 1..count of `table` stand when sorted. */
static uint32_t *push_order(lua_State *L, int table, uint32_t count, floe_order before) {
    uint32_t *items = lua_newuserdatauv(L, ((size_t)count + 1) * 2 * sizeof *items, 0);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = i + 1;
    }
    sorting sort = {.L = L, .before = before, .table = table};
    sort_items(&sort, items, count, items + count);
    floe_sandbox_spend(L, sort.comparisons);
    return items;
}

void floe_sort_keys(lua_State *L, int table, floe_order before) {
    uint32_t count = (uint32_t)lua_rawlen(L, table);
    uint32_t *items = push_order(L, table, count, before);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, table, items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_replace(L, table);
    lua_settop(L, table);
}

static bool by_value(lua_State *L, int a, int b) {
    if (lua_type(L, a) == LUA_TSTRING && lua_type(L, b) == LUA_TSTRING) {
        return floe_text_before(L, a, b);
    }
    return lua_compare(L, a, b, LUA_OPLT);
}

/* By the function at 2 of the stack. */
static bool by_function(lua_State *L, int a, int b) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    return lua_toboolean(L, -1);
}

int floe_table_sort(lua_State *L) {
    floe_check_writable(L, 1);
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TFUNCTION);
    }
    lua_settop(L, 2);
    lua_Unsigned size = lua_rawlen(L, 1);
    luaL_argcheck(L, size < SORT_LIMIT, 1, "array too big");
    uint32_t count = (uint32_t)size;
    luaL_checkstack(L, 16, NULL);
    lua_createtable(L, (int)count, 0); /* 3: the elements */
    for (uint32_t i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        lua_rawseti(L, 3, i);
    }
    const uint32_t *order = push_order(L, 3, count, lua_isnil(L, 2) ? by_value : by_function);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, 3, order[i]);
        lua_rawseti(L, 1, (lua_Integer)i + 1);
    }
    return 0;
}
