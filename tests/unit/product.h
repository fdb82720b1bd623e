/* A product of models with columns, made in memory: what the tests of judging judge. */
#ifndef FLOE_TESTS_PRODUCT_H
#define FLOE_TESTS_PRODUCT_H

#include "data/facts.h"

#include "support.h"

typedef struct sample {
    floe_store *store;
    floe_document *facts;
    floe_node product;
} sample;

__attribute__((format(printf, 2, 3))) static inline floe_node sample_text(sample *self, const char *format,
                                                                          ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return floe_string_node(floe_arena_text(self->facts->arena, text, (size_t)length), (size_t)length, 0);
}

static inline floe_node sample_list(sample *self, const floe_node *items, size_t count) {
    floe_node list;
    assert_int_equal(0, floe_document_list(&list, self->facts, items, count, 0, NULL));
    return list;
}

static inline floe_node sample_column(sample *self, unsigned model, unsigned column) {
    floe_node fields[FLOE_SLOT_COUNT(column)] = {0}, out;
    fields[FLOE_SLOT(column, unique_id)] = sample_text(self, "model.shop.m%03u.c%u", model, column);
    fields[FLOE_SLOT(column, name)] = sample_text(self, "c%u", column);
    fields[FLOE_SLOT(column, tags)] = sample_list(self, NULL, 0);
    assert_int_equal(0, floe_document_record(&out, self->facts, &floe_type_column, fields, NULL, NULL));
    return out;
}

/* Every fourth model belongs to an installed package. */
static inline floe_node sample_model(sample *self, unsigned model, unsigned columns) {
    floe_node fields[FLOE_SLOT_COUNT(model)] = {0}, members[16], out;
    floe_key keys[16];
    fields[FLOE_SLOT(model, unique_id)] = sample_text(self, "model.shop.m%03u", model);
    fields[FLOE_SLOT(model, name)] = sample_text(self, "m%03u", model);
    fields[FLOE_SLOT(model, own)] = floe_boolean_node(model % 4 != 3, 0);
    for (unsigned i = 0; i < columns; i++) {
        members[i] = sample_column(self, model, i);
        const floe_node *name = &members[i].block->items[FLOE_SLOT(column, name)];
        keys[i] = floe_key_of(name->string, floe_node_size(name));
    }
    assert_int_equal(0, floe_document_map(&fields[FLOE_SLOT(model, columns)], self->facts, keys, members,
                                          NULL, columns, 0, NULL));
    assert_int_equal(0, floe_document_record(&out, self->facts, &floe_type_model, fields, NULL, NULL));
    return out;
}

/* At most 15 columns. */
static inline void sample_make(sample *self, unsigned models, unsigned columns) {
    self->store = floe_store_new();
    assert_int_equal(0, floe_document_new(&self->facts, self->store, FLOE_FACTS, "facts", NULL));
    floe_node *list = calloc(models + 1, sizeof *list);
    for (unsigned i = 0; i < models; i++) {
        list[i] = sample_model(self, i, columns);
    }
    floe_node project[FLOE_SLOT_COUNT(project)] = {0}, product[FLOE_SLOT_COUNT(product)] = {0};
    project[FLOE_SLOT(project, unique_id)] = project[FLOE_SLOT(project, name)] = floe_literal_node("shop");
    project[FLOE_SLOT(project, models)] = sample_list(self, list, models);
    product[FLOE_SLOT(product, unique_id)] = product[FLOE_SLOT(product, name)] =
        floe_literal_node("sales.shop");
    assert_int_equal(0, floe_document_record(&product[FLOE_SLOT(product, project)], self->facts,
                                             &floe_type_project, project, NULL, NULL));
    assert_int_equal(
        0, floe_document_record(&self->product, self->facts, &floe_type_product, product, NULL, NULL));
    free(list);
}

static inline void sample_free(sample *self) {
    floe_store_free(self->store);
}

#endif
