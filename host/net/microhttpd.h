/* libmicrohttpd, loaded when the first server starts: only a long-running floe needs one. A build needs its
 * headers alone. */
#ifndef FLOE_NET_MICROHTTPD_H
#define FLOE_NET_MICROHTTPD_H

#include "floe/error.h"

#include <microhttpd.h>

/* libmicrohttpd's functions, as its headers declare them. */
typedef struct floe_microhttpd {
    struct MHD_Daemon *(*start_daemon)(unsigned flags, uint16_t port, MHD_AcceptPolicyCallback accept,
                                       void *accept_user, MHD_AccessHandlerCallback handler,
                                       void *handler_user, ...);
    void (*stop_daemon)(struct MHD_Daemon *daemon);
    enum MHD_Result (*run)(struct MHD_Daemon *daemon);
    enum MHD_Result (*get_timeout)(struct MHD_Daemon *daemon, MHD_UNSIGNED_LONG_LONG *milliseconds);
    const union MHD_DaemonInfo *(*get_daemon_info)(struct MHD_Daemon *daemon, enum MHD_DaemonInfoType type,
                                                   ...);
    const union MHD_ConnectionInfo *(*get_connection_info)(struct MHD_Connection *connection,
                                                           enum MHD_ConnectionInfoType type, ...);
    struct MHD_Response *(*create_response)(size_t size, void *text, enum MHD_ResponseMemoryMode mode);
    void (*destroy_response)(struct MHD_Response *response);
    enum MHD_Result (*add_response_header)(struct MHD_Response *response, const char *name,
                                           const char *value);
    enum MHD_Result (*queue_response)(struct MHD_Connection *connection, unsigned status,
                                      struct MHD_Response *response);
    const char *(*get_version)(void);
} floe_microhttpd;

/* The library, loaded once a process. FLOE_OUTSIDE where it is not installed or lacks a function. */
int floe_microhttpd_load(const floe_microhttpd **out, floe_error *error);

#endif
