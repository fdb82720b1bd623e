/*
 * libcurl, loaded when the first request is made: what links it spends 4 to 5 ms in the loader before main,
 * and the main job needs no network. A build needs its headers alone.
 */
#ifndef FLOE_NET_CURL_H
#define FLOE_NET_CURL_H

#include "floe/error.h"

#include <curl/curl.h>

/* libcurl's functions, as its headers declare them. */
typedef struct floe_curl {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_reset)(CURL *handle);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_perform)(CURL *handle);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    void (*easy_cleanup)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *handle);
    CURLUcode (*url_set)(CURLU *handle, CURLUPart part, const char *text, unsigned flags);
    CURLUcode (*url_get)(const CURLU *handle, CURLUPart part, char **text, unsigned flags);
    void (*free)(void *memory);
    time_t (*getdate)(const char *text, const time_t *unused);
    curl_version_info_data *(*version_info)(CURLversion age);
} floe_curl;

/* The library, loaded and initialised once a process. FLOE_OUTSIDE where it is not installed, is too old, or
 * speaks no TLS. */
int floe_curl_load(const floe_curl **out, floe_error *error);

#endif
