/* A config while it is being resolved: settings by key, each merged by its rule. See merge.c. */
#ifndef FLOE_DBT_PARSE_MERGE_H
#define FLOE_DBT_PARSE_MERGE_H

#include "dbt/parse/nodes.h"

/* A key's value so far. */
typedef struct floe_config_slot {
    const char *key;
    uint32_t length;
    bool is_default;               /* nobody has set it */
    floe_node value;               /* null: cleared, or never set */
    floe_node before;              /* what dbt_project.yml said, for where it was cleared later */
    const floe_jinja_doubt *doubt; /* its value is not known for certain */
    uint32_t line, column;         /* of the setting that is in doubt */
} floe_config_slot;

typedef struct floe_config {
    floe_parse_kind kind;
    floe_document *document; /* in which values are made */
    const char *adapter;     /* NULL where unknown: its other words for database and schema */
    bool united;             /* tags add up in all kinds, each once, as in dbt 2 */
    FLOE_PARSE_LIST(floe_config_slot) slots;
} floe_config;

void floe_config_free(floe_config *config);
/* The same slots in another config, which has a document of its own. */
int floe_config_copy(floe_config *config, const floe_config *from);
/* What dbt starts from. */
int floe_config_defaults(floe_config *config, int dbt);
/* Sets a key by its rule. `doubt` is why it may be otherwise; NULL. */
int floe_config_set(floe_config *config, const char *key, size_t length, const floe_node *value,
                    const floe_jinja_doubt *doubt, uint32_t line, uint32_t column);
/* All members of an object. */
int floe_config_set_all(floe_config *config, const floe_node *object);
/* NULL where there is none. */
floe_config_slot *floe_config_get(const floe_config *config, const char *key);
/* The object, nulls and empty defaults left out. */
int floe_config_finish(const floe_config *config, floe_node *out);

#endif
