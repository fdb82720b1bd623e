/*
 * The types of facts that policies see, declared once in facts.def: C fills their slots, views check them,
 * the reference and the LuaCATS stubs are printed from them.
 */
#ifndef FLOE_DATA_FACTS_H
#define FLOE_DATA_FACTS_H

#include "floe/node.h"

/* FLOE_SLOT(model, name) is the slot of model.name; FLOE_SLOT_COUNT(model) the number of its fields. */
#define FLOE_SLOT(type, field) ((uint32_t)floe_slot_##type##_##field)
#define FLOE_SLOT_COUNT(type) ((uint32_t)floe_slots_of_##type)

#define FIELD(type, name, lua, doc) floe_slot_##type##_##name,
#define TYPE(type, fields, doc) enum { fields(type) floe_slots_of_##type };
#include "facts.def"
#undef TYPE
#undef FIELD

/* floe_type_<name>, one for each type. */
#define FIELD(type, name, lua, doc)
#define TYPE(type, fields, doc) extern const floe_type floe_type_##type;
#include "facts.def"
#undef TYPE
#undef FIELD

/* All types, ended by NULL; and one by name (NULL where there is none). */
extern const floe_type *const floe_types[];
const floe_type *floe_type_named(const char *name);

#endif
