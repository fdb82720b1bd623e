/* Tells the service manager that started this process how it is: sd_notify(3) over a datagram. */
#ifndef FLOE_BASE_NOTIFY_H
#define FLOE_BASE_NOTIFY_H

#include "floe/error.h"

/* Sends lines of NAME=value, such as "READY=1", to the socket that NOTIFY_SOCKET names: a path, or @ and an
 * abstract name. 0 as well where there is none: then nobody wants to know. */
int floe_notify(const char *state, floe_error *error);

#endif
