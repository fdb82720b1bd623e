/*
 * Python's two ways of filling a text with values: "%s" % value, and "{}".format(value).
 */
#include "base/buffer.h"
#include "jinja/run.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct filling {
    floe_jinja_run *run;
    floe_buffer buffer;
    const floe_jinja_doubt *doubt;
    const floe_jinja_arguments *arguments; /* of format() */
    size_t next;                           /* the next positional value */
    bool numbered;                         /* positions are given by number */
} filling;

/* How one value is to be written. */
typedef struct layout {
    char fill[5];
    char align; /* '<', '>', '^', '=', or 0 */
    char sign;  /* '+', ' ', or '-' */
    bool alternate, group_comma, group_underscore;
    int width, precision; /* -1: none */
    char type;            /* 0: none */
} layout;

enum { WIDEST = 100000 };

static void put(filling *out, const char *text, size_t length) {
    floe_buffer_append(&out->buffer, text, length);
}

static void fill(filling *out, const char *with, size_t count) {
    for (size_t i = 0; i < count; i++) {
        put(out, with, strlen(with));
    }
}

/* `prefix` is a sign and base before which "=" does not pad. */
static void pad(filling *out, const layout *spec, char align, const char *prefix, const char *text,
                size_t length) {
    size_t count = floe_jinja_count(text, length) + strlen(prefix);
    size_t room = spec->width > 0 && (size_t)spec->width > count ? (size_t)spec->width - count : 0;
    size_t before = align == '>' ? room : align == '^' ? room / 2 : 0;
    fill(out, spec->fill, before);
    put(out, prefix, strlen(prefix));
    if (align == '=') {
        fill(out, spec->fill, room);
    }
    put(out, text, length);
    if (align == '<' || align == '^') {
        fill(out, spec->fill, room - before);
    }
}

static int finish(filling *out, int result, floe_jinja_value *value) {
    if (!result && out->doubt) {
        *value = floe_jinja_doubtful(out->doubt);
    } else if (!result && out->buffer.failed) {
        result = floe_jinja_out_of_memory(out->run);
    } else if (!result) {
        result = floe_jinja_copy_text(out->run, out->buffer.data, out->buffer.size, value);
    }
    floe_buffer_free(&out->buffer);
    return result;
}

/* ---- numbers ---- */

/* Groups of three digits (four of other bases) before the point. */
static void group(char *text, size_t size, char separator, int each) {
    char copy[512];
    size_t digits = strspn(text, "0123456789abcdefABCDEF"), length = strlen(text), at = 0;
    if (length * 2 >= sizeof copy || length * 2 >= size) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        if (i && i < digits && (digits - i) % (size_t)each == 0) {
            copy[at++] = separator;
        }
        copy[at++] = text[i];
    }
    copy[at] = '\0';
    memcpy(text, copy, at + 1);
}

/* C's %g keeps no trailing zeros, as Python's; its exponents have two digits at least, too. */
static void real_digits(char *text, size_t size, const layout *spec, double number) {
    int precision = spec->precision < 0 ? 6 : spec->precision;
    if (isnan(number) || isinf(number)) {
        snprintf(text, size, "%s", isnan(number) ? "nan" : "inf");
        return;
    }
    if (!spec->type && spec->precision < 0) {
        floe_jinja_write_float(text, number);
        return;
    }
    char type = spec->type == '%' ? 'f' : spec->type ? spec->type : 'g';
    number = spec->type == '%' ? number * 100 : number;
    switch (type) {
    case 'e':
    case 'E':
        snprintf(text, size, spec->alternate ? "%#.*e" : "%.*e", precision, number);
        break;
    case 'f':
    case 'F':
        snprintf(text, size, spec->alternate ? "%#.*f" : "%.*f", precision, number);
        break;
    default:
        snprintf(text, size, spec->alternate ? "%#.*g" : "%.*g", precision, number);
        break;
    }
    for (char *c = text; *c; c++) {
        *c = *c == ',' ? '.' : *c; /* whatever the locale has for a point */
    }
    if (!spec->type && !strpbrk(text, ".en") && strlen(text) + 2 < size) {
        strcat(text, ".0");
    }
    if (spec->type == '%' && strlen(text) + 1 < size) {
        strcat(text, "%");
    }
}

static void write_real(filling *out, const layout *spec, double number) {
    char text[512], sign[2] = "";
    bool negative = signbit(number) && !isnan(number);
    sign[0] = negative ? '-' : spec->sign == '-' ? '\0' : spec->sign;
    real_digits(text, sizeof text, spec, fabs(number));
    if (spec->type == 'F' || spec->type == 'E' || spec->type == 'G') {
        for (char *c = text; *c; c++) {
            *c = (char)toupper((unsigned char)*c);
        }
    }
    if (spec->group_comma || spec->group_underscore) {
        group(text, sizeof text, spec->group_comma ? ',' : '_', 3);
    }
    pad(out, spec, spec->align ? spec->align : '>', sign, text, strlen(text));
}

static void binary_digits(char *text, uint64_t number) {
    char digits[65];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + (number & 1));
        number >>= 1;
    } while (number);
    for (size_t i = 0; i < count; i++) {
        text[i] = digits[count - 1 - i];
    }
    text[count] = '\0';
}

static void write_whole(filling *out, const layout *spec, int64_t number) {
    char text[256], prefix[4] = "";
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    const char *base = "";
    size_t at = 0;
    if (spec->type == 'x' || spec->type == 'X' || spec->type == 'o') {
        bool octal = spec->type == 'o';
        snprintf(text, sizeof text, octal ? "%" PRIo64 : spec->type == 'x' ? "%" PRIx64 : "%" PRIX64, size);
        base = spec->type == 'x' ? "0x" : spec->type == 'X' ? "0X" : "0o";
    } else if (spec->type == 'b') {
        binary_digits(text, size);
        base = "0b";
    } else {
        snprintf(text, sizeof text, "%" PRIu64, size);
    }
    if (spec->group_comma || spec->group_underscore) {
        group(text, sizeof text, spec->group_comma ? ',' : '_', *base ? 4 : 3);
    }
    if (number < 0 || spec->sign != '-') {
        prefix[at++] = number < 0 ? '-' : spec->sign;
    }
    strcpy(prefix + at, spec->alternate ? base : "");
    pad(out, spec, spec->align ? spec->align : '>', prefix, text, strlen(text));
}

/* ---- "…" % values ---- */

typedef struct percent {
    filling out;
    const floe_jinja_value *values;
    const floe_jinja_value *single; /* the value itself, where it is no tuple */
    bool mapped;
} percent;

static int next_value(percent *self, floe_jinja_value *value) {
    filling *out = &self->out;
    if (self->single) {
        *value = *self->single;
        return out->next++ ? floe_jinja_fail(out->run, FLOE_INVALID, "not enough arguments for format string")
                           : 0;
    }
    const floe_jinja_sequence *items = self->values->sequence;
    if (out->next >= items->count) {
        if (items->doubt) {
            *value = floe_jinja_doubtful(items->doubt);
            return 0;
        }
        return floe_jinja_fail(out->run, FLOE_INVALID, "not enough arguments for format string");
    }
    *value = items->items[out->next++];
    return 0;
}

static int write_text(filling *out, const layout *spec, const floe_jinja_value *value, char how) {
    floe_jinja_value text;
    int result =
        how == 's' ? floe_jinja_text_of(out->run, value, &text) : floe_jinja_repr(out->run, value, &text);
    if (result) {
        return result;
    }
    if (text.type == FLOE_JINJA_IS_UNKNOWN) {
        out->doubt = out->doubt ? out->doubt : text.doubt;
        return 0;
    }
    size_t length = text.length;
    if (spec->precision >= 0) {
        length = floe_jinja_offset(text.string, length, (size_t)spec->precision);
    }
    pad(out, spec, spec->align ? spec->align : '<', "", text.string, length);
    return 0;
}

static int write_percent(percent *self, layout *spec, const floe_jinja_value *value) {
    filling *out = &self->out;
    floe_jinja_run *run = out->run;
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        out->doubt = out->doubt ? out->doubt : value->doubt;
        return 0;
    }
    char type = spec->type;
    if (type == 's' || type == 'r' || type == 'a') {
        spec->align = spec->align == '<' ? '<' : '>';
        strcpy(spec->fill, " ");
        return write_text(out, spec, value, type == 's' ? 's' : 'r');
    }
    if (type == 'c' && value->type == FLOE_JINJA_IS_STRING) {
        spec->align = spec->align == '<' ? '<' : '>';
        return write_text(out, spec, value, 's');
    }
    if (!floe_jinja_is_number(value)) {
        return floe_jinja_fail(run, FLOE_INVALID, "%%%c format: a real number is required, not %s", type,
                               floe_jinja_type_name(value));
    }
    if (type == 'd' || type == 'i' || type == 'u') {
        double real = floe_jinja_real(value);
        if (!floe_jinja_is_whole(value) && !(fabs(real) < 9e18)) {
            *spec = (layout){0};
            return floe_jinja_fail(run, FLOE_INVALID, "the number is too large for %%%c", type);
        }
        spec->type = 'd';
        write_whole(out, spec, floe_jinja_is_whole(value) ? floe_jinja_whole(value) : (int64_t)real);
        return 0;
    }
    if (type == 'x' || type == 'X' || type == 'o' || type == 'c') {
        if (!floe_jinja_is_whole(value) || type == 'c') {
            return floe_jinja_fail(run, FLOE_INVALID, "%%%c format: an integer is required, not %s", type,
                                   floe_jinja_type_name(value));
        }
        write_whole(out, spec, floe_jinja_whole(value));
        return 0;
    }
    write_real(out, spec, floe_jinja_real(value));
    return 0;
}

static int read_number(percent *self, const char **at, const char *end, int *number) {
    floe_jinja_value value;
    *number = 0;
    if (*at < end && **at == '*') {
        int result = next_value(self, &value);
        ++*at;
        if (!result && !floe_jinja_is_whole(&value)) {
            return floe_jinja_fail(self->out.run, FLOE_INVALID, "* wants int");
        }
        *number = result ? 0 : (int)floe_jinja_whole(&value);
        return result;
    }
    while (*at < end && isdigit((unsigned char)**at) && *number < WIDEST) {
        *number = *number * 10 + (*(*at)++ - '0');
    }
    return 0;
}

/* `%(name)` looks a name up in the dict. */
static int mapped_value(percent *self, const char **at, const char *end, floe_jinja_value *value) {
    const char *close = memchr(*at, ')', (size_t)(end - *at));
    floe_jinja_run *run = self->out.run;
    if (!close || !self->single || self->single->type != FLOE_JINJA_IS_DICT) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               close ? "format requires a mapping" : "incomplete format key");
    }
    const floe_jinja_value *found = floe_jinja_get_text(self->single, *at, (size_t)(close - *at));
    self->mapped = true;
    if (!found && !self->single->dict->doubt) {
        return floe_jinja_fail(run, FLOE_INVALID, "the format names '%.*s', which the dict does not have",
                               (int)(close - *at), *at);
    }
    *value = found ? *found : floe_jinja_doubtful(self->single->dict->doubt);
    *at = close + 1;
    return 0;
}

static int one_percent(percent *self, const char **at, const char *end) {
    layout spec = {.fill = " ", .sign = '-', .precision = -1};
    floe_jinja_value value = {.type = FLOE_JINJA_IS_ABSENT};
    floe_jinja_run *run = self->out.run;
    int result = 0;
    if (*at < end && **at == '(') {
        ++*at;
        result = mapped_value(self, at, end, &value);
    }
    for (; *at < end && strchr("-+ #0", **at) && **at && !result; ++*at) {
        char flag = **at;
        spec.align = flag == '-' ? '<' : flag == '0' && !spec.align ? '=' : spec.align;
        spec.sign = flag == '+' || (flag == ' ' && spec.sign == '-') ? flag : spec.sign;
        spec.alternate |= flag == '#';
        if (flag == '0') {
            strcpy(spec.fill, "0");
        }
    }
    if (spec.align == '<') {
        strcpy(spec.fill, " ");
    }
    result = result ? result : read_number(self, at, end, &spec.width);
    if (!result && *at < end && **at == '.') {
        ++*at;
        result = read_number(self, at, end, &spec.precision);
    }
    while (*at < end && (**at == 'l' || **at == 'h' || **at == 'L')) {
        ++*at;
    }
    if (result || *at == end) {
        return result ? result : floe_jinja_fail(run, FLOE_INVALID, "incomplete format");
    }
    if (spec.width >= WIDEST || spec.precision > 200) {
        return floe_jinja_fail(run, FLOE_LIMIT, "the format asks for too many characters");
    }
    spec.type = *(*at)++;
    if (spec.type == '%') {
        put(&self->out, "%", 1);
        return 0;
    }
    if (!strchr("diouxXeEfFgGcrsa", spec.type)) {
        return floe_jinja_fail(run, FLOE_INVALID, "unsupported format character '%c'", spec.type);
    }
    if (value.type == FLOE_JINJA_IS_ABSENT) {
        result = next_value(self, &value);
    }
    return result ? result : write_percent(self, &spec, &value);
}

int floe_jinja_percent(floe_jinja_run *run, const floe_jinja_value *format, const floe_jinja_value *values,
                       floe_jinja_value *out) {
    percent self = {.out = {.run = run}, .values = values};
    const char *at = format->string, *end = at + format->length;
    int result = 0;
    self.single = values->type == FLOE_JINJA_IS_TUPLE ? NULL : values;
    while (at < end && !result) {
        const char *sign = memchr(at, '%', (size_t)(end - at));
        put(&self.out, at, (size_t)((sign ? sign : end) - at));
        at = sign ? sign + 1 : end;
        result = sign ? one_percent(&self, &at, end) : 0;
    }
    bool container = values->type == FLOE_JINJA_IS_DICT || values->type == FLOE_JINJA_IS_LIST ||
                     values->type == FLOE_JINJA_IS_UNDEFINED;
    size_t given = self.single ? !container : values->sequence->count;
    if (!result && !self.mapped && self.out.next < given && !self.out.doubt) {
        result = floe_jinja_fail(run, FLOE_INVALID, "not all arguments converted during string formatting");
    }
    return finish(&self.out, result, out);
}

/* ---- "…".format(values) ---- */

static int read_spec(floe_jinja_run *run, const char *text, size_t length, layout *out) {
    const char *at = text, *end = text + length;
    size_t first = length ? floe_jinja_character(text, length) : 0;
    *out = (layout){.fill = " ", .sign = '-', .precision = -1};
    if (first && first < length && strchr("<>=^", text[first]) && text[first]) {
        memcpy(out->fill, text, first);
        out->fill[first] = '\0';
        out->align = text[first];
        at += first + 1;
    } else if (length && strchr("<>=^", *at) && *at) {
        out->align = *at++;
    }
    if (at < end && (*at == '+' || *at == '-' || *at == ' ')) {
        out->sign = *at++;
    }
    if (at < end && *at == '#') {
        out->alternate = true;
        at++;
    }
    if (at < end && *at == '0') {
        if (!out->align) {
            strcpy(out->fill, "0");
            out->align = '=';
        }
        at++;
    }
    while (at < end && isdigit((unsigned char)*at) && out->width < WIDEST) {
        out->width = out->width * 10 + (*at++ - '0');
    }
    if (at < end && (*at == ',' || *at == '_')) {
        out->group_comma = *at == ',';
        out->group_underscore = *at++ == '_';
    }
    if (at + 1 < end && *at == '.' && isdigit((unsigned char)at[1])) {
        out->precision = 0;
        for (at++; at < end && isdigit((unsigned char)*at) && out->precision < WIDEST; at++) {
            out->precision = out->precision * 10 + (*at - '0');
        }
    }
    if (at < end) {
        out->type = *at++;
    }
    if (at != end) {
        return floe_jinja_fail(run, FLOE_INVALID, "invalid format specifier '%.*s'", (int)length, text);
    }
    if (out->width >= WIDEST) {
        return floe_jinja_fail(run, FLOE_LIMIT, "the format asks for too many characters");
    }
    return 0;
}

static int wrong_type(filling *out, const layout *spec, const floe_jinja_value *value) {
    return floe_jinja_fail(out->run, FLOE_INVALID, "unknown format code '%c' for object of type '%s'",
                           spec->type, floe_jinja_type_name(value));
}

static int write_formatted(filling *out, layout *spec, const floe_jinja_value *value, bool plain) {
    bool whole = floe_jinja_is_whole(value);
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        out->doubt = out->doubt ? out->doubt : value->doubt;
        return 0;
    }
    if (plain) {
        return write_text(out, spec, value, 's');
    }
    if (spec->precision > 200) {
        return floe_jinja_fail(out->run, FLOE_LIMIT, "the format asks for too many digits");
    }
    if (whole && (!spec->type || strchr("dxXobn", spec->type))) {
        if (spec->precision >= 0) {
            return floe_jinja_fail(out->run, FLOE_INVALID,
                                   "precision not allowed in integer format specifier");
        }
        write_whole(out, spec, floe_jinja_whole(value));
        return 0;
    }
    if (value->type == FLOE_JINJA_IS_NUMBER || whole) {
        if (spec->type && !strchr("eEfFgGn%", spec->type)) {
            return wrong_type(out, spec, value);
        }
        write_real(out, spec, floe_jinja_real(value));
        return 0;
    }
    if (value->type == FLOE_JINJA_IS_STRING) {
        return spec->type && spec->type != 's' ? wrong_type(out, spec, value)
                                               : write_text(out, spec, value, 's');
    }
    return floe_jinja_fail(out->run, FLOE_INVALID, "unsupported format string passed to %s.__format__",
                           floe_jinja_type_name(value));
}

static int argument_named(filling *out, const char *name, size_t length, floe_jinja_value *value) {
    const floe_jinja_arguments *arguments = out->arguments;
    bool digits = length > 0 && length < 9;
    for (size_t i = 0; i < length; i++) {
        digits &= name[i] >= '0' && name[i] <= '9';
    }
    if (!length || digits) {
        size_t at = length ? (size_t)strtoul(name, NULL, 10) : out->next++;
        if ((length ? out->next : (size_t)out->numbered) > 0) {
            return floe_jinja_fail(out->run, FLOE_INVALID,
                                   "cannot switch between automatic and manual field numbering");
        }
        out->numbered |= length > 0;
        if (at < arguments->count) {
            *value = arguments->items[at];
            return 0;
        }
    }
    for (size_t i = 0; i < arguments->named_count && length && !digits; i++) {
        if (floe_jinja_text_is(arguments->keywords[i], name, length)) {
            *value = arguments->named[i];
            return 0;
        }
    }
    if (arguments->doubt) {
        *value = floe_jinja_doubtful(arguments->doubt);
        return 0;
    }
    return floe_jinja_fail(out->run, FLOE_INVALID, "format() has no value for '{%.*s}'", (int)length, name);
}

/* name.attribute[item]… */
static int field_value(filling *out, const char *text, size_t length, floe_jinja_value *value) {
    size_t at = 0;
    while (at < length && text[at] != '.' && text[at] != '[') {
        at++;
    }
    int result = argument_named(out, text, at, value);
    while (at < length && !result) {
        floe_jinja_value outer = *value;
        size_t start = at + 1;
        bool item = text[at] == '[';
        at = start;
        while (at < length && (item ? text[at] != ']' : text[at] != '.' && text[at] != '[')) {
            at++;
        }
        floe_jinja_text name = {text + start, (uint32_t)(at - start)};
        floe_jinja_value key = floe_jinja_of_text(name);
        if (item && name.length && name.length < 9 && strspn(name.text, "0123456789") >= name.length) {
            key = floe_jinja_integer(strtol(name.text, NULL, 10));
        }
        result = item ? floe_jinja_item(out->run, &outer, &key, value)
                      : floe_jinja_attribute(out->run, &outer, name, value);
        at += item && at < length;
    }
    return result;
}

/* The specification may hold fields of its own: {:{width}}. */
static int expand_spec(filling *out, const char *text, size_t length, floe_jinja_value *spec) {
    filling inner = {
        .run = out->run, .arguments = out->arguments, .next = out->next, .numbered = out->numbered};
    int result = 0;
    for (size_t i = 0; i < length && !result; i++) {
        const char *close = text[i] == '{' ? memchr(text + i, '}', length - i) : NULL;
        floe_jinja_value value, written;
        if (!close) {
            put(&inner, text + i, 1);
            continue;
        }
        result = field_value(&inner, text + i + 1, (size_t)(close - text) - i - 1, &value);
        result = result ? result : floe_jinja_text_of(out->run, &value, &written);
        if (!result && written.type == FLOE_JINJA_IS_UNKNOWN) {
            inner.doubt = written.doubt;
        } else if (!result) {
            put(&inner, written.string, written.length);
        }
        i = (size_t)(close - text);
    }
    out->next = inner.next;
    out->numbered = inner.numbered;
    return finish(&inner, result, spec);
}

static int one_field(filling *out, const char *text, size_t length) {
    size_t name = 0;
    floe_jinja_value value, made = floe_jinja_string("", 0);
    char conversion = 0;
    layout spec;
    unsigned open = 0;
    while (name < length && ((text[name] != ':' && text[name] != '!') || open)) {
        open += text[name] == '[';
        open -= text[name] == ']' && open;
        name++;
    }
    int result = field_value(out, text, name, &value);
    if (!result && name + 1 < length && text[name] == '!') {
        conversion = text[name + 1];
        name += 2;
        result = conversion == 's' ? floe_jinja_text_of(out->run, &value, &value)
                                   : floe_jinja_repr(out->run, &value, &value);
    }
    bool plain = name >= length || name + 1 == length;
    if (!result && name < length) {
        result = expand_spec(out, text + name + 1, length - name - 1, &made);
    }
    if (result || made.type == FLOE_JINJA_IS_UNKNOWN) {
        out->doubt = result || out->doubt ? out->doubt : made.doubt;
        return result;
    }
    result = read_spec(out->run, made.string, made.length, &spec);
    return result ? result : write_formatted(out, &spec, &value, plain);
}

/* Where the field that begins at `at` ends: its "}", fields within it passed over. */
static const char *field_end(const char *at, const char *end) {
    unsigned open = 0;
    for (; at < end; at++) {
        if (*at == '{') {
            open++;
        } else if (*at == '}' && open-- == 0) {
            return at;
        }
    }
    return NULL;
}

int floe_jinja_format(floe_jinja_run *run, const floe_jinja_value *format,
                      const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    filling self = {.run = run, .arguments = arguments};
    const char *at = format->string, *end = at + format->length;
    int result = 0;
    while (at < end && !result) {
        bool twice = at + 1 < end && at[1] == *at;
        if ((*at == '{' || *at == '}') && twice) {
            put(&self, at, 1);
            at += 2;
        } else if (*at == '}') {
            result = floe_jinja_fail(run, FLOE_INVALID, "Single '}' encountered in format string");
        } else if (*at == '{') {
            const char *close = field_end(at + 1, end);
            result = close ? one_field(&self, at + 1, (size_t)(close - at - 1))
                           : floe_jinja_fail(run, FLOE_INVALID, "expected '}' before end of string");
            at = close ? close + 1 : end;
        } else {
            put(&self, at++, 1);
        }
    }
    return finish(&self, result, out);
}
