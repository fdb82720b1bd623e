/*
 * Writes the table of files inside the binary (host/script/embedded.h) as C source.
 *
 *     embed OUTPUT ROOT [NAME=]PATH…
 *
 * Each PATH is below ROOT and is named by it, unless a NAME is given. Lua files are compiled as well, by the
 * Lua that floe is linked with and with their line numbers: compiling them at every start would take longer
 * than judging a small product does. Files below lua/ need no text beside that. OUTPUT is only touched when
 * it changes.
 */
#include <lauxlib.h>
#include <lua.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes {
    char *data;
    size_t size, capacity;
} bytes;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "embed: %s: %s\n", what, why);
    exit(1);
}

static void append(bytes *to, const void *data, size_t size) {
    if (to->size + size + 1 > to->capacity) {
        to->capacity = (to->size + size + 1) * 2;
        to->data = realloc(to->data, to->capacity);
        if (!to->data) {
            fail("output", "out of memory");
        }
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
    to->data[to->size] = '\0';
}

static bool read_file(bytes *out, const char *path) {
    FILE *file = fopen(path, "rb");
    char chunk[65536];
    size_t size;
    if (!file) {
        return false;
    }
    append(out, "", 0);
    while ((size = fread(chunk, 1, sizeof chunk, file)) > 0) {
        append(out, chunk, size);
    }
    return fclose(file) == 0;
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static int write_code(lua_State *L, const void *data, size_t size, void *out) {
    (void)L;
    append(out, data, size);
    return 0;
}

/* The code of a Lua file. Chunks of the standard library are named as modules ("="), others as files ("@").
 */
static void compile(bytes *code, const char *name, const bytes *text) {
    lua_State *L = luaL_newstate();
    if (!L) {
        fail(name, "out of memory");
    }
    lua_pushfstring(L, "%s%s", begins(name, "stdlib/") ? "=" : "@", name);
    if (luaL_loadbufferx(L, text->data, text->size, lua_tostring(L, -1), "t") != LUA_OK) {
        fail(name, lua_tostring(L, -1));
    }
    lua_dump(L, write_code, code, 0);
    lua_close(L);
}

/* One array of C, or nothing for no bytes. */
static void print_array(bytes *out, const char *kind, int number, const bytes *data) {
    static const char digits[] = "0123456789abcdef";
    char line[128];
    if (!data->size) {
        return;
    }
    append(out, line,
           (size_t)snprintf(line, sizeof line, "static const unsigned char %s%d[] = {", kind, number));
    for (size_t i = 0; i < data->size; i++) {
        unsigned char byte = (unsigned char)data->data[i];
        char cell[] = {'0', 'x', digits[byte >> 4], digits[byte & 15], ','};
        append(out, cell, sizeof cell);
    }
    append(out, "0};\n", 4);
}

static void print_row(bytes *out, const char *name, int number, const bytes *text, const bytes *code) {
    char row[1024], text_name[32] = "0", code_name[32] = "0";
    if (text->size) {
        snprintf(text_name, sizeof text_name, "(const char *)text%d", number);
    }
    if (code->size) {
        snprintf(code_name, sizeof code_name, "(const char *)code%d", number);
    }
    append(out, row,
           (size_t)snprintf(row, sizeof row, "    {\"%s\", %s, %zu, %s, %zu},\n", name, text_name, text->size,
                            code_name, code->size));
}

static void embed(const char *root, const char *argument, int number, bytes *arrays, bytes *rows) {
    const char *equals = strchr(argument, '=');
    const char *file = equals ? equals + 1 : argument;
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    char name[512], path[4096];
    snprintf(name, sizeof name, "%.*s", (int)length, argument);
    snprintf(path, sizeof path, file[0] == '/' ? "%s%s" : "%s/%s", file[0] == '/' ? "" : root, file);
    bytes text = {0}, code = {0};
    if (!read_file(&text, path)) {
        fail(path, "cannot read");
    }
    if (strlen(name) > 4 && strcmp(name + strlen(name) - 4, ".lua") == 0) {
        compile(&code, name, &text);
        text.size = begins(name, "lua/") ? 0 : text.size;
    }
    print_array(arrays, "text", number, &text);
    print_array(arrays, "code", number, &code);
    print_row(rows, name, number, &text, &code);
    free(text.data);
    free(code.data);
}

int main(int argc, char **argv) {
    bytes arrays = {0}, rows = {0}, before = {0};
    if (argc < 3) {
        fail("usage", "embed OUTPUT ROOT [NAME=]PATH…");
    }
    static const char opening[] =
        "/* Made from lua/, stdlib/ and policies/. */\n#include \"script/embedded.h\"\n\n";
    append(&arrays, opening, sizeof opening - 1);
    append(&rows, "", 0);
    for (int i = 3; i < argc; i++) {
        embed(argv[2], argv[i], i, &arrays, &rows);
    }
    const char head[] = "\nconst floe_embedded floe_embedded_files[] = {\n",
               tail[] = "    {0, 0, 0, 0, 0},\n};\n";
    append(&arrays, head, sizeof head - 1);
    append(&arrays, rows.data, rows.size);
    append(&arrays, tail, sizeof tail - 1);
    if (!read_file(&before, argv[1]) || before.size != arrays.size ||
        memcmp(before.data, arrays.data, arrays.size) != 0) {
        FILE *out = fopen(argv[1], "wb");
        if (!out || fwrite(arrays.data, 1, arrays.size, out) != arrays.size || fclose(out) != 0) {
            fail(argv[1], "cannot write");
        }
    }
    free(arrays.data);
    free(rows.data);
    free(before.data);
    return 0;
}
