/* Filters that make numbers, and JSON. */
#include "base/number.h"
#include "jinja/filter.h"

#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- reading numbers as int() and float() do ---- */

/* Digits with single underscores between them, without those; false where it is something else. */
static bool plain_digits(const char *text, size_t length, char *out, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_' && i && i + 1 < length && text[i - 1] != '_' && text[i + 1] != '_') {
            continue;
        }
        if (text[i] == '_' || count + 1 >= size) {
            return false;
        }
        out[count++] = text[i];
    }
    out[count] = '\0';
    return true;
}

/* 1: read; 0: no number; -1: one beyond 64 bits. */
static int read_whole(const floe_jinja_value *text, int base, int64_t *out) {
    char digits[128];
    floe_jinja_value none = floe_jinja_none(), bare;
    floe_jinja_strip(text, &none, true, true, &bare);
    if (!plain_digits(bare.string, bare.length, digits, sizeof digits)) {
        return 0;
    }
    const char *at = digits;
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    int prefix = at[0] == '0' ? (at[1] | 32) : 0;
    int meant = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 0;
    if (meant && (base == meant || base == 0)) {
        at += 2;
        base = meant;
    }
    base = base ? base : 10;
    uint64_t value = 0;
    bool large = false;
    if (!*at) {
        return 0;
    }
    for (; *at; at++) {
        int digit = *at >= '0' && *at <= '9'                 ? *at - '0'
                    : (*at | 32) >= 'a' && (*at | 32) <= 'z' ? (*at | 32) - 'a' + 10
                                                             : 99;
        if (digit >= base) {
            return 0;
        }
        large |= __builtin_mul_overflow(value, (uint64_t)base, &value);
        large |= __builtin_add_overflow(value, (uint64_t)digit, &value);
    }
    if (large || value > (uint64_t)INT64_MAX + negative) {
        return -1;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return 1;
}

static bool read_real(const floe_jinja_value *text, double *out) {
    char digits[400];
    floe_jinja_value none = floe_jinja_none(), bare;
    floe_jinja_strip(text, &none, true, true, &bare);
    if (!plain_digits(bare.string, bare.length, digits, sizeof digits) || !*digits) {
        return false;
    }
    const char *at = digits + (*digits == '-' || *digits == '+');
    double sign = *digits == '-' ? -1 : 1;
    if (strcasecmp(at, "inf") == 0 || strcasecmp(at, "infinity") == 0) {
        *out = sign * INFINITY;
        return true;
    }
    if (strcasecmp(at, "nan") == 0) {
        *out = NAN;
        return true;
    }
    size_t whole = strspn(at, "0123456789"), length = whole, fraction = 0;
    if (at[length] == '.') {
        fraction = strspn(at + length + 1, "0123456789");
        length += fraction + 1;
    }
    if (!whole && !fraction) {
        return false;
    }
    if ((at[length] | 32) == 'e') {
        size_t exponent = length + 1 + (at[length + 1] == '-' || at[length + 1] == '+');
        size_t more = strspn(at + exponent, "0123456789");
        length = more ? exponent + more : length;
    }
    if (at[length]) {
        return false;
    }
    if (!floe_number_double(out, at, length)) {
        *out = INFINITY;
    }
    *out *= sign;
    return true;
}

/* int() of a number; false for inf and nan. */
static int whole_of(floe_jinja_run *run, double number, floe_jinja_value *out) {
    if (fabs(number) < 9.2e18) {
        *out = floe_jinja_integer((int64_t)number);
    } else {
        *out = floe_jinja_unknown(run, "an integer of more than 64 bits");
    }
    return 0;
}

FILTER(int) {
    static const char *const parameters[] = {"default=", "base="};
    floe_jinja_value slots[2];
    int64_t whole;
    double real;
    bool done;
    int result = floe_jinja_filter_bind(run, "int", arguments, parameters, 2, slots, out, &done);
    if (result || done) {
        return result;
    }
    floe_jinja_value otherwise = slots[0].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_integer(0) : slots[0];
    int base = floe_jinja_is_whole(&slots[1]) ? (int)floe_jinja_whole(&slots[1]) : 10;
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, value);
    }
    *out = otherwise;
    if (floe_jinja_is_whole(value)) {
        *out = floe_jinja_integer(floe_jinja_whole(value));
    } else if (value->type == FLOE_JINJA_IS_NUMBER && isfinite(value->number)) {
        return whole_of(run, value->number, out);
    } else if (value->type == FLOE_JINJA_IS_STRING) {
        int read = base == 0 || (base >= 2 && base <= 36) ? read_whole(value, base, &whole) : 0;
        if (read) {
            *out = read > 0 ? floe_jinja_integer(whole)
                            : floe_jinja_unknown(run, "an integer of more than 64 bits");
        } else if (read_real(value, &real) && isfinite(real)) {
            return whole_of(run, real, out);
        }
    }
    return 0;
}

FILTER(float) {
    static const char *const parameters[] = {"default="};
    floe_jinja_value otherwise;
    double real;
    bool done;
    int result = floe_jinja_filter_bind(run, "float", arguments, parameters, 1, &otherwise, out, &done);
    if (result || done) {
        return result;
    }
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, value);
    }
    *out = otherwise.type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_number(0) : otherwise;
    if (floe_jinja_is_number(value)) {
        *out = floe_jinja_number(floe_jinja_real(value));
    } else if (value->type == FLOE_JINJA_IS_STRING && read_real(value, &real)) {
        *out = floe_jinja_number(real);
    }
    return 0;
}

static int want_number(floe_jinja_run *run, const char *filter, const floe_jinja_value *value) {
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        return floe_jinja_needs(run, value);
    }
    return floe_jinja_is_number(value) ? 0
                                       : floe_jinja_fail(run, FLOE_INVALID, "%s takes a number, not %s",
                                                         filter, floe_jinja_type_name(value));
}

FILTER(abs) {
    floe_jinja_value zero = floe_jinja_integer(0);
    TAKES_NOTHING;
    int result = want_number(run, "abs", value);
    if (result) {
        return result;
    }
    if (value->type == FLOE_JINJA_IS_NUMBER) {
        *out = floe_jinja_number(fabs(value->number));
        return 0;
    }
    *out = floe_jinja_integer(floe_jinja_whole(value));
    return out->integer < 0 ? floe_jinja_operate(run, FLOE_JINJA_SUBTRACT, &zero, value, out) : 0;
}

/* round() of Python: to the nearest decimal, as its digits are; ties to even. */
static double round_to(double number, int places) {
    char text[400];
    double result;
    if (places > 300 || !isfinite(number)) {
        return number;
    }
    if (places <= 0) {
        double scale = pow(10, -places);
        return nearbyint(number / scale) * scale;
    }
    int length = snprintf(text, sizeof text, "%.*f", places, number);
    for (int i = 0; i < length; i++) {
        text[i] = text[i] == ',' ? '.' : text[i];
    }
    return length > 0 && length < (int)sizeof text && floe_number_double(&result, text, (size_t)length)
               ? result
               : number;
}

FILTER(round) {
    static const char *const parameters[] = {"precision=", "method="};
    floe_jinja_value slots[2];
    bool done;
    int result = floe_jinja_filter_bind(run, "round", arguments, parameters, 2, slots, out, &done);
    result = result || done ? result : want_number(run, "round", value);
    if (result || done) {
        return result;
    }
    int64_t places = floe_jinja_is_whole(&slots[0]) ? floe_jinja_whole(&slots[0]) : 0;
    const char *method = slots[1].type == FLOE_JINJA_IS_STRING ? slots[1].string : "common";
    size_t length = slots[1].type == FLOE_JINJA_IS_STRING ? slots[1].length : 6;
    floe_jinja_text name = {method, (uint32_t)length};
    bool ceiling = floe_jinja_text_is(name, "ceil", 4), floors = floe_jinja_text_is(name, "floor", 5);
    if (!ceiling && !floors && !floe_jinja_text_is(name, "common", 6)) {
        return floe_jinja_fail(run, FLOE_INVALID, "method must be common, ceil or floor");
    }
    if (places > 300 || places < -300) {
        *out = floe_jinja_unknown(run, "a number rounded to %lld places", (long long)places);
        return 0;
    }
    if (ceiling || floors) {
        double scale = pow(10, (double)places), scaled = floe_jinja_real(value) * scale;
        *out = floe_jinja_number((ceiling ? ceil(scaled) : floor(scaled)) / scale);
    } else if (floe_jinja_is_whole(value) && places >= 0) {
        *out = floe_jinja_integer(floe_jinja_whole(value));
    } else if (floe_jinja_is_whole(value)) {
        *out = floe_jinja_integer((int64_t)round_to((double)floe_jinja_whole(value), (int)places));
    } else {
        *out = floe_jinja_number(round_to(value->number, (int)places));
    }
    return 0;
}

FILTER(filesizeformat) {
    static const char *const parameters[] = {"binary="};
    static const char *const decimal[] = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    static const char *const binary[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
    floe_jinja_value slot, number;
    bool done, twos;
    static const floe_jinja_arguments none = {0};
    int result = floe_jinja_filter_bind(run, "filesizeformat", arguments, parameters, 1, &slot, out, &done);
    result = result || done ? result : floe_jinja_flag(run, &slot, &twos);
    result = result || done ? result : floe_jinja_filter_float(run, value, &none, &number);
    if (result || done) {
        return result;
    }
    double bytes = number.number, base = twos ? 1024 : 1000, unit = base;
    if (bytes == 1) {
        *out = floe_jinja_string("1 Byte", 6);
        return 0;
    }
    if (bytes < base) {
        return floe_jinja_format_text(run, out, "%" PRId64 " Bytes", (int64_t)bytes);
    }
    for (int i = 0; i < 8; i++) {
        unit *= base;
        if (bytes < unit || i == 7) {
            return floe_jinja_format_text(run, out, "%.1f %s", base * bytes / unit,
                                          (twos ? binary : decimal)[i]);
        }
    }
    return 0;
}

/* ---- JSON ---- */

typedef struct json {
    floe_jinja_run *run;
    const floe_jinja_doubt *doubt;
    int indent;
    bool html;
    unsigned depth;
} json;

enum { DEEPEST = 60 };

static int put(json *self, const char *text) {
    return floe_jinja_write(self->run, text, strlen(text));
}

static int put_break(json *self) {
    int result = self->indent < 0 ? 0 : put(self, "\n");
    for (unsigned i = 0; self->indent > 0 && i < self->depth * (unsigned)self->indent && !result; i++) {
        result = put(self, " ");
    }
    return result;
}

static int put_code(json *self, uint32_t code) {
    char text[16];
    if (code >= 0x10000) {
        snprintf(text, sizeof text, "\\u%04x\\u%04x", 0xD800 + ((code - 0x10000) >> 10),
                 0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
        snprintf(text, sizeof text, "\\u%04x", code);
    }
    return put(self, text);
}

static int put_string(json *self, const char *text, size_t length) {
    static const unsigned char masks[] = {0, 0xFF, 0x1F, 0x0F, 0x07};
    int result = put(self, "\"");
    for (size_t i = 0; i < length && !result;) {
        size_t size = floe_jinja_character(text + i, length - i);
        uint32_t code = (unsigned char)text[i] & masks[size];
        for (size_t j = 1; j < size; j++) {
            code = code << 6 | ((unsigned char)text[i + j] & 0x3F);
        }
        const char *known = code == '"'    ? "\\\""
                            : code == '\\' ? "\\\\"
                            : code == '\n' ? "\\n"
                            : code == '\r' ? "\\r"
                            : code == '\t' ? "\\t"
                            : code == '\b' ? "\\b"
                            : code == '\f' ? "\\f"
                                           : NULL;
        bool escaped = code < 0x20 || code >= 0x7F + 1 || (self->html && strchr("<>&'", (int)code));
        result = known     ? put(self, known)
                 : escaped ? put_code(self, code)
                           : floe_jinja_write(self->run, text + i, size);
        i += size;
    }
    return result ? result : put(self, "\"");
}

static int put_json(json *self, const floe_jinja_value *value);

static int put_items(json *self, const floe_jinja_sequence *items) {
    int result = put(self, "[");
    self->doubt = self->doubt ? self->doubt : items->doubt;
    self->depth++;
    for (size_t i = 0; i < items->count && !result; i++) {
        result = i ? put(self, self->indent < 0 ? ", " : ",") : 0;
        result = result ? result : put_break(self);
        result = result ? result : put_json(self, &items->items[i]);
    }
    self->depth--;
    result = result || !items->count ? result : put_break(self);
    return result ? result : put(self, "]");
}

static int put_dict(json *self, const floe_jinja_value *value) {
    floe_jinja_value *keys = floe_jinja_alloc(self->run, (value->dict->count + 1) * sizeof *keys);
    size_t count = value->dict->count;
    if (!keys) {
        return FLOE_MEMORY;
    }
    memcpy(keys, value->dict->keys ? value->dict->keys : value, count * sizeof *keys);
    self->doubt = self->doubt ? self->doubt : value->dict->doubt;
    int result = floe_jinja_sort(self->run, keys, NULL, count, false, &self->doubt);
    result = result ? result : put(self, "{");
    self->depth++;
    for (size_t i = 0; i < count && !result; i++) {
        floe_jinja_value text = keys[i];
        if (text.type != FLOE_JINJA_IS_STRING) {
            floe_jinja_capture capture;
            floe_jinja_capture_open(self->run, &capture);
            result = put_json(self, &keys[i]);
            result = result ? result : floe_jinja_capture_close(self->run, &capture, &text);
        }
        if (result || text.type != FLOE_JINJA_IS_STRING) {
            break;
        }
        result = i ? put(self, self->indent < 0 ? ", " : ",") : 0;
        result = result ? result : put_break(self);
        result = result ? result : put_string(self, text.string, text.length);
        result = result ? result : put(self, ": ");
        result = result ? result : put_json(self, floe_jinja_get(value, &keys[i]));
    }
    self->depth--;
    result = result || !count ? result : put_break(self);
    return result ? result : put(self, "}");
}

static int put_json(json *self, const floe_jinja_value *value) {
    char text[48];
    int result = floe_jinja_step(self->run);
    if (result) {
        return result;
    }
    switch (value->type) {
    case FLOE_JINJA_IS_NONE:
        return put(self, "null");
    case FLOE_JINJA_IS_BOOLEAN:
        return put(self, value->boolean ? "true" : "false");
    case FLOE_JINJA_IS_INTEGER:
        snprintf(text, sizeof text, "%" PRId64, value->integer);
        return put(self, text);
    case FLOE_JINJA_IS_NUMBER:
        floe_jinja_write_float(text, value->number);
        return put(self, isnan(value->number)   ? "NaN"
                         : isinf(value->number) ? (value->number > 0 ? "Infinity" : "-Infinity")
                                                : text);
    case FLOE_JINJA_IS_STRING:
        return put_string(self, value->string, value->length);
    case FLOE_JINJA_IS_UNKNOWN:
        self->doubt = self->doubt ? self->doubt : value->doubt;
        return 0;
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_DICT:
        if (self->depth >= DEEPEST) {
            return floe_jinja_fail(self->run, FLOE_LIMIT, "the value is too deep for JSON, or holds itself");
        }
        return value->type == FLOE_JINJA_IS_DICT ? put_dict(self, value) : put_items(self, value->sequence);
    default:
        return floe_jinja_fail(self->run, FLOE_INVALID, "Object of type %s is not JSON serializable",
                               floe_jinja_type_name(value));
    }
}

/* Writes a value as JSON, keys sorted, as json.dumps does; `html`: as Jinja's tojson, `indent` < 0: in one
 * line. */
static int write_json(floe_jinja_run *run, const floe_jinja_value *value, int indent, bool html,
                      floe_jinja_value *out) {
    json self = {.run = run, .indent = indent, .html = html};
    floe_jinja_capture capture;
    floe_jinja_capture_open(run, &capture);
    int result = put_json(&self, value);
    if (result) {
        run->capture = &capture; /* those of keys within are gone as well */
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    result = floe_jinja_capture_close(run, &capture, out);
    if (!result && self.doubt) {
        *out = floe_jinja_doubtful(self.doubt);
    }
    return result;
}

FILTER(tojson) {
    static const char *const parameters[] = {"indent="};
    floe_jinja_value indent;
    bool done;
    int result = floe_jinja_filter_bind(run, "tojson", arguments, parameters, 1, &indent, out, &done);
    if (result || done) {
        return result;
    }
    int64_t width = floe_jinja_is_whole(&indent) ? floe_jinja_whole(&indent) : -1;
    return write_json(run, value, width > 20 ? 20 : (int)width, true, out);
}
