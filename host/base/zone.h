/* Time zones of the IANA database, as the C library reads it. Not for threads: the C library has one zone at
 * a time. */
#ifndef FLOE_BASE_ZONE_H
#define FLOE_BASE_ZONE_H

#include "floe/error.h"

#include <stdbool.h>
#include <time.h>

/* True where this machine has a database of time zones at all. "UTC" is known without one. */
bool floe_zone_database(void);

/* True for the name of a zone, such as "Europe/Berlin". Names are taken as they are spelt. */
bool floe_zone_known(const char *name);

/* What clocks in a zone show at a moment in seconds since 1970. FLOE_NOT_FOUND for an unknown zone. The
 * environment is afterwards as it was. */
int floe_zone_at(struct tm *out, const char *name, int64_t seconds, floe_error *error);

#endif
