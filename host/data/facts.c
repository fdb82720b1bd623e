#include "facts.h"

#include <string.h>

#define FIELD(type, name, lua, doc) {#name, lua, doc},
#define TYPE(type, fields, doc)                                                                              \
    static const floe_field type##_fields[] = {fields(type)};                                                \
    const floe_type floe_type_##type = {#type, doc, type##_fields, floe_slots_of_##type};
#include "facts.def"
#undef TYPE
#undef FIELD

#define FIELD(type, name, lua, doc)
#define TYPE(type, fields, doc) &floe_type_##type,
const floe_type *const floe_types[] = {
#include "facts.def"
    NULL,
};
#undef TYPE
#undef FIELD

const floe_type *floe_type_named(const char *name) {
    for (const floe_type *const *type = floe_types; *type; type++) {
        if (strcmp((*type)->name, name) == 0) {
            return *type;
        }
    }
    return NULL;
}
