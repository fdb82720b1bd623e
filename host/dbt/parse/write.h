/* Objects of the manifest in the making, and what write.c asks of write_node.c. */
#ifndef FLOE_DBT_PARSE_WRITE_H
#define FLOE_DBT_PARSE_WRITE_H

#include "dbt/parse/nodes.h"

/* Members are added in order; those that are null or empty are not taken. The first failure stays. */
typedef struct floe_parse_maker {
    floe_document *document;
    floe_key keys[96];
    floe_node items[96];
    size_t count;
    int failure;
} floe_parse_maker;

void floe_put(floe_parse_maker *object, const char *key, floe_node value); /* borrows the key */
void floe_put_text(floe_parse_maker *object, const char *key, const char *text);
void floe_put_list(floe_parse_maker *object, const char *key, const floe_node *items, size_t count);
void floe_put_texts(floe_parse_maker *object, const char *key, const char *const *texts, size_t count);
void floe_put_object(floe_parse_maker *object, const char *key, floe_parse_maker *inner);
int floe_put_end(floe_parse_maker *object, floe_node *out);
/* The node, or null for NULL. */
floe_node floe_put_value(const floe_node *node);

/* `docs` of a config (NULL: none), with dbt's defaults. */
void floe_put_docs(floe_parse_maker *object, const floe_node *docs);

/* Fills node->entry. `primary_key` may be NULL. */
int floe_parse_write_node(floe_parse_thread *thread, floe_parse_node *node, const floe_node *primary_key);

#endif
