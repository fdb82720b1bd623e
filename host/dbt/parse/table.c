/* Items by text, as many of one text as there are, in the order they came; and texts made in an arena. */
#include "dbt/parse/nodes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

static floe_parse_entry **slot_of(const floe_parse_table *table, const char *key, size_t length,
                                  uint32_t hash) {
    uint32_t probe = hash & table->mask;
    for (; table->slots[probe]; probe = (probe + 1) & table->mask) {
        const floe_parse_entry *entry = table->slots[probe];
        if (entry->hash == hash && entry->length == length && memcmp(entry->key, key, length) == 0) {
            break;
        }
    }
    return &table->slots[probe];
}

/* Twice the slots; the old ones stay in the arena. */
static int grow(floe_parse_table *table) {
    uint32_t size = table->slots ? (table->mask + 1) * 2 : FIRST_SLOTS;
    floe_parse_entry **old = table->slots;
    uint32_t old_size = old ? table->mask + 1 : 0;
    floe_parse_entry **slots = floe_arena_array(table->arena, size, sizeof *slots);
    if (!slots) {
        return FLOE_MEMORY;
    }
    memset(slots, 0, size * sizeof *slots);
    table->slots = slots;
    table->mask = size - 1;
    for (uint32_t i = 0; i < old_size; i++) {
        if (old[i]) {
            *slot_of(table, old[i]->key, old[i]->length, old[i]->hash) = old[i];
        }
    }
    return 0;
}

int floe_parse_table_add(floe_parse_table *table, const char *key, size_t length, void *item) {
    if ((!table->slots || table->count * 2 > table->mask) && grow(table)) {
        return FLOE_MEMORY;
    }
    floe_parse_entry *entry = floe_arena_alloc(table->arena, sizeof *entry);
    if (!entry) {
        return FLOE_MEMORY;
    }
    uint32_t hash = floe_hash(key, length);
    floe_parse_entry **slot = slot_of(table, key, length, hash);
    *entry = (floe_parse_entry){.key = key, .length = (uint32_t)length, .hash = hash, .item = item};
    entry->last = entry;
    if (*slot) {
        (*slot)->last->next = entry;
        (*slot)->last = entry;
    } else {
        *slot = entry;
        table->count++;
    }
    return 0;
}

const floe_parse_entry *floe_parse_table_find(const floe_parse_table *table, const char *key, size_t length) {
    return table->slots ? *slot_of(table, key, length, floe_hash(key, length)) : NULL;
}

char *floe_parse_format(floe_arena *arena, const char *format, ...) {
    char small[256];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    char *text = length < 0 ? NULL : floe_arena_alloc(arena, (size_t)length + 1);
    if (text && (size_t)length < sizeof small) {
        memcpy(text, small, (size_t)length + 1);
    } else if (text) {
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    va_end(arguments);
    return text;
}
