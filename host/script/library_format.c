/*
 * string.format: Lua's conversions but %p, which shows addresses. A conversion is at most 99 wide and 99
 * digits precise. %s writes what tostring gives.
 */
#include "library.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SPECIFICATION = 32, NUMBER = 512 };

/* One conversion as C's printf takes it: "%-8.3f". */
typedef struct conversion {
    char text[SPECIFICATION];
    size_t length;
    bool has_precision;
    bool plain;     /* nothing between '%' and the letter */
    bool malformed; /* too many digits, or something out of place */
} conversion;

static size_t count_digits(const char *at) {
    size_t count = strspn(at, "0123456789");
    return count < 2 ? count : 2;
}

/* Reads what stands between '%' and the letter, and gives the letter's place. Beyond two digits of width, a
 * point and two digits of precision there is something that no conversion allows. */
static const char *read_conversion(lua_State *L, const char *at, conversion *to) {
    size_t span = strspn(at, "-+ #.0123456789");
    if (span > SPECIFICATION - 6) {
        luaL_error(L, "invalid format string to 'format'");
    }
    *to = (conversion){.text = "%", .length = span + 1, .plain = span == 0};
    memcpy(to->text + 1, at, span);
    size_t length = strspn(at, "-+ #0");
    length += count_digits(at + length);
    if (at[length] == '.') {
        to->has_precision = true;
        length += 1 + count_digits(at + length + 1);
    }
    to->malformed = length != span;
    return at + span;
}

static int refuse_conversion(lua_State *L, const char *problem, const char *from, const char *letter) {
    lua_pushlstring(L, from, (size_t)(letter - from) + (*letter != '\0'));
    return luaL_error(L, problem, lua_tostring(L, -1));
}

/* Whether the conversion has only these flags, and a precision only where there may be one. */
static bool allows(const conversion *what, const char *flags, bool precision) {
    for (size_t i = 1; i < what->length && strchr("-+ #0", what->text[i]); i++) {
        if (!strchr(flags, what->text[i])) {
            return false;
        }
    }
    return !what->malformed && (precision || !what->has_precision);
}

static void finish(conversion *what, const char *letters) {
    size_t length = strlen(letters);
    memcpy(what->text + what->length, letters, length + 1);
}

/* The formats are checked above: a '%', known flags, at most two digits twice, and the letter. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void add_integer(lua_State *L, floe_text *out, conversion *what, int argument, char letter) {
    char buffer[NUMBER];
    const char letters[] = {'l', 'l', letter, '\0'};
    finish(what, letters);
    int size = snprintf(buffer, sizeof buffer, what->text, (long long)luaL_checkinteger(L, argument));
    floe_text_add(out, buffer, (size_t)size);
}

static void add_float(lua_State *L, floe_text *out, conversion *what, int argument, char letter) {
    char buffer[NUMBER];
    const char letters[] = {letter, '\0'};
    finish(what, letters);
    int size = snprintf(buffer, sizeof buffer, what->text, luaL_checknumber(L, argument));
    floe_text_add(out, buffer, (size_t)size);
}

static void add_character(lua_State *L, floe_text *out, conversion *what, int argument) {
    char buffer[NUMBER];
    finish(what, "c");
    int size = snprintf(buffer, sizeof buffer, what->text, (int)luaL_checkinteger(L, argument));
    floe_text_add(out, buffer, (size_t)size);
}

static void add_text(lua_State *L, floe_text *out, conversion *what, int argument) {
    size_t size;
    luaL_checkany(L, argument);
    const char *text = floe_push_text(L, argument, &size);
    if (what->plain || (!what->has_precision && size >= 100)) {
        floe_text_add(out, text, size);
    } else {
        char buffer[NUMBER];
        luaL_argcheck(L, strlen(text) == size, argument, "string contains zeros");
        finish(what, "s");
        int length = snprintf(buffer, sizeof buffer, what->text, text);
        floe_text_add(out, buffer, (size_t)length);
    }
    lua_pop(L, 1);
}

#pragma GCC diagnostic pop

static void add_quoted_text(floe_text *out, const char *text, size_t size) {
    floe_text_add(out, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        char buffer[8];
        if (byte == '"' || byte == '\\' || byte == '\n') {
            floe_text_add(out, "\\", 1);
            floe_text_add(out, text + i, 1);
        } else if (byte < ' ' || byte == 0x7F) {
            bool digit = i + 1 < size && text[i + 1] >= '0' && text[i + 1] <= '9';
            int length = snprintf(buffer, sizeof buffer, digit ? "\\%03d" : "\\%d", byte);
            floe_text_add(out, buffer, (size_t)length);
        } else {
            floe_text_add(out, text + i, 1);
        }
    }
    floe_text_add(out, "\"", 1);
}

static void add_quoted_float(floe_text *out, double number) {
    char buffer[64];
    int size;
    if (isnan(number)) {
        size = snprintf(buffer, sizeof buffer, "(0/0)");
    } else if (isinf(number)) {
        size = snprintf(buffer, sizeof buffer, number > 0 ? "1e9999" : "-1e9999");
    } else {
        size = snprintf(buffer, sizeof buffer, "%a", number);
    }
    floe_text_add(out, buffer, (size_t)size);
}

/* A literal that Lua reads back as the same value. */
static void add_quoted(lua_State *L, floe_text *out, int argument) {
    size_t size;
    const char *text;
    switch (lua_type(L, argument)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, argument, &size);
        add_quoted_text(out, text, size);
        break;
    case LUA_TNUMBER:
        if (!lua_isinteger(L, argument)) {
            add_quoted_float(out, lua_tonumber(L, argument));
            break;
        }
        if (lua_tointeger(L, argument) == LUA_MININTEGER) {
            floe_text_add(out, "0x8000000000000000", 18);
            break;
        }
        /* fall through */
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        text = floe_push_text(L, argument, &size);
        floe_text_add(out, text, size);
        lua_pop(L, 1);
        break;
    default:
        luaL_argerror(L, argument, "value has no literal form");
    }
}

/* Writes the conversion whose specification starts at `from` and gives what follows it. */
static const char *convert(lua_State *L, floe_text *out, const char *from, int argument) {
    conversion what;
    const char *letter = read_conversion(L, from, &what);
    bool known = true;
    switch (*letter) {
    case 'c':
        known = allows(&what, "-", false);
        break;
    case 'd':
    case 'i':
        known = allows(&what, "-+ 0", true);
        break;
    case 'o':
    case 'x':
    case 'X':
        known = allows(&what, "-#0", true);
        break;
    case 's':
        known = allows(&what, "-", true);
        break;
    case 'q':
        if (!what.plain) {
            luaL_error(L, "specifier '%%q' cannot have modifiers");
        }
        break;
    default:
        if (!*letter || !strchr("aAeEfFgG", *letter)) {
            refuse_conversion(L, "invalid conversion '%%%s' to 'format'", from, letter);
        }
        known = allows(&what, "-+ #0", true);
    }
    if (!known) {
        refuse_conversion(L, "invalid conversion specification: '%%%s'", from, letter);
    }
    if (*letter == 'c') {
        add_character(L, out, &what, argument);
    } else if (*letter == 's') {
        add_text(L, out, &what, argument);
    } else if (*letter == 'q') {
        add_quoted(L, out, argument);
    } else if (strchr("dioxX", *letter)) {
        add_integer(L, out, &what, argument, *letter);
    } else {
        add_float(L, out, &what, argument, *letter);
    }
    return letter + 1;
}

int floe_string_format(lua_State *L) {
    size_t size;
    int count = lua_gettop(L);
    int argument = 1;
    const char *format = luaL_checklstring(L, 1, &size);
    const char *end = format + size;
    floe_text out;
    floe_text_start(&out, L);
    while (format < end) {
        const char *mark = memchr(format, '%', (size_t)(end - format));
        floe_text_add(&out, format, (size_t)((mark ? mark : end) - format));
        if (!mark) {
            break;
        }
        if (mark[1] == '%') {
            floe_text_add(&out, "%", 1);
            format = mark + 2;
            continue;
        }
        if (++argument > count) {
            return luaL_argerror(L, argument, "no value");
        }
        format = convert(L, &out, mark + 1, argument);
    }
    floe_text_push(&out);
    return 1;
}
