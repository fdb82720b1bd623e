/* host.files: files, folders and paths. */
#include "bind.h"

#include "base/append.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/lock.h"
#include "base/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WAIT = 7 * 24 * 60 * 60 };

/* Pushes the malloc'd text that a path function made. `owner`, made before it, frees it also where pushing
 * raises. */
static int push_path(lua_State *L, void **owner, int result, char *path, const floe_error *error) {
    if (result) {
        return floe_bind_failure(L, error);
    }
    *owner = path;
    lua_pushstring(L, path);
    free(path);
    *owner = NULL;
    return 1;
}

/* A path as an argument: a string without a NUL byte. */
static const char *check_path(lua_State *L, int index) {
    size_t length;
    const char *path = luaL_checklstring(L, index, &length);
    luaL_argcheck(L, strlen(path) == length, index, "a path without a NUL byte expected");
    return path;
}

/* read(path, limit?) → text. */
static int files_read(lua_State *L) {
    const char *path = check_path(L, 1);
    lua_Integer limit = lua_isnoneornil(L, 2) ? 0 : floe_bind_integer(L, 2, 1, FLOE_FILE_LIMIT);
    void **owner = floe_bind_owner(L, free);
    char *text;
    size_t size;
    floe_error error;
    if (floe_file_read(&text, &size, path, (size_t)limit, &error)) {
        return floe_bind_failure(L, &error);
    }
    *owner = text;
    lua_pushlstring(L, text, size);
    free(text);
    *owner = NULL;
    return 1;
}

static int written(lua_State *L, int (*write)(const char *, const char *, size_t, floe_error *)) {
    const char *path = check_path(L, 1);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    floe_error error;
    if (write(path, text, size, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* write(path, text) → true; the file is as before where it fails. */
static int files_write(lua_State *L) {
    return written(L, floe_file_write);
}

/* write_private(path, text) → true; the same, and a file that is new is its owner's alone. */
static int files_write_private(lua_State *L) {
    return written(L, floe_file_write_private);
}

/* move(from, to) → true: over what is there, at once, within one file system. */
static int files_move(lua_State *L) {
    const char *from = check_path(L, 1), *to = check_path(L, 2);
    floe_error error;
    if (floe_file_move(from, to, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* append(path, text) → the file's size afterwards: whole lines, all of them or none. */
static int files_append(lua_State *L) {
    const char *path = check_path(L, 1);
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    luaL_argcheck(L, size && text[size - 1] == '\n', 2, "whole lines expected");
    uint64_t after;
    floe_error error;
    if (floe_append(&after, path, text, size, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushinteger(L, (lua_Integer)after);
    return 1;
}

/* take(path, to, least = 0) → whether it was moved: a file that lines are appended to, so that none is added
 * any more; one of fewer than `least` bytes stays. */
static int files_take(lua_State *L) {
    const char *path = check_path(L, 1), *to = check_path(L, 2);
    lua_Integer least = lua_isnoneornil(L, 3) ? 0 : floe_bind_integer(L, 3, 0, LUA_MAXINTEGER);
    bool taken;
    floe_error error;
    if (floe_append_take(&taken, path, to, (uint64_t)least, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, taken);
    return 1;
}

static int removed(lua_State *L, int result, const floe_error *error) {
    if (result) {
        return floe_bind_failure(L, error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* remove(path) → true: a file, a link or an empty folder; nothing there is fine. */
static int files_remove(lua_State *L) {
    floe_error error;
    return removed(L, floe_file_remove(check_path(L, 1), &error), &error);
}

/* remove_tree(path) → true: the same, with all that is in a folder. */
static int files_remove_tree(lua_State *L) {
    floe_error error;
    return removed(L, floe_folder_remove(check_path(L, 1), &error), &error);
}

#define LOCK "floe.lock"

/* lock(path, note, seconds?) → a lock, held until it is closed; or nil and an error, of code "conflict" with
 * the holder's note. Without `seconds` another one is not waited for; below 0 for as long as it takes. */
static int files_lock(lua_State *L) {
    const char *path = check_path(L, 1), *note = luaL_checkstring(L, 2);
    lua_Number seconds = luaL_optnumber(L, 3, 0);
    luaL_argcheck(L, seconds <= LONGEST_WAIT, 3, "at most a week expected");
    floe_lock **slot = lua_newuserdatauv(L, sizeof *slot, 0);
    *slot = NULL;
    luaL_setmetatable(L, LOCK);
    floe_error error;
    if (floe_lock_take(slot, path, note, seconds < 0 ? -1 : (int64_t)(seconds * 1000), &error)) {
        return floe_bind_failure(L, &error);
    }
    return 1;
}

const floe_lock *floe_bind_lock(lua_State *L, int index) {
    floe_lock **slot = luaL_checkudata(L, index, LOCK);
    luaL_argcheck(L, *slot, index, "the lock was given back");
    return *slot;
}

/* lock:close(); once more is fine. */
static int lock_close(lua_State *L) {
    floe_lock **slot = luaL_checkudata(L, 1, LOCK);
    floe_lock_release(*slot);
    *slot = NULL;
    return 0;
}

static void make_lock_type(lua_State *L) {
    static const luaL_Reg methods[] = {{"close", lock_close}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", lock_close}, {"__close", lock_close}, {NULL, NULL}};
    if (luaL_newmetatable(L, LOCK)) {
        luaL_setfuncs(L, meta, 0);
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
}

static int files_exists(lua_State *L) {
    lua_pushboolean(L, floe_file_kind_of(check_path(L, 1)) != FLOE_FILE_NONE);
    return 1;
}

static int files_is_dir(lua_State *L) {
    lua_pushboolean(L, floe_file_kind_of(check_path(L, 1)) == FLOE_FILE_FOLDER);
    return 1;
}

static int files_is_file(lua_State *L) {
    lua_pushboolean(L, floe_file_kind_of(check_path(L, 1)) == FLOE_FILE_REGULAR);
    return 1;
}

/* real(path) → the path with every link followed; nil where nothing is there. */
static int files_real(lua_State *L) {
    char real[PATH_MAX];
    if (floe_file_real(real, check_path(L, 1))) {
        lua_pushstring(L, real);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/* is_writable(path) → whether it is a file that may be written. */
static int files_is_writable(lua_State *L) {
    lua_pushboolean(L, floe_file_is_writable(check_path(L, 1)));
    return 1;
}

static void free_list(void *list) {
    floe_file_list_free(list);
    free(list);
}

/* Pushes the owner of an empty list. */
static floe_file_list *new_list(lua_State *L) {
    void **owner = floe_bind_owner(L, free_list);
    floe_file_list *list = calloc(1, sizeof *list);
    *owner = list;
    if (!list) {
        luaL_error(L, "out of memory");
    }
    return list;
}

/* status(path) → size, modified (nanoseconds since 1970) of a regular file; nil for what is none. */
static int files_status(lua_State *L) {
    uint64_t size;
    int64_t modified;
    if (!floe_file_status(&size, &modified, check_path(L, 1))) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)size);
    lua_pushinteger(L, (lua_Integer)modified);
    return 2;
}

/* list(dir) → names, sorted. */
static int files_list(lua_State *L) {
    const char *path = check_path(L, 1);
    floe_file_list *list = new_list(L);
    floe_error error;
    if (floe_folder_list(list, path, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, (int)list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        lua_pushstring(L, list->items[i].path);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* The option `skip` as an array that ends with NULL, owned by a userdata on the stack; NULL where it is not
 * given. */
static const char *const *skip_option(lua_State *L, int index) {
    if (lua_isnoneornil(L, index) || lua_getfield(L, index, "skip") == LUA_TNIL) {
        return NULL;
    }
    luaL_checktype(L, -1, LUA_TTABLE);
    size_t count = lua_rawlen(L, -1);
    const char **names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, -2, (lua_Integer)i + 1) != LUA_TSTRING) {
            luaL_error(L, "option 'skip' must be a list of strings");
        }
        names[i] = lua_tostring(L, -1); /* the list keeps it alive */
        lua_pop(L, 1);
    }
    names[count] = NULL;
    return names;
}

/* walk(dir, { skip =, max_bytes =, max_files = }) → { { path =, size =, modified = nanoseconds } … }, sorted,
 * relative to dir. */
static int files_walk(lua_State *L) {
    const char *path = check_path(L, 1);
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
    }
    floe_walk_options options = {
        .most_bytes = (uint64_t)floe_bind_integer_option(L, 2, "max_bytes", 0, LUA_MAXINTEGER, 0),
        .most_files = (size_t)floe_bind_integer_option(L, 2, "max_files", 0, LUA_MAXINTEGER, 0),
        .skip = skip_option(L, 2),
    };
    floe_file_list *list = new_list(L);
    floe_error error;
    if (floe_folder_walk(list, path, &options, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_createtable(L, (int)list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        lua_createtable(L, 0, 3);
        lua_pushstring(L, list->items[i].path);
        lua_setfield(L, -2, "path");
        lua_pushinteger(L, (lua_Integer)list->items[i].size);
        lua_setfield(L, -2, "size");
        lua_pushinteger(L, (lua_Integer)list->items[i].modified);
        lua_setfield(L, -2, "modified");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* mkdir(path) → true; folders above it are made too. */
static int files_mkdir(lua_State *L) {
    const char *path = check_path(L, 1);
    floe_error error;
    if (floe_folder_make(path, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* replace(path, with) → true: the folder `with` stands at `path` from now on, and what stood there at `with`.
 */
static int files_replace(lua_State *L) {
    const char *path = check_path(L, 1), *with = check_path(L, 2);
    floe_error error;
    if (floe_folder_replace(path, with, &error)) {
        return floe_bind_failure(L, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* One path in, one path out. */
static int map_path(lua_State *L, int (*function)(char **, const char *, floe_error *)) {
    const char *path = check_path(L, 1);
    void **owner = floe_bind_owner(L, free);
    char *out = NULL;
    floe_error error;
    int result = function(&out, path, &error);
    return push_path(L, owner, result, out, &error);
}

static int files_absolute(lua_State *L) {
    return map_path(L, floe_path_absolute);
}

static int files_normalize(lua_State *L) {
    return map_path(L, floe_path_normalize);
}

static int files_dirname(lua_State *L) {
    return map_path(L, floe_path_folder);
}

static int files_basename(lua_State *L) {
    return map_path(L, floe_path_name);
}

static int files_find_program(lua_State *L) {
    return map_path(L, floe_path_find_program);
}

static int files_cwd(lua_State *L) {
    void **owner = floe_bind_owner(L, free);
    char *out = NULL;
    floe_error error;
    int result = floe_path_absolute(&out, ".", &error);
    return push_path(L, owner, result, out, &error);
}

/* join(a, b, …): each part below the one before. */
static int files_join(lua_State *L) {
    int parts = lua_gettop(L);
    check_path(L, 1);
    for (int i = 2; i <= parts; i++) {
        const char *left = check_path(L, 1), *right = check_path(L, i);
        void **owner = floe_bind_owner(L, free);
        char *out = NULL;
        floe_error error;
        int result = floe_path_join(&out, left, right, &error);
        if (push_path(L, owner, result, out, &error) != 1) {
            return 2;
        }
        lua_replace(L, 1);
        lua_settop(L, parts);
    }
    lua_settop(L, 1);
    return 1;
}

/* relative(path, base) → how to get from the folder base to path. */
static int files_relative(lua_State *L) {
    const char *path = check_path(L, 1), *base = check_path(L, 2);
    void **owner = floe_bind_owner(L, free);
    char *out = NULL;
    floe_error error;
    int result = floe_path_relative(&out, path, base, &error);
    return push_path(L, owner, result, out, &error);
}

int luaopen_host_files(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"read", files_read},
        {"write", files_write},
        {"write_private", files_write_private},
        {"append", files_append},
        {"take", files_take},
        {"move", files_move},
        {"remove", files_remove},
        {"remove_tree", files_remove_tree},
        {"lock", files_lock},
        {"exists", files_exists},
        {"is_dir", files_is_dir},
        {"is_file", files_is_file},
        {"status", files_status},
        {"real", files_real},
        {"is_writable", files_is_writable},
        {"list", files_list},
        {"walk", files_walk},
        {"mkdir", files_mkdir},
        {"replace", files_replace},
        {"cwd", files_cwd},
        {"absolute", files_absolute},
        {"normalize", files_normalize},
        {"join", files_join},
        {"dirname", files_dirname},
        {"basename", files_basename},
        {"relative", files_relative},
        {"find_program", files_find_program},
        {NULL, NULL},
    };
    make_lock_type(L);
    luaL_newlib(L, functions);
    return 1;
}
