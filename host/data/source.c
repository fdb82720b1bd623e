#include "data/source.h"

#include "base/digest.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

static size_t limit_of(const floe_read_limits *limits) {
    size_t bytes = limits ? limits->bytes : 0;
    return bytes && bytes < FLOE_SIZE_LIMIT ? bytes : FLOE_SIZE_LIMIT;
}

static void set_text(floe_document *document, const char *text, size_t size, const char *digest) {
    document->text = text;
    document->size = size;
    memcpy(document->digest, digest, FLOE_DIGEST_SIZE);
}

/* Makes the document; takes `text` over, also where this fails. */
static int adopt(floe_document **out, floe_store *store, floe_format format, const char *path, char *text,
                 size_t size, const char *digest, floe_error *error) {
    floe_document *document;
    int result = floe_document_new(&document, store, format, path, error);
    if (result) {
        free(text);
        return result;
    }
    result = floe_document_keep(document, text, error);
    if (result) {
        floe_document_drop(document);
        return result;
    }
    set_text(document, text, size, digest);
    *out = document;
    return 0;
}

int floe_source_fill(floe_document *document, const char *path, const floe_read_limits *limits,
                     floe_error *error) {
    char *text, digest[FLOE_DIGEST_SIZE];
    size_t size;
    int result = floe_file_read_arena(&text, &size, digest, document->arena, path, limit_of(limits), error);
    if (!result) {
        set_text(document, text, size, digest);
    }
    return result;
}

int floe_source_read(floe_document **out, floe_store *store, floe_format format, const char *path,
                     const floe_read_limits *limits, floe_error *error) {
    char *text, digest[FLOE_DIGEST_SIZE];
    size_t size;
    int result = floe_file_read_digest(&text, &size, digest, path, limit_of(limits), error);
    return result ? result : adopt(out, store, format, path, text, size, digest, error);
}

int floe_source_copy(floe_document **out, floe_store *store, floe_format format, const char *name,
                     const char *text, size_t size, const floe_read_limits *limits, floe_error *error) {
    static const char none[FLOE_DIGEST_SIZE] = "";
    if (size > limit_of(limits)) {
        floe_error_set(error, FLOE_LIMIT, "the text is larger than the limit of %zu bytes", limit_of(limits));
        floe_error_at(error, name, 0, 0);
        return FLOE_LIMIT;
    }
    char *copy = malloc(size + FLOE_FILE_PADDING);
    if (!copy) {
        return floe_error_memory(error);
    }
    if (size) {
        memcpy(copy, text, size);
    }
    memset(copy + size, 0, FLOE_FILE_PADDING);
    return adopt(out, store, format, name, copy, size, none, error);
}
