/* Documents and their store; building lists, maps and records in a document's arena. */
#include "floe/node.h"

#include "base/buffer.h"
#include "data/shape.h"

#include <stdlib.h>
#include <string.h>

enum { RECORD_TYPES = 64 };

/* A document with what only its maker needs. */
typedef struct document_home {
    floe_document document;
    struct document_home *host; /* whose arena and shapes it uses; NULL: its own */
    floe_shape_table shapes;
    const floe_shape **record_shapes; /* RECORD_TYPES of them, from the first record on */
    size_t record_shape_count;
    void **kept; /* malloc'd by readers, freed with the document */
    size_t kept_count, kept_capacity;
} document_home;

struct floe_store {
    document_home **documents;
    uint32_t count, capacity;
    uint32_t *by_path; /* open addressing, number + 1, 0 is empty; twice the capacity's size */
    floe_refused *refused;
    size_t refused_count, refused_capacity;
};

floe_store *floe_store_new(void) {
    return calloc(1, sizeof(floe_store));
}

static void free_home(document_home *home) {
    if (home) {
        floe_shape_table_free(&home->shapes);
        for (size_t i = 0; i < home->kept_count; i++) {
            free(home->kept[i]);
        }
        free(home->kept);
        free((void *)home->document.records);
        if (!home->host) { /* a guest lies in its host's arena */
            floe_arena_free(home->document.arena);
            free(home);
        }
    }
}

void floe_store_free(floe_store *store) {
    if (!store) {
        return;
    }
    for (uint32_t i = store->count; i > 0; i--) { /* guests before their hosts, which are older */
        free_home(store->documents[i - 1]);
    }
    for (size_t i = 0; i < store->refused_count; i++) {
        free(store->refused[i].path);
    }
    free(store->refused);
    free(store->documents);
    free(store->by_path);
    free(store);
}

const floe_refused *floe_store_refused(const floe_store *store, uint32_t index) {
    return index < store->refused_count ? &store->refused[index] : NULL;
}

uint32_t floe_store_count(const floe_store *store) {
    return store->count;
}

floe_document *floe_store_document(const floe_store *store, uint32_t id) {
    return id < store->count ? &store->documents[id]->document : NULL;
}

static floe_block *new_block(floe_document *document, const floe_shape *shape, size_t count) {
    floe_block *block = floe_arena_alloc(document->arena, sizeof *block + count * sizeof(floe_node));
    if (block) {
        block->shape = shape;
        block->document = document;
        block->key_at = NULL;
    }
    return block;
}

/* The place of the index that holds the oldest document of this format and path, or that is free for one. */
static uint32_t *path_slot(const floe_store *store, floe_format format, const char *path) {
    uint32_t mask = store->capacity * 2 - 1;
    uint32_t probe = floe_hash(path, strlen(path)) & mask;
    for (; store->by_path[probe]; probe = (probe + 1) & mask) {
        const floe_document *one = &store->documents[store->by_path[probe] - 1]->document;
        if (one->format == format && strcmp(one->path, path) == 0) {
            break;
        }
    }
    return &store->by_path[probe];
}

static void index_document(floe_store *store, uint32_t id) {
    const floe_document *document = &store->documents[id]->document;
    uint32_t *slot = path_slot(store, document->format, document->path);
    if (!*slot) {
        *slot = id + 1;
    }
}

static int grow_store(floe_store *store) {
    if (store->count < store->capacity) {
        return 0;
    }
    uint32_t capacity = store->capacity ? store->capacity * 2 : 16;
    document_home **documents = realloc(store->documents, capacity * sizeof *documents);
    if (!documents) {
        return FLOE_MEMORY;
    }
    store->documents = documents;
    uint32_t *by_path = calloc((size_t)capacity * 2, sizeof *by_path);
    if (!by_path) {
        return FLOE_MEMORY;
    }
    free(store->by_path);
    store->by_path = by_path;
    store->capacity = capacity;
    for (uint32_t i = 0; i < store->count; i++) {
        index_document(store, i);
    }
    return 0;
}

floe_document *floe_store_find(const floe_store *store, floe_format format, const char *path) {
    uint32_t number = store->capacity ? *path_slot(store, format, path) : 0;
    return number ? &store->documents[number - 1]->document : NULL;
}

/* The shape of all objects without keys. */
static const floe_shape no_keys = {.keys = (const floe_key[1]){{.text = ""}}};

/* Enters a document that has its arena into the store. */
static int settle(document_home *home, floe_store *store, floe_format format, const char *path) {
    floe_document *document = &home->document;
    document->store = store;
    document->id = store->count;
    document->format = format;
    document->path = floe_arena_text(document->arena, path, strlen(path));
    document->empty = new_block(document, NULL, 0);
    document->empty_map = new_block(document, &no_keys, 0);
    if (!document->path || !document->empty || !document->empty_map || grow_store(store)) {
        return FLOE_MEMORY;
    }
    store->documents[store->count] = home;
    index_document(store, store->count++);
    return 0;
}

int floe_document_new(floe_document **out, floe_store *store, floe_format format, const char *path,
                      floe_error *error) {
    document_home *home = calloc(1, sizeof *home);
    if (!home || !(home->document.arena = floe_arena_new(0)) || settle(home, store, format, path)) {
        free_home(home);
        return floe_error_memory(error);
    }
    *out = &home->document;
    return 0;
}

int floe_document_guest(floe_document **out, floe_document *host, floe_format format, const char *path,
                        floe_error *error) {
    document_home *home = floe_arena_alloc(host->arena, sizeof *home);
    if (home) {
        *home = (document_home){.document.arena = host->arena, .host = (document_home *)host};
    }
    if (!home || settle(home, host->store, format, path)) {
        return floe_error_memory(error);
    }
    *out = &home->document;
    return 0;
}

void floe_document_move(floe_document *guest, floe_document *host) {
    ((document_home *)guest)->host = (document_home *)host;
    guest->arena = host->arena;
}

/* Notes the source of a document that goes. Where memory runs out whoever reads learns of it soon enough. */
static void note_refused(floe_store *store, const floe_document *document) {
    char *path = document->digest[0] ? strdup(document->path) : NULL;
    if (!path || floe_grow(&store->refused, &store->refused_capacity, store->refused_count + 1,
                           sizeof *store->refused)) {
        free(path);
        return;
    }
    floe_refused *refused = &store->refused[store->refused_count++];
    *refused = (floe_refused){.path = path, .size = document->size};
    memcpy(refused->digest, document->digest, sizeof refused->digest);
}

void floe_document_drop(floe_document *document) {
    floe_store *store = document ? document->store : NULL;
    if (!store || !store->count || &store->documents[store->count - 1]->document != document) {
        return;
    }
    /* The newest went into the index last: no other document was put behind it, so its place may become free.
     */
    uint32_t *slot = path_slot(store, document->format, document->path);
    if (*slot == store->count) {
        *slot = 0;
    }
    note_refused(store, document);
    free_home(store->documents[--store->count]);
}

int floe_document_keep(floe_document *document, void *memory, floe_error *error) {
    document_home *home = (document_home *)document;
    if (floe_grow(&home->kept, &home->kept_capacity, home->kept_count + 1, sizeof *home->kept)) {
        free(memory);
        return floe_error_memory(error);
    }
    home->kept[home->kept_count++] = memory;
    return 0;
}

/* ---- positions ---- */

int floe_document_index_lines(floe_document *document, floe_error *error) {
    uint32_t lines = 1;
    const char *end = document->text + document->size;
    for (const char *c = document->text; c < end && (c = memchr(c, '\n', (size_t)(end - c))); c++) {
        lines++;
    }
    uint32_t *starts = floe_arena_array(document->arena, lines, sizeof *starts);
    if (!starts) {
        return floe_error_memory(error);
    }
    starts[0] = document->size >= 3 && memcmp(document->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    uint32_t line = 1;
    for (const char *c = document->text; c < end && (c = memchr(c, '\n', (size_t)(end - c))); c++) {
        starts[line++] = (uint32_t)(c + 1 - document->text);
    }
    document->line_starts = starts;
    document->lines = lines;
    return 0;
}

void floe_document_position(const floe_document *document, uint32_t at, uint32_t *line, uint32_t *column) {
    *line = 0;
    *column = 0;
    if (!document->lines || at > document->size) {
        return;
    }
    uint32_t low = 0, high = document->lines;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (document->line_starts[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *line = low + 1;
    *column = 1;
    /* A string decoded in place left fewer bytes than it had columns: 0xFF, no byte of UTF-8, stands for two.
     */
    unsigned char wide = document->format == FLOE_JSON ? 0xFF : 0x80;
    for (uint32_t i = document->line_starts[low]; i < at; i++) {
        unsigned char byte = (unsigned char)document->text[i];
        *column += (uint32_t)((byte & 0xC0) != 0x80) + (byte == wide && wide == 0xFF);
    }
}

/* ---- shapes ---- */

const floe_shape *floe_document_shape(floe_document *document, const floe_key *keys, size_t count) {
    document_home *home = (document_home *)document;
    floe_shape_table *shapes = home->host ? &home->host->shapes : &home->shapes;
    return count ? floe_shape_intern(shapes, document->arena, keys, count) : &no_keys;
}

/* The shape of a record type: the type's fields as keys, made once for each document. */
static const floe_shape *record_shape(floe_document *document, const floe_type *type) {
    document_home *home = (document_home *)document;
    for (size_t i = 0; i < home->record_shape_count; i++) {
        if (home->record_shapes[i]->type == type) {
            return home->record_shapes[i];
        }
    }
    if (!home->record_shapes) {
        home->record_shapes = floe_arena_array(document->arena, RECORD_TYPES, sizeof *home->record_shapes);
    }
    if (!home->record_shapes || home->record_shape_count == RECORD_TYPES) {
        return NULL;
    }
    floe_shape *shape = floe_arena_alloc(document->arena, sizeof *shape);
    floe_key *keys = floe_arena_array(document->arena, type->count, sizeof *keys);
    if (!shape || !keys) {
        return NULL;
    }
    for (uint32_t i = 0; i < type->count; i++) {
        keys[i] = floe_key_of(type->fields[i].name, strlen(type->fields[i].name));
    }
    *shape = (floe_shape){.type = type, .count = type->count, .keys = keys};
    if (floe_shape_index(document->arena, shape)) {
        return NULL;
    }
    home->record_shapes[home->record_shape_count++] = shape;
    return shape;
}

/* ---- building ---- */

static int check_size(size_t count, floe_error *error) {
    if (count > FLOE_SIZE_LIMIT) {
        return floe_error_set(error, FLOE_LIMIT, "a container holds more than %d children", FLOE_SIZE_LIMIT);
    }
    return 0;
}

int floe_document_list(floe_node *out, floe_document *document, const floe_node *items, size_t count,
                       uint32_t at, floe_error *error) {
    int result = check_size(count, error);
    if (result) {
        return result;
    }
    floe_block *block = count ? new_block(document, NULL, count) : document->empty;
    if (!block) {
        return floe_error_memory(error);
    }
    if (count) {
        memcpy(block->items, items, count * sizeof *items);
    }
    *out = (floe_node){.at = at, .head = FLOE_ARRAY | (uint32_t)count << 3, .block = block};
    return 0;
}

int floe_document_map(floe_node *out, floe_document *document, const floe_key *keys, const floe_node *items,
                      const uint32_t *key_at, size_t count, uint32_t at, floe_error *error) {
    int result = check_size(count, error);
    if (result) {
        return result;
    }
    const floe_shape *shape = floe_document_shape(document, keys, count);
    if (!shape) {
        uint32_t pair[2];
        return floe_keys_repeated(keys, count, pair)
                   ? floe_error_set(error, FLOE_INVALID, "a key stands twice in one object")
                   : floe_error_memory(error);
    }
    return floe_document_object(out, document, shape, items, key_at, at, error);
}

int floe_document_object(floe_node *out, floe_document *document, const floe_shape *shape,
                         const floe_node *items, const uint32_t *key_at, uint32_t at, floe_error *error) {
    size_t count = shape->count;
    floe_block *block = count ? new_block(document, shape, count) : document->empty_map;
    uint32_t *positions =
        key_at && count ? floe_arena_array(document->arena, count, sizeof *positions) : NULL;
    if (!block || (key_at && count && !positions)) {
        return floe_error_memory(error);
    }
    if (count) {
        memcpy(block->items, items, count * sizeof *items);
    }
    if (positions) {
        memcpy(positions, key_at, count * sizeof *positions);
        block->key_at = positions;
    }
    *out = (floe_node){.at = at, .head = FLOE_OBJECT | (uint32_t)count << 3, .block = block};
    return 0;
}

int floe_document_map_like(floe_node *out, floe_document *document, const floe_node *like,
                           const floe_node *items, uint32_t at, floe_error *error) {
    return floe_document_object(out, document, like->block->shape, items, NULL, at, error);
}

static int grow_records(floe_document *document) {
    if (document->record_count < document->record_capacity) {
        return 0;
    }
    uint32_t capacity = document->record_capacity ? document->record_capacity * 2 : 256;
    const floe_block **records = realloc((void *)document->records, capacity * sizeof *records);
    if (!records) {
        return FLOE_MEMORY;
    }
    document->records = records;
    document->record_capacity = capacity;
    return 0;
}

int floe_document_record(floe_node *out, floe_document *document, const floe_type *type,
                         const floe_node *fields, const floe_place *origin, floe_error *error) {
    const floe_shape *shape = record_shape(document, type);
    /* The origin takes the room of half a node behind the fields, which the arena's alignment leaves free. */
    size_t room = sizeof(floe_block) + type->count * sizeof(floe_node) + (origin ? sizeof *origin : 0);
    floe_block *block = shape ? floe_arena_alloc(document->arena, room) : NULL;
    if (!block || grow_records(document)) {
        return floe_error_memory(error);
    }
    block->shape = shape;
    block->document = document;
    block->origin = NULL;
    memcpy(block->items, fields, type->count * sizeof *fields);
    if (origin) {
        floe_place *copy = (floe_place *)(block->items + type->count);
        *copy = *origin;
        block->origin = copy;
    }
    uint32_t index = document->record_count++;
    document->records[index] = block;
    *out = (floe_node){.at = index, .head = FLOE_OBJECT | type->count << 3, .block = block};
    return 0;
}

floe_node floe_document_record_at(const floe_document *document, uint32_t index) {
    if (index >= document->record_count) {
        return floe_null_node(0);
    }
    const floe_block *block = document->records[index];
    return (floe_node){.at = index, .head = FLOE_OBJECT | block->shape->count << 3, .block = block};
}
