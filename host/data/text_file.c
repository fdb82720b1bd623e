#include "data/text_file.h"

#include "base/file.h"
#include "base/utf8.h"
#include "data/facts.h"

#include <stdlib.h>
#include <string.h>

static const floe_document *find_source(const floe_store *store, const char *place) {
    static const floe_format formats[] = {FLOE_TEXT, FLOE_YAML, FLOE_JSON};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const floe_document *document = floe_store_find(store, formats[i], place);
        if (document && document->digest[0]) {
            return document;
        }
    }
    return NULL;
}

const floe_document *floe_text_known(const floe_store *store, const char *place) {
    const floe_document *known = find_source(store, place);
    if (known || *place == '/') {
        return known;
    }
    char below[4096] = "./";
    if (strncmp(place, below, 2) == 0) {
        return find_source(store, place + 2);
    }
    if (strlen(place) + 3 > sizeof below) {
        return NULL;
    }
    strcpy(below + 2, place);
    return find_source(store, below);
}

/* The bytes of the character at `text`, of which `length` are there; 0 where it is not UTF-8. */
static size_t character_length(const char *text, size_t length) {
    char next[5] = "";
    if ((unsigned char)*text < 0x80) {
        return 1;
    }
    memcpy(next, text, length < 4 ? length : 4);
    return floe_utf8_length(next);
}

/* How many bytes from the beginning are UTF-8. */
static size_t valid_length(const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t length = character_length(text + at, size - at);
        if (!length) {
            return at;
        }
        at += length;
    }
    return size;
}

static void repair(char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t length = character_length(text + at, size - at);
        if (!length) {
            text[at] = '?';
        }
        at += length ? length : 1;
    }
}

/* The text as a fact holds it; `kept` where it lives as long as the facts do. */
static int make_text(floe_node *out, floe_document *facts, const char *text, size_t size, bool kept,
                     floe_error *error) {
    bool valid = valid_length(text, size) == size;
    if (!kept || !valid) {
        char *copy = floe_arena_text(facts->arena, text, size);
        if (!copy) {
            return floe_error_memory(error);
        }
        if (!valid) {
            repair(copy, size);
        }
        text = copy;
    }
    *out = floe_string_node(text, size, 0);
    return 0;
}

static int make_record(floe_node *out, floe_document *facts, const char *path, const floe_node *text,
                       floe_error *error) {
    size_t length = strlen(path);
    const char *copy = floe_arena_text(facts->arena, path, length);
    if (!copy) {
        return floe_error_memory(error);
    }
    const char *slash = strrchr(copy, '/'), *name = slash ? slash + 1 : copy;
    floe_node fields[FLOE_SLOT_COUNT(file)];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        fields[i] = floe_null_node(0);
    }
    fields[FLOE_SLOT(file, unique_id)] = floe_string_node(copy, length, 0);
    fields[FLOE_SLOT(file, name)] = floe_string_node(name, strlen(name), 0);
    fields[FLOE_SLOT(file, text)] = *text;
    return floe_document_record(out, facts, &floe_type_file, fields, NULL, error);
}

int floe_text_file(floe_node *out, floe_document *facts, const char *place, const char *path, size_t limit,
                   floe_error *error) {
    const floe_document *known = floe_text_known(facts->store, place);
    bool kept = known && known->format != FLOE_JSON; /* what was read of JSON is decoded where it stood */
    char *read = NULL;
    const char *text = kept ? known->text : NULL;
    size_t size = kept ? known->size : 0;
    *out = floe_null_node(0);
    if (!kept) {
        int result = floe_file_read(&read, &size, place, limit, NULL);
        if (result) {
            return result == FLOE_MEMORY ? floe_error_memory(error) : 0;
        }
        text = read;
    }
    int result = 0;
    if (size <= limit && !memchr(text, '\0', size)) {
        floe_node held;
        result = make_text(&held, facts, text, size, kept, error);
        result = result ? result : make_record(out, facts, path, &held, error);
    }
    free(read);
    return result;
}
