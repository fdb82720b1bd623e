#include "curl.h"

#include "library.h"

/* What distributions call it: with OpenSSL first, whose libcrypto floe links already. */
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", NULL};

enum { OLDEST = 0x075500 }; /* 7.85.0: CURLOPT_PROTOCOLS_STR */

static bool find_functions(floe_curl *curl, void *library) {
    const floe_library_function functions[] = {
        {"curl_global_init", &curl->global_init},
        {"curl_easy_init", &curl->easy_init},
        {"curl_easy_reset", &curl->easy_reset},
        {"curl_easy_setopt", &curl->easy_setopt},
        {"curl_easy_perform", &curl->easy_perform},
        {"curl_easy_getinfo", &curl->easy_getinfo},
        {"curl_easy_cleanup", &curl->easy_cleanup},
        {"curl_easy_strerror", &curl->easy_strerror},
        {"curl_slist_append", &curl->slist_append},
        {"curl_slist_free_all", &curl->slist_free_all},
        {"curl_url", &curl->url},
        {"curl_url_cleanup", &curl->url_cleanup},
        {"curl_url_set", &curl->url_set},
        {"curl_url_get", &curl->url_get},
        {"curl_free", &curl->free},
        {"curl_getdate", &curl->getdate},
        {"curl_version_info", &curl->version_info},
    };
    return floe_library_find(library, functions, sizeof functions / sizeof *functions);
}

static int explain(floe_error *error, const char *what) {
    floe_error_set(error, FLOE_OUTSIDE, "%s, and without it nothing can be asked over the network", what);
    floe_error_hint(error, "install libcurl 7.85 or newer with TLS; Debian: apt-get install libcurl4");
    return FLOE_OUTSIDE;
}

int floe_curl_load(const floe_curl **out, floe_error *error) {
    static floe_curl loaded;
    static bool ready;
    floe_curl curl;
    void *library;
    if (ready) {
        *out = &loaded;
        return 0;
    }
    library = floe_library_open(names);
    if (!library) {
        return explain(error, "libcurl is not installed");
    }
    if (!find_functions(&curl, library) || curl.version_info(CURLVERSION_NOW)->version_num < OLDEST) {
        floe_library_close(library);
        return explain(error, "the installed libcurl is too old");
    }
    if (!(curl.version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL) ||
        curl.global_init(CURL_GLOBAL_DEFAULT)) {
        floe_library_close(library);
        return explain(error, "the installed libcurl speaks no TLS");
    }
    loaded = curl;
    ready = true;
    *out = &loaded;
    return 0;
}
