/* dbt's properties files (models/…/schema.yml): where the entry of a resource stands in them. */
#ifndef FLOE_DBT_PROPERTIES_H
#define FLOE_DBT_PROPERTIES_H

#include "floe/node.h"

/* The parsed file, read once for each store; NULL where it is missing, broken, or outside the project: `file`
 * is below `root`. */
const floe_document *floe_properties_read(floe_store *store, const char *root, const char *file);

/* The same for the text of any other file. */
const floe_document *floe_properties_text(floe_store *store, const char *root, const char *file);

/* The object of a list whose `name` is `name`: by case, then without. NULL where there is none. */
const floe_node *floe_properties_named(const floe_node *list, const floe_node *name);

/* True where two scalars are the same word: 1 and "1" are. */
bool floe_properties_same(const floe_node *one, const floe_node *other);

/* The item of `entry.versions` of a version; NULL where there is none. */
const floe_node *floe_properties_version(const floe_node *entry, const floe_node *version);

/* The offset of the key that holds `field` (a name of facts.def) in the entry or its `config`; false where
 * neither has it. */
bool floe_properties_member(uint32_t *at, const floe_node *entry, const char *field);

/* The item of `entry.data_tests` (or `tests`) that a test record was made from; NULL where there is none. */
const floe_node *floe_properties_test(const floe_node *entry, const floe_node *test);

#endif
