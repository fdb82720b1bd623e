/* Jinja's filters and dbt's: those of texts, and the table of all. */
#include "jinja/filter.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---- */

int floe_jinja_filter_bind(floe_jinja_run *run, const char *name, const floe_jinja_arguments *arguments,
                           const char *const *parameters, size_t count, floe_jinja_value *slots,
                           floe_jinja_value *out, bool *done) {
    const floe_jinja_doubt *doubt = floe_jinja_arguments_doubt(arguments);
    *done = doubt != NULL;
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    return floe_jinja_bind(run, name, arguments, parameters, count, slots);
}

int floe_jinja_flag(floe_jinja_run *run, const floe_jinja_value *value, bool *out) {
    floe_jinja_value truth;
    int result = floe_jinja_truth(run, value, &truth);
    *out = !result && truth.type == FLOE_JINJA_IS_BOOLEAN && truth.boolean;
    return result;
}

/* The value as a text, and a method of texts on it. */
static int through(floe_jinja_run *run, const char *method, const floe_jinja_value *value,
                   const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_jinja_value text;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    floe_jinja_method function =
        floe_jinja_method_find(&text, (floe_jinja_text){method, (uint32_t)strlen(method)});
    return function(run, &text, arguments, out);
}

/* ---- texts ---- */

#define THROUGH(name, method)                                                                                \
    static FILTER(name) {                                                                                    \
        return through(run, method, value, arguments, out);                                                  \
    }

THROUGH(upper, "upper")
THROUGH(lower, "lower")
THROUGH(capitalize, "capitalize")
THROUGH(trim, "strip")

static FILTER(center) {
    static const char *const parameters[] = {"width="};
    floe_jinja_value width;
    bool done;
    int result = floe_jinja_filter_bind(run, "center", arguments, parameters, 1, &width, out, &done);
    if (result || done) {
        return result;
    }
    width = width.type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_integer(80) : width;
    floe_jinja_arguments all = {.items = &width, .count = 1};
    return through(run, "center", value, &all, out);
}

static FILTER(replace) {
    static const char *const parameters[] = {"old", "new", "count="};
    floe_jinja_value slots[3], texts[3];
    bool done;
    int result = floe_jinja_filter_bind(run, "replace", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    result = floe_jinja_text_of(run, value, &texts[0]);
    result = result ? result : floe_jinja_text_of(run, &slots[0], &texts[1]);
    result = result ? result : floe_jinja_text_of(run, &slots[1], &texts[2]);
    for (int i = 0; i < 3 && !result; i++) {
        if (texts[i].type == FLOE_JINJA_IS_UNKNOWN) {
            *out = texts[i];
            return 0;
        }
    }
    int64_t most = floe_jinja_is_whole(&slots[2]) ? floe_jinja_whole(&slots[2]) : -1;
    return result ? result
                  : floe_jinja_replace(run, &texts[0], &texts[1], &texts[2], most < 0 ? -1 : most, out);
}

/* Each word begins with a capital; words begin behind blanks, "-" and opening brackets. */
static FILTER(title) {
    floe_jinja_value text, piece;
    floe_jinja_capture capture;
    TAKES_NOTHING;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    floe_jinja_capture_open(run, &capture);
    for (size_t at = 0; at < text.length && !result;) {
        size_t start = at, blank = 1;
        while (at < text.length && (blank = strchr("-({[<", text.string[at]) && text.string[at]
                                                ? 1
                                                : floe_jinja_blank(text.string + at, text.length - at))) {
            at += blank;
        }
        result = floe_jinja_write(run, text.string + start, at - start);
        start = at;
        while (at < text.length && !(strchr("-({[<", text.string[at]) && text.string[at]) &&
               !floe_jinja_blank(text.string + at, text.length - at)) {
            at += floe_jinja_character(text.string + at, text.length - at);
        }
        result = result
                     ? result
                     : floe_jinja_case(run, FLOE_JINJA_CAPITALIZE, text.string + start, at - start, &piece);
        result = result ? result : floe_jinja_write_value(run, &piece);
    }
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

static FILTER(string) {
    TAKES_NOTHING;
    return floe_jinja_text_of(run, value, out);
}

static FILTER(default) {
    static const char *const parameters[] = {"default_value=", "boolean="};
    floe_jinja_value slots[2], truth;
    bool flag;
    int result = floe_jinja_bind(run, "default", arguments, parameters, 2, slots);
    bool left_out = !arguments->count && !arguments->named_count;
    result = result ? result : floe_jinja_flag(run, &slots[1], &flag);
    if (result) {
        return result;
    }
    bool named_only = !arguments->count && arguments->named_count == 1 &&
                      floe_jinja_text_is(arguments->keywords[0], "boolean", 7);
    floe_jinja_value otherwise = left_out || named_only ? floe_jinja_string("", 0) : slots[0];
    if (value->type == FLOE_JINJA_IS_UNDEFINED) {
        *out = otherwise;
        return 0;
    }
    floe_jinja_escape(run, &otherwise);
    if (value->type == FLOE_JINJA_IS_UNKNOWN || slots[1].type == FLOE_JINJA_IS_UNKNOWN) {
        *out = value->type == FLOE_JINJA_IS_UNKNOWN ? *value : slots[1];
        return 0;
    }
    *out = *value;
    result = flag ? floe_jinja_truth(run, value, &truth) : 0;
    if (!result && flag) {
        *out = truth.type == FLOE_JINJA_IS_UNKNOWN ? truth : truth.boolean ? *value : otherwise;
    }
    return result;
}

static FILTER(format) {
    floe_jinja_value text, values;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    if (arguments->count && arguments->named_count) {
        return floe_jinja_fail(run, FLOE_INVALID,
                               "can't handle positional and keyword arguments at the same time");
    }
    if (!arguments->named_count) {
        result = floe_jinja_tuple(run, arguments->items, arguments->count, &values);
        if (!result) {
            values.sequence->doubt = arguments->doubt;
        }
    } else {
        result = floe_jinja_new_dict(run, &values);
        result = result ? result : floe_jinja_update(run, &values, arguments);
    }
    return result ? result : floe_jinja_percent(run, &text, &values, out);
}

static int write_times(floe_jinja_run *run, const floe_jinja_value *text, int64_t times) {
    int result = 0;
    for (int64_t i = 0; i < times && text->length && !result; i++) {
        result = floe_jinja_write(run, text->string, text->length);
    }
    return result;
}

static FILTER(indent) {
    static const char *const parameters[] = {"width=", "first=", "blank="};
    floe_jinja_value slots[3], lines, space = floe_jinja_string(" ", 1);
    floe_jinja_capture capture;
    bool done, first, blank;
    int64_t times = 1;
    int result = floe_jinja_filter_bind(run, "indent", arguments, parameters, 3, slots, out, &done);
    if (result || done) {
        return result;
    }
    if (value->type != FLOE_JINJA_IS_STRING) {
        return value->type == FLOE_JINJA_IS_UNDEFINED
                   ? floe_jinja_needs(run, value)
                   : floe_jinja_fail(run, FLOE_INVALID, "indent takes a text, not %s",
                                     floe_jinja_type_name(value));
    }
    if (slots[0].type == FLOE_JINJA_IS_STRING) {
        space = slots[0];
    } else {
        times = floe_jinja_is_whole(&slots[0]) ? floe_jinja_whole(&slots[0]) : 4;
    }
    result = floe_jinja_flag(run, &slots[1], &first);
    result = result ? result : floe_jinja_flag(run, &slots[2], &blank);
    floe_jinja_value ended, newline = floe_jinja_string("\n", 1);
    result = result ? result : floe_jinja_operate(run, FLOE_JINJA_ADD, value, &newline, &ended);
    result = result ? result : floe_jinja_lines(run, &ended, false, &lines);
    if (result) {
        return result;
    }
    floe_jinja_capture_open(run, &capture);
    for (size_t i = 0; i < lines.sequence->count && !result; i++) {
        const floe_jinja_value *line = &lines.sequence->items[i];
        result = i ? floe_jinja_write(run, "\n", 1) : 0;
        if (!result && (i ? blank || line->length : first)) {
            result = write_times(run, &space, times);
        }
        result = result ? result : floe_jinja_write(run, line->string, line->length);
    }
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

static FILTER(truncate) {
    static const char *const parameters[] = {"length=", "killwords=", "end=", "leeway="};
    floe_jinja_value slots[4];
    bool done, kill;
    int result = floe_jinja_filter_bind(run, "truncate", arguments, parameters, 4, slots, out, &done);
    result = result || done ? result : floe_jinja_flag(run, &slots[1], &kill);
    if (result || done) {
        return result;
    }
    if (value->type != FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID, "truncate takes a text, not %s",
                               floe_jinja_type_name(value));
    }
    int64_t length = floe_jinja_is_whole(&slots[0]) ? floe_jinja_whole(&slots[0]) : 255;
    int64_t leeway = floe_jinja_is_whole(&slots[3]) ? floe_jinja_whole(&slots[3]) : 5;
    floe_jinja_value end = slots[2].type == FLOE_JINJA_IS_STRING ? slots[2] : floe_jinja_string("...", 3);
    int64_t count = (int64_t)floe_jinja_count(value->string, value->length),
            tail = (int64_t)floe_jinja_count(end.string, end.length);
    if (length < tail || leeway < 0) {
        return floe_jinja_fail(run, FLOE_INVALID, "expected length >= %lld, got %lld", (long long)tail,
                               (long long)length);
    }
    if (count <= length || count - length <= leeway) {
        *out = *value;
        return 0;
    }
    size_t keep = floe_jinja_offset(value->string, value->length, (size_t)(length - tail));
    const char *space = kill ? NULL : memrchr(value->string, ' ', keep);
    floe_jinja_value head = floe_jinja_string(value->string, space ? (size_t)(space - value->string) : keep);
    return floe_jinja_operate(run, FLOE_JINJA_ADD, &head, &end, out);
}

static bool word_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static FILTER(wordcount) {
    floe_jinja_value text;
    int64_t words = 0;
    TAKES_NOTHING;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    if (!floe_jinja_is_ascii(text.string, text.length)) {
        *out = floe_jinja_unknown(run, "how many words a text has that is not ASCII");
        return 0;
    }
    for (size_t i = 0; i < text.length; i++) {
        words += word_character(text.string[i]) && (!i || !word_character(text.string[i - 1]));
    }
    *out = floe_jinja_integer(words);
    return 0;
}

/* HTML's special characters as entities. */
static FILTER(escape) {
    floe_jinja_value text;
    floe_jinja_capture capture;
    TAKES_NOTHING;
    int result = floe_jinja_text_of(run, value, &text);
    if (result || text.type == FLOE_JINJA_IS_UNKNOWN) {
        *out = text;
        return result;
    }
    floe_jinja_capture_open(run, &capture);
    for (size_t i = 0; i < text.length && !result; i++) {
        char c = text.string[i];
        const char *entity = c == '&'    ? "&amp;"
                             : c == '<'  ? "&lt;"
                             : c == '>'  ? "&gt;"
                             : c == '\'' ? "&#39;"
                             : c == '"'  ? "&#34;"
                                         : NULL;
        result = entity ? floe_jinja_write(run, entity, strlen(entity)) : floe_jinja_write(run, &c, 1);
    }
    if (result) {
        floe_jinja_capture_drop(run, &capture);
        return result;
    }
    return floe_jinja_capture_close(run, &capture, out);
}

static FILTER(urlencode) {
    static const char hex[] = "0123456789ABCDEF";
    floe_jinja_value text;
    TAKES_NOTHING;
    if (value->type != FLOE_JINJA_IS_STRING) {
        *out = floe_jinja_unknown(run, "urlencode of what is no text");
        return 0;
    }
    char *made = floe_jinja_alloc(run, (size_t)value->length * 3 + 1);
    size_t size = 0;
    if (!made) {
        return FLOE_MEMORY;
    }
    for (size_t i = 0; i < value->length; i++) {
        unsigned char c = (unsigned char)value->string[i];
        if (word_character((char)c) || (c && strchr("-.~/", c))) {
            made[size++] = (char)c;
        } else {
            made[size++] = '%';
            made[size++] = hex[c >> 4];
            made[size++] = hex[c & 15];
        }
    }
    text = floe_jinja_string(made, size);
    *out = text;
    return 0;
}

static FILTER(attr) {
    static const char *const parameters[] = {"name"};
    floe_jinja_value name;
    bool done;
    int result = floe_jinja_filter_bind(run, "attr", arguments, parameters, 1, &name, out, &done);
    if (result || done) {
        return result;
    }
    if (name.type != FLOE_JINJA_IS_STRING) {
        return floe_jinja_fail(run, FLOE_INVALID, "the name of an attribute must be a text");
    }
    floe_jinja_text text = {name.string, name.length};
    if (value->type == FLOE_JINJA_IS_DICT && !floe_jinja_method_find(value, text)) {
        floe_jinja_value nothing = floe_jinja_none();
        return floe_jinja_attribute(run, &nothing, text, out); /* an attribute, not a key */
    }
    return floe_jinja_attribute(run, value, text, out);
}

/* What templates of dbt hardly use: the text is unknown, and nothing else. */
static FILTER(rare) {
    (void)value;
    (void)arguments;
    *out = floe_jinja_unknown(run, "the result of a filter that is not known here");
    return 0;
}

/* ---- dbt's ---- */

/* as_text, as_bool, …: a text with a mark where a template is rendered to a value, else nothing happens. */
static FILTER(as_native) {
    (void)arguments;
    if (run->native && !run->native->constants && !(run->frame && run->frame->macro)) {
        return floe_jinja_text_of(run, value, out);
    }
    *out = *value;
    return 0;
}

/* Where they change values everywhere they do so to none and to texts that are written just so. */
static bool converts(const floe_jinja_run *run) {
    return run->host && run->host->second && !run->native;
}

static bool is_written(const floe_jinja_value *value, const char *text) {
    return value->type == FLOE_JINJA_IS_STRING && value->length == strlen(text) &&
           !memcmp(value->string, text, value->length);
}

/* A text that is a whole number of 64 bits and nothing else. */
static bool is_whole(const floe_jinja_value *value, int64_t *number) {
    char digits[24];
    if (value->type != FLOE_JINJA_IS_STRING || !value->length || value->length >= sizeof digits) {
        return false;
    }
    memcpy(digits, value->string, value->length);
    digits[value->length] = '\0';
    size_t sign = *digits == '-' || *digits == '+';
    char *end;
    errno = 0;
    *number = strtoll(digits, &end, 10);
    return !errno && digits[sign] >= '0' && digits[sign] <= '9' && end == digits + value->length;
}

static FILTER(as_bool) {
    int result = floe_jinja_filter_as_native(run, value, arguments, out);
    if (!converts(run) || result) {
        return result;
    }
    if (is_written(value, "true") || is_written(value, "True")) {
        *out = floe_jinja_boolean(true);
    } else if (value->type == FLOE_JINJA_IS_NONE || is_written(value, "false") ||
               is_written(value, "False")) {
        *out = floe_jinja_boolean(false);
    }
    return 0;
}

static FILTER(as_number) {
    int64_t number;
    int result = floe_jinja_filter_as_native(run, value, arguments, out);
    if (converts(run) && !result && value->type == FLOE_JINJA_IS_NONE) {
        *out = floe_jinja_integer(0);
    } else if (converts(run) && !result && is_whole(value, &number)) {
        *out = floe_jinja_integer(number);
    }
    return result;
}

static FILTER(as_text) {
    if (!converts(run)) {
        return floe_jinja_filter_as_native(run, value, arguments, out);
    }
    if (value->type == FLOE_JINJA_IS_NONE) {
        *out = floe_jinja_string("", 0);
        return 0;
    }
    if (value->type == FLOE_JINJA_IS_LIST || value->type == FLOE_JINJA_IS_DICT) {
        *out = floe_jinja_unknown(run, "as_text writes what dbt has in its memory");
        return 0;
    }
    return floe_jinja_text_of(run, value, out);
}

static FILTER(is_list) {
    (void)run;
    TAKES_NOTHING;
    *out = floe_jinja_boolean(value->type == FLOE_JINJA_IS_LIST);
    return 0;
}

/* ---- by name ---- */

#define ENTRY(name, function)                                                                                \
    { name, (void (*)(void))floe_jinja_filter_##function }

static const floe_jinja_name filters[] = {
    ENTRY("abs", abs),
    ENTRY("attr", attr),
    ENTRY("batch", batch),
    ENTRY("capitalize", capitalize),
    ENTRY("center", center),
    ENTRY("count", length),
    ENTRY("d", default),
    ENTRY("default", default),
    ENTRY("dictsort", dictsort),
    ENTRY("e", escape),
    ENTRY("escape", escape),
    ENTRY("filesizeformat", filesizeformat),
    ENTRY("first", first),
    ENTRY("float", float),
    ENTRY("forceescape", escape),
    ENTRY("format", format),
    ENTRY("groupby", groupby),
    ENTRY("indent", indent),
    ENTRY("int", int),
    ENTRY("items", items),
    ENTRY("join", join),
    ENTRY("last", last),
    ENTRY("length", length),
    ENTRY("list", list),
    ENTRY("lower", lower),
    ENTRY("map", map),
    ENTRY("max", max),
    ENTRY("min", min),
    ENTRY("pprint", rare),
    ENTRY("random", random),
    ENTRY("reject", reject),
    ENTRY("rejectattr", rejectattr),
    ENTRY("replace", replace),
    ENTRY("reverse", reverse),
    ENTRY("round", round),
    ENTRY("safe", string),
    ENTRY("select", select),
    ENTRY("selectattr", selectattr),
    ENTRY("slice", slice),
    ENTRY("sort", sort),
    ENTRY("string", string),
    ENTRY("striptags", rare),
    ENTRY("sum", sum),
    ENTRY("title", title),
    ENTRY("tojson", tojson),
    ENTRY("trim", trim),
    ENTRY("truncate", truncate),
    ENTRY("unique", unique),
    ENTRY("upper", upper),
    ENTRY("urlencode", urlencode),
    ENTRY("urlize", rare),
    ENTRY("wordcount", wordcount),
    ENTRY("wordwrap", rare),
    ENTRY("xmlattr", rare),
    ENTRY("as_text", as_text),
    ENTRY("as_bool", as_bool),
    ENTRY("as_native", as_native),
    ENTRY("as_number", as_number),
    ENTRY("is_list", is_list),
    {NULL, NULL},
};

static floe_jinja_names table;

static void build_table(void) {
    floe_jinja_names_build(&table, filters);
}

floe_jinja_filter floe_jinja_filter_find(floe_jinja_text name) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, build_table);
    return (floe_jinja_filter)floe_jinja_names_find(&table, name);
}

int floe_jinja_apply_filter(floe_jinja_run *run, floe_jinja_text name, const floe_jinja_value *value,
                            const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    floe_jinja_filter filter = floe_jinja_filter_find(name);
    int result = 0;
    if (!filter && run->host && run->host->filter &&
        run->host->filter(run, name, value, arguments, out, &result)) {
        return result;
    }
    if (!filter) {
        return floe_jinja_fail(run, FLOE_INVALID, "No filter named '%.*s'", (int)name.length, name.text);
    }
    if (value->type == FLOE_JINJA_IS_UNKNOWN) {
        *out = *value;
        return 0;
    }
    result = floe_jinja_weigh(run, value, FLOE_JINJA_READ);
    return result
               ? result
               : floe_jinja_doubtful_failure(run, filter(run, value, arguments, out), value, arguments, out);
}
