/*
 * The document tree: one shape for YAML, JSON and for the facts that floe makes from them.
 *
 * A node is 16 bytes: a scalar holds its value, a container points to a block of its children. Objects share
 * a shape (their keys in order, with an index), so that ten thousand columns with the same keys store those
 * keys once, and a look-up never walks. A block knows its document, so a copy of a container node is a
 * reference to the same tree from anywhere: facts link into the files they were read from.
 *
 * Trees are immutable once built and may be read by any thread or forked process.
 */
#ifndef FLOE_NODE_H
#define FLOE_NODE_H

#include "floe/arena.h"
#include "floe/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum floe_kind {
    FLOE_NULL,
    FLOE_BOOLEAN,
    FLOE_INTEGER,
    FLOE_NUMBER,
    FLOE_STRING,
    FLOE_ARRAY,
    FLOE_OBJECT
} floe_kind;

typedef struct floe_block floe_block;
typedef struct floe_shape floe_shape;
typedef struct floe_type floe_type;
typedef struct floe_document floe_document;
typedef struct floe_store floe_store;

typedef struct floe_node {
    uint32_t at;   /* where it stood: a byte offset in its document's source; for a record, its index there */
    uint32_t head; /* kind in the low 3 bits, size (bytes of a string, children of a container) above */
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *string; /* UTF-8, may hold NUL bytes; not NUL-terminated in general */
        const floe_block *block;
    };
} floe_node;

enum { FLOE_SIZE_LIMIT = (1 << 28) - 1 }; /* bytes of a document, children of a container */

/* In the head of a string of YAML: its text stands for a value for which trees have no kind
 * (host/data/yaml_scalar.h). It is a date or a time in the form of ISO 8601, or the digits of an integer of
 * more than 64 bits. */
#define FLOE_STANDS_FOR_VALUE ((uint32_t)1 << 31)

/* A position that survives being sent to another process: a document's number and an offset or record index.
 */
typedef struct floe_place {
    uint32_t document;
    uint32_t at;
} floe_place;

struct floe_block {
    const floe_shape *shape; /* NULL for arrays */
    const floe_document *document;
    union {
        const uint32_t *key_at;   /* source offset of each key; NULL where the format does not keep it */
        const floe_place *origin; /* for a record: what it was made from; may be NULL */
    };
    floe_node items[];
};

/* One key of a shape. `text` is NUL-terminated but may hold NULs itself. */
typedef struct floe_key {
    const char *text;
    uint32_t length;
    uint32_t hash;
} floe_key;

struct floe_shape {
    const floe_type *type; /* set for records: typed facts, whose fields are fixed */
    uint32_t count;
    uint32_t mask;         /* size of the index minus one; 0 where there is none (few keys) */
    const uint32_t *index; /* open addressing, slot + 1, 0 is empty */
    const floe_key *keys;
};

/* A type of fact: its name and its fields, in slot order. Declared once, in host/data/facts.def. */
typedef struct floe_field {
    const char *name;
    const char *type; /* a LuaCATS type: "string", "boolean?", "column[]", "table<string, any>" */
    const char *doc;
} floe_field;

struct floe_type {
    const char *name;
    const char *doc;
    const floe_field *fields;
    uint32_t count;
};

/* ---- reading ---- */

static inline floe_kind floe_node_kind(const floe_node *node) {
    return (floe_kind)(node->head & 7);
}

/* Bytes of a string, children of a container, 0 for other kinds. */
static inline uint32_t floe_node_size(const floe_node *node) {
    return (node->head & ~FLOE_STANDS_FOR_VALUE) >> 3;
}

/* True where a string stands for an integer of more than 64 bits, as its digits, which may follow a sign. */
bool floe_node_is_long_integer(const floe_node *node);

/* True where a string stands for a date or a time, as Python's isoformat() writes it. */
bool floe_node_is_moment(const floe_node *node);

/* True for NULL pointers and null nodes: absent and null are the same to most readers. */
static inline bool floe_node_absent(const floe_node *node) {
    return !node || floe_node_kind(node) == FLOE_NULL;
}

/* The child at `index` (from 0) of an array or object; NULL where there is none. */
const floe_node *floe_node_child(const floe_node *node, uint32_t index);

/* The member of an object by key; NULL where `node` is NULL, no object, or has no such key. */
const floe_node *floe_node_get(const floe_node *node, const char *key, size_t length);

/* The same with a C string, through nested objects: floe_node_path(n, "config", "meta", NULL). */
const floe_node *floe_node_path(const floe_node *node, ...) __attribute__((sentinel));

/* The slot of a key in a shape, or -1. */
int64_t floe_shape_slot(const floe_shape *shape, const char *key, size_t length);

/* The key of an object's child; NULL where `node` is no object or `index` is too large. */
const floe_key *floe_node_key(const floe_node *node, uint32_t index);

/* The record type of a node, or NULL where it is not a typed fact. */
const floe_type *floe_node_type(const floe_node *node);

/* A string's bytes and length; NULL (and length 0) where `node` is absent or no string. */
const char *floe_node_string(const floe_node *node, size_t *length);

/* True where `node` is a string equal to `text`. */
bool floe_node_equals(const floe_node *node, const char *text);

/* The place of a container's document and offset. A scalar's place is its container's document and its own
 * `at`. */
floe_place floe_node_place(const floe_document *document, const floe_node *node);

/* ---- documents ---- */

typedef enum floe_format { FLOE_FACTS, FLOE_JSON, FLOE_YAML, FLOE_TEXT } floe_format;

struct floe_document {
    floe_store *store;
    uint32_t id; /* its number in the store */
    floe_format format;
    floe_arena *arena;
    const char *path; /* for display, relative to where floe was started when below it */
    const char *text; /* the source's bytes; a JSON reader may have decoded strings in place */
    size_t size;
    char digest[72];             /* "sha256:…" of the source as read; empty for facts */
    const uint32_t *line_starts; /* offsets at which lines begin, ascending; filled by the reader */
    uint32_t lines;
    const floe_block **records; /* of a facts document: every record by its index */
    uint32_t record_count, record_capacity;
    floe_block *empty;     /* the one empty array block */
    floe_block *empty_map; /* the one empty object block */
    floe_node root;
};

/* All documents of a run. Freed as one. Documents are numbered from 0 in the order of their making. */
floe_store *floe_store_new(void);        /* NULL when memory ran out */
void floe_store_free(floe_store *store); /* with its documents and all their nodes; NULL is allowed */
uint32_t floe_store_count(const floe_store *store);
floe_document *floe_store_document(const floe_store *store, uint32_t id); /* NULL where there is none */

/* The oldest document of a format and path, or NULL. A look-up, not a walk. */
floe_document *floe_store_find(const floe_store *store, floe_format format, const char *path);

/* A new document in the store, with an empty root. `path` is copied. FLOE_MEMORY is the only error. */
int floe_document_new(floe_document **out, floe_store *store, floe_format format, const char *path,
                      floe_error *error);

/* The same for one of many small documents: it lives in the arena of `host`, an older document of the store
 * that has an arena of its own, and shares its shapes. What is put into it after floe_document_move lives
 * with another such host, so that a thread can fill it; no two threads may put into one host at once. */
int floe_document_guest(floe_document **out, floe_document *host, floe_format format, const char *path,
                        floe_error *error);
void floe_document_move(floe_document *guest, floe_document *host);

/* Takes a document that could not be read out of the store again: only the newest may be dropped. That it was
 * tried is not forgotten. */
void floe_document_drop(floe_document *document);

/* A source that was read and turned out to be no document of its format. */
typedef struct floe_refused {
    char *path;
    size_t size;
    char digest[72];
} floe_refused;

/* The sources of dropped documents, from 0 on; NULL behind the last. */
const floe_refused *floe_store_refused(const floe_store *store, uint32_t index);

/* Line and column (1-based, code points) of an offset. */
void floe_document_position(const floe_document *document, uint32_t at, uint32_t *line, uint32_t *column);

/* Hands malloc'd memory (a text, say) over to the document, which frees it; also where this fails
 * (FLOE_MEMORY). */
int floe_document_keep(floe_document *document, void *memory, floe_error *error);

/* Fills `line_starts` from the text; a reader calls it before it decodes anything in place. */
int floe_document_index_lines(floe_document *document, floe_error *error);

/* ---- building ---- */

static inline floe_node floe_null_node(uint32_t at) {
    return (floe_node){.at = at, .head = FLOE_NULL, .integer = 0};
}
static inline floe_node floe_boolean_node(bool value, uint32_t at) {
    return (floe_node){.at = at, .head = FLOE_BOOLEAN, .integer = value ? 1 : 0};
}
static inline floe_node floe_integer_node(int64_t value, uint32_t at) {
    return (floe_node){.at = at, .head = FLOE_INTEGER, .integer = value};
}
static inline floe_node floe_number_node(double value, uint32_t at) {
    return (floe_node){.at = at, .head = FLOE_NUMBER, .number = value};
}
/* Borrows `text`, which must outlive the document (its own text, its arena, a literal). */
static inline floe_node floe_string_node(const char *text, size_t length, uint32_t at) {
    return (floe_node){.at = at, .head = FLOE_STRING | (uint32_t)length << 3, .string = text};
}
/* A NUL-terminated literal, or null for a NULL pointer. */
floe_node floe_literal_node(const char *text);

/* The functions below copy what they are given into the document's arena and return a node of it through
 * `out`. They fail with FLOE_MEMORY, or with FLOE_LIMIT past FLOE_SIZE_LIMIT. */

int floe_document_list(floe_node *out, floe_document *document, const floe_node *items, size_t count,
                       uint32_t at, floe_error *error);

/* `keys[i]` is borrowed as in floe_string_node; duplicate keys are FLOE_INVALID. `key_at` may be NULL. */
int floe_document_map(floe_node *out, floe_document *document, const floe_key *keys, const floe_node *items,
                      const uint32_t *key_at, size_t count, uint32_t at, floe_error *error);

/* An object with the keys of `like`, an object of the same store, and other values (one for each key). */
int floe_document_map_like(floe_node *out, floe_document *document, const floe_node *like,
                           const floe_node *items, uint32_t at, floe_error *error);

/* The same for a shape of this document, with one item a key. */
int floe_document_object(floe_node *out, floe_document *document, const floe_shape *shape,
                         const floe_node *items, const uint32_t *key_at, uint32_t at, floe_error *error);

/* A record of `type` with one node a field, in slot order; enters the document's table of records. The items
 * may still be changed through floe_record_items until the facts are handed out (records refer to one
 * another). */
int floe_document_record(floe_node *out, floe_document *document, const floe_type *type,
                         const floe_node *fields, const floe_place *origin, floe_error *error);

/* The fields of a record that is still being built. */
static inline floe_node *floe_record_items(const floe_node *record) {
    return (floe_node *)(uintptr_t)record->block->items;
}

/* The record with an index, as a node; an absent node where there is none. */
floe_node floe_document_record_at(const floe_document *document, uint32_t index);

/* Interns a shape by its keys; used by readers. The same keys in the same order give the same shape. NULL
 * where memory ran out or a key stands twice; floe_keys_repeated tells which. */
const floe_shape *floe_document_shape(floe_document *document, const floe_key *keys, size_t count);

/* True where two of the keys are equal; `pair` then holds the first repetition: pair[0] < pair[1]. */
bool floe_keys_repeated(const floe_key *keys, size_t count, uint32_t pair[2]);

/* A key's hash. It differs from one start of the program to the next, so that no file can be made to collide.
 */
uint32_t floe_hash(const char *text, size_t length);
static inline floe_key floe_key_of(const char *text, size_t length) {
    return (floe_key){.text = text, .length = (uint32_t)length, .hash = floe_hash(text, length)};
}

#endif
