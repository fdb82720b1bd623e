/*
 * The plain functions of dbt's context, as they answer while dbt parses: nothing is logged, printed, written
 * or executed.
 */
#include "dbt/parse/context.h"

#include "floe/json.h"
#include "floe/yaml.h"

#include <ctype.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- calling a function of the context ---- */

static int call_function(floe_jinja_run *run, floe_jinja_object *object,
                         const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    const floe_context_function *function = (const floe_context_function *)object;
    return function->call(run, function->self, arguments, out);
}

static const floe_jinja_class function_class = {.name = "function", .call = call_function};

floe_jinja_value floe_context_bound(floe_jinja_run *run, const char *name, floe_context_handler call,
                                    void *self) {
    const floe_context_function function = {
        .head = {&function_class}, .name = name, .call = call, .self = self};
    return floe_context_object(run, &function.head, sizeof function);
}

/* ---- functions without effect ---- */

static int answer_empty(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                        floe_jinja_value *out) {
    (void)run;
    (void)self;
    (void)arguments;
    *out = floe_jinja_string("", 0);
    return 0;
}

static int answer_none(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)run;
    (void)self;
    (void)arguments;
    *out = floe_jinja_none();
    return 0;
}

static int answer_unknown(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                          floe_jinja_value *out) {
    (void)arguments;
    (void)self;
    *out = floe_jinja_unknown(run, "what this function gives is known to a run only");
    return 0;
}

static int call_return(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"data"};
    floe_jinja_value slot;
    int result = floe_jinja_bind(run, "return", arguments, parameters, 1, &slot);
    *out = floe_jinja_none();
    return result ? result : floe_jinja_return(run, &slot);
}

/* ---- JSON ---- */

enum { JSON_DEPTH = 64 };

static bool write_json(floe_buffer *text, const floe_jinja_value *value, bool sorted, int depth);

/* A code point as Python's json writes it: everything beyond ASCII is escaped. */
static size_t write_point(floe_buffer *text, const unsigned char *bytes, size_t left) {
    size_t size = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    if (size > left) {
        return left;
    }
    uint32_t point = bytes[0] & (size == 2 ? 0x1f : size == 3 ? 0x0f : 0x07);
    for (size_t i = 1; i < size; i++) {
        point = point << 6 | (bytes[i] & 0x3f);
    }
    if (point >= 0x10000) {
        point -= 0x10000;
        floe_buffer_printf(text, "\\u%04x\\u%04x", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
    } else {
        floe_buffer_printf(text, "\\u%04x", point);
    }
    return size;
}

void floe_context_write_string(floe_buffer *text, const char *bytes, size_t length) {
    static const char escapes[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    floe_buffer_append(text, "\"", 1);
    for (size_t i = 0; i < length;) {
        unsigned char byte = (unsigned char)bytes[i];
        const char *escape = byte ? strchr(escapes, byte) : NULL;
        if (escape) {
            floe_buffer_printf(text, "\\%c", letters[escape - escapes]);
            i++;
        } else if (byte < 0x20) {
            floe_buffer_printf(text, "\\u%04x", byte);
            i++;
        } else if (byte < 0x80) {
            floe_buffer_append(text, &bytes[i++], 1);
        } else {
            i += write_point(text, (const unsigned char *)bytes + i, length - i);
        }
    }
    floe_buffer_append(text, "\"", 1);
}

static bool write_list(floe_buffer *text, const floe_jinja_sequence *list, bool sorted, int depth) {
    bool done = !list->doubt;
    floe_buffer_append(text, "[", 1);
    for (size_t i = 0; done && i < list->count; i++) {
        if (i) {
            floe_buffer_append(text, ", ", 2);
        }
        done = write_json(text, &list->items[i], sorted, depth);
    }
    floe_buffer_append(text, "]", 1);
    return done;
}

static int by_key(const void *left, const void *right, void *data) {
    const floe_jinja_dict *dict = data;
    const floe_jinja_value *one = &dict->keys[*(const size_t *)left];
    const floe_jinja_value *other = &dict->keys[*(const size_t *)right];
    size_t shorter = one->length < other->length ? one->length : other->length;
    int order = memcmp(one->string, other->string, shorter);
    return order ? order : (one->length > other->length) - (one->length < other->length);
}

static bool write_member(floe_buffer *text, const floe_jinja_dict *dict, size_t index, bool sorted,
                         int depth) {
    const floe_jinja_value *key = &dict->keys[index];
    if (key->type == FLOE_JINJA_IS_STRING) {
        floe_context_write_string(text, key->string, key->length);
    } else {
        floe_buffer_append(text, "\"", 1);
        if (key->type == FLOE_JINJA_IS_LIST || key->type == FLOE_JINJA_IS_TUPLE ||
            !write_json(text, key, sorted, depth)) {
            return false;
        }
        floe_buffer_append(text, "\"", 1);
    }
    floe_buffer_append(text, ": ", 2);
    return write_json(text, &dict->values[index], sorted, depth);
}

static bool write_dict(floe_buffer *text, const floe_jinja_dict *dict, bool sorted, int depth) {
    size_t *order = malloc((dict->count + 1) * sizeof *order);
    bool done = order && !dict->doubt;
    for (size_t i = 0; done && i < dict->count; i++) {
        order[i] = i;
        done = !sorted || dict->keys[i].type == FLOE_JINJA_IS_STRING;
    }
    if (done && sorted) {
        qsort_r(order, dict->count, sizeof *order, by_key, (void *)(uintptr_t)dict);
    }
    floe_buffer_append(text, "{", 1);
    for (size_t i = 0; done && i < dict->count; i++) {
        if (i) {
            floe_buffer_append(text, ", ", 2);
        }
        done = write_member(text, dict, order[i], sorted, depth);
    }
    floe_buffer_append(text, "}", 1);
    free(order);
    return done;
}

/* False where the value has no form in JSON. */
static bool write_json(floe_buffer *text, const floe_jinja_value *value, bool sorted, int depth) {
    if (depth >= JSON_DEPTH) {
        return false;
    }
    switch ((floe_jinja_type)value->type) {
    case FLOE_JINJA_IS_NONE:
        return !floe_buffer_append(text, "null", 4);
    case FLOE_JINJA_IS_BOOLEAN:
        return !floe_buffer_printf(text, "%s", value->boolean ? "true" : "false");
    case FLOE_JINJA_IS_INTEGER:
        return !floe_buffer_printf(text, "%lld", (long long)value->integer);
    case FLOE_JINJA_IS_STRING:
        floe_context_write_string(text, value->string, value->length);
        return true;
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
        return write_list(text, value->sequence, sorted, depth + 1);
    case FLOE_JINJA_IS_DICT:
        return write_dict(text, value->dict, sorted, depth + 1);
    default:
        return false;
    }
}

static bool wants_sorting(const floe_jinja_value *value) {
    return value->type == FLOE_JINJA_IS_BOOLEAN && value->boolean;
}

static int call_tojson(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"value", "default=", "sort_keys="};
    floe_jinja_value slots[3];
    int result = floe_jinja_bind(run, "tojson", arguments, parameters, 3, slots);
    if (result) {
        return result;
    }
    const floe_jinja_doubt *doubt = floe_jinja_doubt_of(&slots[0]);
    floe_buffer text = {.data = NULL};
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
    } else if (write_json(&text, &slots[0], wants_sorting(&slots[2]), 0)) {
        *out = floe_context_text(run, text.data ? text.data : "", text.size);
    } else {
        *out = floe_jinja_unknown(run, "a value that tojson() is given has no form that is known here");
    }
    result = text.failed ? FLOE_MEMORY : 0;
    floe_buffer_free(&text);
    return result;
}

/* Values of a document that does not stay: their texts are the run's. */
static int copied_value(floe_jinja_run *run, const floe_node *node, floe_jinja_value *out) {
    size_t size;
    const char *text = floe_node_string(node, &size);
    if (text) {
        *out = floe_context_text(run, text, size);
        return 0;
    }
    if (floe_node_absent(node) || floe_node_kind(node) < FLOE_ARRAY) {
        return floe_parse_value_of(run, node, out);
    }
    bool map = floe_node_kind(node) == FLOE_OBJECT;
    int result = map ? floe_jinja_new_dict(run, out) : floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (uint32_t i = 0; !result && i < floe_node_size(node); i++) {
        floe_jinja_value item;
        result = copied_value(run, floe_node_child(node, i), &item);
        if (!result && map) {
            const floe_key *key = floe_node_key(node, i);
            floe_jinja_value name = floe_context_text(run, key->text, key->length);
            result = floe_jinja_put(run, out, &name, &item);
        } else if (!result) {
            result = floe_jinja_append(run, out, &item);
        }
    }
    return result;
}

static int read_text(floe_jinja_run *run, const char *function, bool yaml,
                     const floe_jinja_arguments *arguments, floe_jinja_value *out) {
    static const char *const parameters[] = {"value", "default="};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, function, arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (slots[0].type != FLOE_JINJA_IS_STRING) {
        *out = slots[0].type == FLOE_JINJA_IS_UNKNOWN
                   ? slots[0]
                   : floe_jinja_unknown(run, "%s() is given something that is no text", function);
        return 0;
    }
    floe_document *document;
    floe_store *store = floe_store_new();
    if (!store) {
        return FLOE_MEMORY;
    }
    int failed =
        yaml ? floe_yaml_parse(&document, store, function, slots[0].string, slots[0].length,
                               floe_parse_dialect(floe_frame_of(run)->parse), NULL, NULL)
             : floe_json_parse(&document, store, function, slots[0].string, slots[0].length, NULL, NULL);
    if (failed == FLOE_MEMORY) {
        result = failed;
    } else if (failed) {
        *out = slots[1].type == FLOE_JINJA_IS_UNDEFINED ? floe_jinja_none() : slots[1];
    } else {
        result = copied_value(run, &document->root, out);
    }
    floe_store_free(store);
    return result;
}

static int call_fromjson(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out) {
    (void)self;
    return read_text(run, "fromjson", false, arguments, out);
}

static int call_fromyaml(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                         floe_jinja_value *out) {
    (void)self;
    return read_text(run, "fromyaml", true, arguments, out);
}

/* ---- sets and pairs ---- */

/* The elements of what can be iterated, as a list; false where that is not known, with `*out` unknown, or
 * where it cannot be: `*out` is none then. */
bool floe_context_elements(floe_jinja_run *run, const floe_jinja_value *value, floe_jinja_value *list,
                           floe_jinja_value *out) {
    const floe_jinja_doubt *doubt = NULL;
    *out = floe_jinja_none();
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, list);
    switch ((floe_jinja_type)value->type) {
    case FLOE_JINJA_IS_LIST:
    case FLOE_JINJA_IS_TUPLE:
    case FLOE_JINJA_IS_SET:
        doubt = value->sequence->doubt;
        for (size_t i = 0; !result && i < value->sequence->count; i++) {
            result = floe_jinja_append(run, list, &value->sequence->items[i]);
        }
        break;
    case FLOE_JINJA_IS_DICT:
        doubt = value->dict->doubt;
        for (size_t i = 0; !result && i < value->dict->count; i++) {
            result = floe_jinja_append(run, list, &value->dict->keys[i]);
        }
        break;
    case FLOE_JINJA_IS_STRING:
        for (uint32_t i = 0, next; !result && i < value->length; i = next) {
            for (next = i + 1; next < value->length && (value->string[next] & 0xc0) == 0x80; next++) {
            }
            floe_jinja_value character = floe_jinja_string(value->string + i, next - i);
            result = floe_jinja_append(run, list, &character);
        }
        break;
    case FLOE_JINJA_IS_UNKNOWN:
        doubt = value->doubt;
        break;
    case FLOE_JINJA_IS_OBJECT:
        if (value->object->class->iterate && !value->object->class->iterate(run, value->object, list) &&
            list->type != FLOE_JINJA_IS_UNKNOWN) {
            return true;
        }
        *out = floe_jinja_unknown(run, "the elements of an object are not known here");
        return false;
    case FLOE_JINJA_IS_UNDEFINED:
        break;
    default:
        return false;
    }
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
    }
    return !doubt && !result;
}

static int call_set(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"value", "default="};
    floe_jinja_value slots[2], list;
    int result = floe_jinja_bind(run, "set", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    if (!floe_context_elements(run, &slots[0], &list, out)) {
        if (out->type == FLOE_JINJA_IS_NONE && slots[1].type != FLOE_JINJA_IS_UNDEFINED) {
            *out = slots[1];
        }
        return 0;
    }
    const floe_jinja_doubt *doubt = floe_jinja_doubt_of(&list);
    if (doubt) {
        *out = floe_jinja_doubtful(doubt);
        return 0;
    }
    result = floe_jinja_new_list(run, FLOE_JINJA_IS_SET, out);
    for (size_t i = 0; !result && i < list.sequence->count; i++) {
        result = floe_jinja_append(run, out, &list.sequence->items[i]);
    }
    return result;
}

static int call_zip(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)self;
    enum { MOST = 16 };
    floe_jinja_value lists[MOST];
    size_t shortest = SIZE_MAX;
    if (arguments->doubt || arguments->count > MOST) {
        *out = arguments->doubt ? floe_jinja_doubtful(arguments->doubt)
                                : floe_jinja_unknown(run, "zip() of that many lists is not followed");
        return 0;
    }
    for (size_t i = 0; i < arguments->count; i++) {
        if (!floe_context_elements(run, &arguments->items[i], &lists[i], out)) {
            if (out->type == FLOE_JINJA_IS_NONE && arguments->named_count) {
                *out = arguments->named[0];
            }
            return 0;
        }
        shortest = lists[i].sequence->count < shortest ? lists[i].sequence->count : shortest;
    }
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    for (size_t i = 0; arguments->count && !result && i < shortest; i++) {
        floe_jinja_value tuple;
        result = floe_jinja_new_list(run, FLOE_JINJA_IS_TUPLE, &tuple);
        for (size_t n = 0; !result && n < arguments->count; n++) {
            result = floe_jinja_append(run, &tuple, &lists[n].sequence->items[i]);
        }
        result = result ? result : floe_jinja_append(run, out, &tuple);
    }
    return result;
}

/* ---- texts ---- */

static int call_md5(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"value"};
    floe_jinja_value slot;
    int result = floe_jinja_bind(run, "local_md5", arguments, parameters, 1, &slot);
    if (result) {
        return result;
    }
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (slot.type != FLOE_JINJA_IS_STRING ||
        !EVP_Digest(slot.string, slot.length, digest, &size, EVP_md5(), NULL)) {
        *out = slot.type == FLOE_JINJA_IS_UNKNOWN ? slot
                                                  : floe_jinja_unknown(run, "local_md5() is given no text");
        return 0;
    }
    char text[2 * EVP_MAX_MD_SIZE + 1];
    for (unsigned i = 0; i < size; i++) {
        snprintf(text + (size_t)i * 2, 3, "%02x", digest[i]);
    }
    *out = floe_context_text(run, text, (size_t)size * 2);
    return 0;
}

static int call_render(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"string"};
    floe_jinja_value slot;
    int result = floe_jinja_bind(run, "render", arguments, parameters, 1, &slot);
    if (result || slot.type != FLOE_JINJA_IS_STRING) {
        *out = slot;
        return result;
    }
    floe_frame *frame = floe_frame_of(run);
    bool native = frame->native;
    frame->native = false;
    result = floe_context_render_text(frame, run, slot.string, slot.length, out);
    frame->native = native;
    return result;
}

/* Calls its second argument with the rest; what fails there would end dbt with the first as its message. */
static int call_try(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                    floe_jinja_value *out) {
    (void)self;
    if (arguments->count < 2) {
        return floe_jinja_fail(run, FLOE_INVALID, "try_or_compiler_error() takes a message and a function");
    }
    floe_jinja_arguments rest = *arguments;
    rest.items += 2;
    rest.count -= 2;
    return floe_jinja_call(run, &arguments->items[1], &rest, out);
}

static int call_adapter_macro(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                              floe_jinja_value *out) {
    (void)self;
    (void)arguments;
    *out = floe_jinja_none();
    return floe_jinja_fail(run, FLOE_INVALID,
                           "adapter_macro() is gone from dbt; adapter.dispatch() took its place");
}

/* ---- differences of dicts ---- */

static bool same_but_case(const floe_jinja_value *one, const floe_jinja_value *other) {
    if (one->type != FLOE_JINJA_IS_STRING || other->type != FLOE_JINJA_IS_STRING ||
        one->length != other->length) {
        return false;
    }
    for (uint32_t i = 0; i < one->length; i++) {
        if (tolower((unsigned char)one->string[i]) != tolower((unsigned char)other->string[i])) {
            return false;
        }
    }
    return true;
}

static const floe_jinja_value *value_but_case(const floe_jinja_dict *dict, const floe_jinja_value *key) {
    for (size_t i = 0; i < dict->count; i++) {
        if (same_but_case(&dict->keys[i], key)) {
            return &dict->values[i];
        }
    }
    return NULL;
}

static int list_difference(floe_jinja_run *run, const floe_jinja_value *one, const floe_jinja_value *other,
                           floe_jinja_value *out) {
    int result = floe_jinja_new_list(run, FLOE_JINJA_IS_LIST, out);
    bool lists = one->type == FLOE_JINJA_IS_LIST && other->type == FLOE_JINJA_IS_LIST;
    for (size_t i = 0; lists && !result && i < one->sequence->count; i++) {
        bool found = false;
        for (size_t n = 0; !found && n < other->sequence->count; n++) {
            found = same_but_case(&one->sequence->items[i], &other->sequence->items[n]);
        }
        result = found ? 0 : floe_jinja_append(run, out, &one->sequence->items[i]);
    }
    return result;
}

static int call_difference(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                           floe_jinja_value *out) {
    (void)self;
    static const char *const parameters[] = {"dict_a", "dict_b"};
    floe_jinja_value slots[2];
    int result = floe_jinja_bind(run, "diff_of_two_dicts", arguments, parameters, 2, slots);
    if (result) {
        return result;
    }
    for (int i = 0; i < 2; i++) {
        const floe_jinja_doubt *doubt = floe_jinja_doubt_of(&slots[i]);
        if (doubt || slots[i].type != FLOE_JINJA_IS_DICT) {
            *out = doubt ? floe_jinja_doubtful(doubt)
                         : floe_jinja_unknown(run, "diff_of_two_dicts() is given no dict");
            return 0;
        }
    }
    result = floe_jinja_new_dict(run, out);
    const floe_jinja_dict *one = slots[0].dict;
    for (size_t i = 0; !result && i < one->count; i++) {
        const floe_jinja_value *other = value_but_case(slots[1].dict, &one->keys[i]);
        floe_jinja_value rest = one->values[i];
        if (other) {
            result = list_difference(run, &one->values[i], other, &rest);
        }
        if (!result && (!other || rest.sequence->count)) {
            result = floe_jinja_put(run, out, &one->keys[i], &rest);
        }
    }
    return result;
}

/* ---- exceptions ---- */

static int raise_error(floe_jinja_run *run, void *self, const floe_jinja_arguments *arguments,
                       floe_jinja_value *out) {
    floe_jinja_value text = floe_jinja_string("", 0);
    *out = floe_jinja_none();
    if (arguments->count) {
        floe_jinja_text_of(run, &arguments->items[0], &text);
    }
    if (text.type != FLOE_JINJA_IS_STRING || !text.length) {
        return floe_jinja_fail(run, FLOE_INVALID, "exceptions.%s() ends dbt here", (const char *)self);
    }
    return floe_jinja_fail(run, FLOE_INVALID, "exceptions.%s() ends dbt here: %.*s", (const char *)self,
                           (int)(text.length < 300 ? text.length : 300), text.string);
}

static bool exceptions_attribute(floe_jinja_run *run, floe_jinja_object *object, floe_jinja_text name,
                                 floe_jinja_value *out) {
    (void)object;
    char *copy = floe_context_copy(run, name.text, name.length);
    *out = floe_context_bound(run, copy, floe_text_is(name, "warn") ? answer_empty : raise_error, copy);
    return true;
}

static const floe_jinja_class exceptions_class = {.name = "dict", .attribute = exceptions_attribute};
static const floe_jinja_object exceptions_object = {&exceptions_class};

floe_jinja_value floe_context_exceptions(floe_jinja_run *run) {
    (void)run;
    return floe_jinja_of_object((floe_jinja_object *)(uintptr_t)&exceptions_object);
}

/* ---- all of them ---- */

#define FUNCTION(text, handler)                                                                              \
    { {&function_class}, text, handler, NULL }
const floe_context_function floe_context_functions[] = {
    FUNCTION("ref", floe_context_ref),
    FUNCTION("source", floe_context_source),
    FUNCTION("metric", floe_context_metric),
    FUNCTION("function", floe_context_udf),
    FUNCTION("env_var", floe_context_env_var),
    FUNCTION("doc", floe_context_doc),
    FUNCTION("return", call_return),
    FUNCTION("log", answer_empty),
    FUNCTION("print", answer_empty),
    FUNCTION("write", answer_empty),
    FUNCTION("store_result", answer_empty),
    FUNCTION("store_raw_result", answer_empty),
    FUNCTION("load_result", answer_none),
    FUNCTION("load_agate_table", answer_unknown),
    FUNCTION("submit_python_job", answer_unknown),
    FUNCTION("toyaml", answer_unknown),
    FUNCTION("otel_trace_id", answer_unknown),
    FUNCTION("otel_span_id", answer_unknown),
    FUNCTION("tojson", call_tojson),
    FUNCTION("fromjson", call_fromjson),
    FUNCTION("fromyaml", call_fromyaml),
    FUNCTION("set", call_set),
    FUNCTION("set_strict", call_set),
    FUNCTION("zip", call_zip),
    FUNCTION("zip_strict", call_zip),
    FUNCTION("local_md5", call_md5),
    FUNCTION("diff_of_two_dicts", call_difference),
    FUNCTION("render", call_render),
    FUNCTION("try_or_compiler_error", call_try),
    FUNCTION("adapter_macro", call_adapter_macro),
    {{NULL}, NULL, NULL, NULL},
};
