#include "microhttpd.h"

#include "library.h"

static const char *const names[] = {"libmicrohttpd.so.12", NULL};

static bool find_functions(floe_microhttpd *out, void *library) {
    const floe_library_function functions[] = {
        {"MHD_start_daemon", &out->start_daemon},
        {"MHD_stop_daemon", &out->stop_daemon},
        {"MHD_run", &out->run},
        {"MHD_get_timeout", &out->get_timeout},
        {"MHD_get_daemon_info", &out->get_daemon_info},
        {"MHD_get_connection_info", &out->get_connection_info},
        {"MHD_create_response_from_buffer", &out->create_response},
        {"MHD_destroy_response", &out->destroy_response},
        {"MHD_add_response_header", &out->add_response_header},
        {"MHD_queue_response", &out->queue_response},
        {"MHD_get_version", &out->get_version},
    };
    return floe_library_find(library, functions, sizeof functions / sizeof *functions);
}

static int explain(floe_error *error, const char *what) {
    floe_error_set(error, FLOE_OUTSIDE, "%s, and without it nothing can be served", what);
    floe_error_hint(error, "install libmicrohttpd; Debian: apt-get install libmicrohttpd12");
    return FLOE_OUTSIDE;
}

int floe_microhttpd_load(const floe_microhttpd **out, floe_error *error) {
    static floe_microhttpd loaded;
    static bool ready;
    if (!ready) {
        void *library = floe_library_open(names);
        if (!library) {
            return explain(error, "libmicrohttpd is not installed");
        }
        if (!find_functions(&loaded, library)) {
            floe_library_close(library);
            return explain(error, "the installed libmicrohttpd lacks a function");
        }
        ready = true;
    }
    *out = &loaded;
    return 0;
}
