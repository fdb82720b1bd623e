#include "rest.h"

#include "base/clock.h"
#include "floe/json.h"
#include "net/address.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ANSWER_BYTES = 64 << 20,
    ANSWER_DEPTH = 64,
    ANSWER_NODES = 8 << 20,
    TOKEN_SPARE = 30,            /* seconds before its end that a token is renewed */
    TOKEN_SECONDS = 24 * 60 * 60 /* the longest that a token is believed to hold */
};

/* ---- words of the server ---- */

/* Copies a text of the server so that it can be shown: on one line, without control characters, cut where
 * `size` ends. */
static void take_words(char *out, size_t size, const floe_node *node) {
    size_t length = 0, written = 0;
    const char *text = floe_node_string(node, &length);
    for (size_t i = 0; i < length && written + 1 < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        out[written++] = byte < 0x20 || byte == 0x7F ? ' ' : (char)byte;
    }
    while (written && written + 1 == size && ((unsigned char)out[written - 1] & 0x80)) {
        written--; /* not half a character */
    }
    out[written] = '\0';
}

/* Hides a secret that the server repeats. */
static void hide(char *text, const char *secret, size_t length) {
    char *at = text;
    while (length >= 4 && (at = strstr(at, secret))) {
        memset(at, '*', length);
    }
}

static void read_error(floe_rest_answer *answer, const floe_rest *rest) {
    const floe_node *error = floe_node_path(answer->root, "error", NULL);
    static const char bearer[] = "Bearer ";
    if (error && floe_node_kind(error) == FLOE_STRING) { /* as token services say it (RFC 6749, 5.2) */
        take_words(answer->type, sizeof answer->type, error);
        take_words(answer->message, sizeof answer->message,
                   floe_node_path(answer->root, "error_description", NULL));
    } else {
        take_words(answer->type, sizeof answer->type, floe_node_path(error, "type", NULL));
        take_words(answer->message, sizeof answer->message, floe_node_path(error, "message", NULL));
    }
    if (rest->token.size > sizeof bearer - 1) {
        hide(answer->message, rest->token.data + sizeof bearer - 1, rest->token.size - (sizeof bearer - 1));
    }
}

static const char *hint_for(const floe_rest *rest, int status) {
    const floe_rest_settings *settings = &rest->settings;
    if (status == 401 || status == 419) {
        return settings->oauth ? "are the client id and its secret those of this catalog?"
               : settings->token.setting
                   ? "has the token run out? Get a new one, or let floe get it: oauth2"
                   : "say who asks: plugins.catalog.config.oauth2, token_env or token_file";
    }
    return status == 403 ? "ask who runs the catalog for the right to do this" : NULL;
}

static floe_code code_for(const floe_rest_answer *answer) {
    if (strcmp(answer->type, "NamespaceNotEmptyException") == 0) {
        return FLOE_CONFLICT;
    }
    switch (answer->status) {
    case 400:
    case 406:
    case 422:
        return FLOE_INVALID;
    case 401:
    case 403:
    case 419:
        return FLOE_TRUST;
    case 404:
        return FLOE_NOT_FOUND;
    case 409:
        return FLOE_CONFLICT;
    default:
        return FLOE_OUTSIDE;
    }
}

int floe_rest_refuse(const floe_rest *rest, const floe_rest_answer *answer, const char *what,
                     floe_error *error) {
    const char *hint = hint_for(rest, answer->status);
    floe_error_set(error, code_for(answer), "the catalog at %s cannot %s: %s%s(%s%sHTTP %d)", rest->shown,
                   what, answer->message, answer->message[0] ? " " : "", answer->type,
                   answer->type[0] ? ", " : "", answer->status);
    if (hint) {
        floe_error_hint(error, "%s", hint);
    }
    return code_for(answer);
}

int floe_rest_strange(const floe_rest *rest, const char *what, floe_error *error) {
    floe_error_set(error, FLOE_OUTSIDE, "what answers at %s is no Iceberg REST catalog: %s", rest->shown,
                   what);
    floe_error_hint(error, "uri is the address below which /v1/config is answered");
    return FLOE_OUTSIDE;
}

/* ---- one request ---- */

void floe_rest_answer_free(floe_rest_answer *answer) {
    floe_store_free(answer->store);
    *answer = (floe_rest_answer){0};
}

/* Reads the body as JSON, where it is that; another body is as none. */
static int read_answer(floe_rest_answer *answer, const floe_rest *rest, const floe_http_response *response,
                       floe_store *keep, const char *name, floe_error *error) {
    const floe_read_limits limits = {.bytes = ANSWER_BYTES, .depth = ANSWER_DEPTH, .nodes = ANSWER_NODES};
    floe_document *document;
    floe_error problem;
    answer->status = response->status;
    if (response->body.size) {
        floe_store *store = keep ? keep : (answer->store = floe_store_new());
        if (!store) {
            return floe_error_memory(error);
        }
        int result = floe_json_parse(&document, store, name ? name : "answer", response->body.data,
                                     response->body.size, &limits, &problem);
        if (result == FLOE_MEMORY || result == FLOE_LIMIT) {
            return floe_error_set(error, (floe_code)result, "the answer of the catalog at %s: %s",
                                  rest->shown, problem.message);
        }
        answer->root = result ? NULL : &document->root;
    }
    if (response->status >= 400) {
        read_error(answer, rest);
    }
    return 0;
}

static int make_client(floe_rest *rest, floe_error *error) {
    const floe_http_options options = {.ca_file = rest->settings.ca_file,
                                       .ca_path = rest->settings.ca_path,
                                       .total_milliseconds = rest->settings.timeout_milliseconds,
                                       .most_bytes = ANSWER_BYTES};
    return rest->http ? 0 : floe_http_new(&rest->http, &options, error);
}

static bool is_write(const char *method) {
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

/* Sends the call to `url` once (as often as HTTP may), with the token that is there. */
static int send_call(floe_rest_answer *answer, floe_rest *rest, const floe_rest_call *call, const char *url,
                     floe_error *error) {
    enum { FIXED = 5 };
    const floe_rest_settings *settings = &rest->settings;
    floe_http_header *headers = calloc(FIXED + settings->header_count, sizeof *headers);
    floe_http_response response = {0};
    size_t count = 0;
    if (!headers) {
        return floe_error_memory(error);
    }
    headers[count++] = (floe_http_header){"Accept", "application/json", false};
    if (rest->token.size) {
        headers[count++] = (floe_http_header){"Authorization", rest->token.data, true};
    }
    if (call->body) {
        headers[count++] = (floe_http_header){"Content-Type", "application/json", false};
    }
    if (call->key && rest->deduplicates) {
        headers[count++] = (floe_http_header){"Idempotency-Key", call->key, false};
    }
    if (call->header) {
        headers[count++] = (floe_http_header){call->header, call->value, false};
    }
    for (size_t i = 0; i < settings->header_count; i++) {
        headers[count++] = (floe_http_header){settings->headers[i].name, settings->headers[i].value, true};
    }
    const floe_http_request request = {.method = call->method,
                                       .url = url,
                                       .headers = headers,
                                       .header_count = count,
                                       .body = call->body,
                                       .body_size = call->body ? strlen(call->body) : 0,
                                       .repeatable = call->key && rest->deduplicates};
    floe_rest_answer_free(answer);
    int result = floe_http_send(&response, rest->http, &request, error);
    answer->unsure = is_write(call->method) &&
                     (result ? response.unsure
                             : response.status == 500 || response.status == 502 || response.status == 504);
    result = result ? result : read_answer(answer, rest, &response, call->keep, call->document, error);
    floe_http_response_free(&response);
    free(headers);
    return result;
}

/* ---- tokens ---- */

static int append_field(floe_buffer *form, const char *name, const char *value, size_t length) {
    int result = floe_buffer_printf(form, "%s%s=", form->size ? "&" : "", name);
    return result ? result : floe_address_encode(form, value, length);
}

/* The client's id and secret, each where the manifest says it is. */
static int read_client(floe_buffer *id, floe_buffer *secret, const floe_rest_settings *settings,
                       floe_error *error) {
    if (settings->credential.setting) {
        floe_buffer both = {0};
        int result = floe_rest_secret_read(&both, &settings->credential, error);
        const char *colon = result ? NULL : memchr(both.data, ':', both.size);
        if (!result && !colon) {
            result = floe_error_set(error, FLOE_INVALID,
                                    "what plugins.catalog.config.%s names is not of the form id:secret",
                                    settings->credential.setting);
        }
        if (!result && (floe_buffer_append(id, both.data, (size_t)(colon - both.data)) ||
                        floe_buffer_append(secret, colon + 1, both.size - (size_t)(colon + 1 - both.data)))) {
            result = floe_error_memory(error);
        }
        floe_rest_wipe(&both);
        return result;
    }
    const char *given = settings->client_id;
    int result = given ? floe_buffer_append(id, given, strlen(given))
                       : floe_rest_secret_read(id, &settings->client_id_secret, error);
    if (given && result) {
        return floe_error_memory(error);
    }
    return result ? result : floe_rest_secret_read(secret, &settings->client_secret, error);
}

/* The form of a client credentials grant (RFC 6749, 4.4.2). */
static int make_form(floe_buffer *form, const floe_buffer *id, const floe_buffer *secret,
                     const floe_rest_settings *settings, floe_error *error) {
    const struct {
        const char *name, *value;
    } optional[] = {
        {"scope", settings->scope}, {"audience", settings->audience}, {"resource", settings->resource}};
    int result = append_field(form, "grant_type", "client_credentials", sizeof "client_credentials" - 1);
    result = result ? result : append_field(form, "client_id", id->data ? id->data : "", id->size);
    result =
        result ? result : append_field(form, "client_secret", secret->data ? secret->data : "", secret->size);
    for (size_t i = 0; i < sizeof optional / sizeof *optional && !result; i++) {
        if (optional[i].value) {
            result = append_field(form, optional[i].name, optional[i].value, strlen(optional[i].value));
        }
    }
    return result ? floe_error_memory(error) : 0;
}

static int refuse_client(const char *url, const floe_rest_answer *answer, floe_error *error) {
    char shown[200];
    bool refused = answer->status == 400 || answer->status == 401 || answer->status == 403;
    floe_address_show(shown, sizeof shown, url);
    floe_error_set(error, refused ? FLOE_TRUST : FLOE_OUTSIDE, "%s gives no token: %s%s%s (HTTP %d)", shown,
                   answer->type, answer->message[0] ? ": " : "", answer->message, answer->status);
    if (refused) {
        floe_error_hint(
            error, "are the client id and its secret those of this catalog, and may it have this scope?");
    }
    return refused ? FLOE_TRUST : FLOE_OUTSIDE;
}

/* Takes the token of a token service's answer (RFC 6749, 5.1). */
static int take_token(floe_rest *rest, const char *url, const floe_rest_answer *answer, floe_error *error) {
    size_t length = 0;
    const char *token = floe_node_string(floe_node_path(answer->root, "access_token", NULL), &length);
    const floe_node *expires = floe_node_path(answer->root, "expires_in", NULL);
    if (answer->status != 200) {
        return refuse_client(url, answer, error);
    }
    if (!token || !length || memchr(token, 0, length)) {
        return floe_rest_strange(rest, "its token service sends no access_token", error);
    }
    floe_rest_wipe(&rest->token);
    if (floe_buffer_append(&rest->token, "Bearer ", sizeof "Bearer " - 1) ||
        floe_buffer_append(&rest->token, token, length)) {
        return floe_error_memory(error);
    }
    rest->token_ends = 0;
    if (!floe_node_absent(expires) && floe_node_kind(expires) == FLOE_INTEGER && expires->integer > 0) {
        int64_t seconds = expires->integer < TOKEN_SECONDS ? expires->integer : TOKEN_SECONDS;
        int64_t spare = seconds > 2 * TOKEN_SPARE ? TOKEN_SPARE : seconds / 2;
        rest->token_ends = floe_clock_monotonic() + (seconds - spare) * 1000000000;
    }
    return 0;
}

static int ask_for_token(floe_rest *rest, floe_error *error) {
    static const floe_http_header headers[] = {{"Content-Type", "application/x-www-form-urlencoded", false},
                                               {"Accept", "application/json", false}};
    floe_buffer id = {0}, secret = {0}, form = {0}, url = {0};
    floe_http_response response = {0};
    floe_rest_answer answer = {0};
    const char *given = rest->settings.token_uri;
    int result =
        floe_buffer_printf(&url, "%s%s", given ? given : rest->settings.uri, given ? "" : "/v1/oauth/tokens");
    result = result ? floe_error_memory(error) : read_client(&id, &secret, &rest->settings, error);
    result = result ? result : make_form(&form, &id, &secret, &rest->settings, error);
    if (!result) {
        const floe_http_request request = {.method = "POST",
                                           .url = url.data,
                                           .headers = headers,
                                           .header_count = 2,
                                           .body = form.data,
                                           .body_size = form.size,
                                           .repeatable = true};
        result = floe_http_send(&response, rest->http, &request, error);
    }
    result = result ? result : read_answer(&answer, rest, &response, NULL, NULL, error);
    if (!result) {
        hide(answer.message, secret.data, secret.size);
        result = take_token(rest, url.data, &answer, error);
    }
    floe_rest_answer_free(&answer);
    floe_http_response_free(&response);
    floe_rest_wipe(&id);
    floe_rest_wipe(&secret);
    floe_rest_wipe(&form);
    floe_buffer_free(&url);
    return result;
}

/* Reads the token that somebody else got, as it is now. */
static int read_token(floe_rest *rest, floe_error *error) {
    floe_buffer bare = {0};
    int result = floe_rest_secret_read(&bare, &rest->settings.token, error);
    if (!result) {
        floe_rest_wipe(&rest->token);
        if (floe_buffer_append(&rest->token, "Bearer ", sizeof "Bearer " - 1) ||
            floe_buffer_append(&rest->token, bare.data, bare.size)) {
            result = floe_error_memory(error);
        }
    }
    floe_rest_wipe(&bare);
    return result;
}

/* A token that holds, where one is needed. */
static int need_token(floe_rest *rest, floe_error *error) {
    bool over = rest->token_ends && floe_clock_monotonic() > rest->token_ends;
    if (rest->token.size && !over) {
        return 0;
    }
    if (rest->settings.oauth) {
        return ask_for_token(rest, error);
    }
    return rest->settings.token.setting ? read_token(rest, error) : 0;
}

/* Whether another token may help: a new one, or the file's if it is another by now. */
static int renew_token(bool *renewed, floe_rest *rest, floe_error *error) {
    char *before = rest->token.data ? strdup(rest->token.data) : NULL;
    *renewed = false;
    if (!before) {
        return rest->token.data ? floe_error_memory(error) : 0;
    }
    floe_rest_wipe(&rest->token);
    int result = need_token(rest, error);
    *renewed = !result && rest->token.data && strcmp(before, rest->token.data) != 0;
    explicit_bzero(before, strlen(before));
    free(before);
    return result;
}

/* Sends the call, with a new token where the server says that this one has run out: nothing was done then. */
static int ask_url(floe_rest_answer *answer, floe_rest *rest, const floe_rest_call *call, const char *url,
                   floe_error *error) {
    bool renewed = false;
    int result = make_client(rest, error);
    result = result ? result : need_token(rest, error);
    result = result ? result : send_call(answer, rest, call, url, error);
    if (!result && (answer->status == 401 || answer->status == 419)) {
        result = renew_token(&renewed, rest, error);
        if (!result && renewed) {
            result = send_call(answer, rest, call, url, error);
        }
    }
    return result;
}

/* ---- the server's configuration ---- */

/* A text of the configuration: what the server overrides, else what the manifest says, else its default. */
static const char *configured(const floe_node *root, const char *key, const char *given, size_t *length) {
    const floe_node *overrides = floe_node_path(root, "overrides", key, NULL);
    const floe_node *defaults = floe_node_path(root, "defaults", key, NULL);
    const char *text = floe_node_string(overrides, length);
    if (!text && given) {
        text = given;
        *length = strlen(given);
    }
    return text ? text : floe_node_string(defaults, length);
}

/* Appends what the server wants in an address as it is, but for what no address can hold. */
static int append_raw(floe_buffer *out, const char *text, size_t length) {
    int result = 0;
    for (size_t i = 0; i < length && !result; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool plain = byte > ' ' && byte < 0x7F && !strchr("?#\"<>\\^`{|}", byte);
        result = plain ? floe_buffer_append(out, &text[i], 1) : floe_buffer_printf(out, "%%%02X", byte);
    }
    return result;
}

static int take_separator(floe_rest *rest, const floe_node *root, floe_error *error) {
    size_t length = 0;
    const char *text = configured(root, "namespace-separator", NULL, &length);
    bool good = text && length && length < sizeof rest->separator;
    for (size_t i = 0; good && i < length; i++) {
        good = isalnum((unsigned char)text[i]) || strchr("%-._~", text[i]);
    }
    if (text && !good) {
        return floe_rest_strange(rest, "its namespace-separator cannot stand in an address", error);
    }
    snprintf(rest->separator, sizeof rest->separator, "%.*s", good ? (int)length : 3, good ? text : "%1F");
    return 0;
}

/* The server may say where it is. Another host is not gone to: what is sent there is for this one. */
static int take_base(floe_rest *rest, const floe_node *root, floe_error *error) {
    size_t length = 0;
    const floe_curl *curl;
    const char *uri = floe_node_string(floe_node_path(root, "overrides", "uri", NULL), &length);
    char *moved = uri && length && !memchr(uri, 0, length) ? strndup(uri, length) : NULL;
    floe_error ignored;
    int result = floe_curl_load(&curl, error);
    floe_buffer_clear(&rest->base);
    bool same = !result && moved && !floe_address_check(curl, moved, &ignored) &&
                floe_address_same_origin(curl, moved, rest->settings.uri);
    for (size_t end = moved ? strlen(moved) : 0; end && moved[end - 1] == '/'; end--) {
        moved[end - 1] = '\0';
    }
    if (!result && floe_buffer_printf(&rest->base, "%s/v1", same ? moved : rest->settings.uri)) {
        result = floe_error_memory(error);
    }
    free(moved);
    const char *prefix = configured(root, "prefix", rest->settings.prefix, &length);
    if (!result && prefix && length &&
        (floe_buffer_append(&rest->base, "/", 1) || append_raw(&rest->base, prefix, length))) {
        result = floe_error_memory(error);
    }
    return result;
}

static int refuse_config(const floe_rest *rest, const floe_rest_answer *answer, floe_error *error) {
    if (answer->status == 404 && !answer->type[0] && !answer->message[0]) {
        return floe_rest_strange(rest, "it knows no /v1/config (HTTP 404)", error);
    }
    return floe_rest_refuse(rest, answer, rest->settings.warehouse ? "serve this warehouse" : "be configured",
                            error);
}

static int take_config(floe_rest *rest, const floe_rest_answer *answer, floe_error *error) {
    const floe_node *root = answer->root;
    if (answer->status != 200) {
        return refuse_config(rest, answer, error);
    }
    if (!root || floe_node_kind(root) != FLOE_OBJECT) {
        return floe_rest_strange(rest, "its configuration is no JSON object", error);
    }
    const floe_node *served = floe_node_path(root, "endpoints", NULL);
    rest->served = floe_node_absent(served) || floe_node_kind(served) != FLOE_ARRAY || !floe_node_size(served)
                       ? NULL
                       : served;
    rest->deduplicates = !floe_node_absent(floe_node_path(root, "idempotency-key-lifetime", NULL));
    int result = take_separator(rest, root, error);
    return result ? result : take_base(rest, root, error);
}

int floe_rest_connect(floe_rest *rest, floe_error *error) {
    floe_buffer url = {0};
    floe_rest_answer answer = {0};
    const char *warehouse = rest->settings.warehouse;
    if (rest->store) {
        return 0;
    }
    int failed = floe_buffer_printf(&url, "%s/v1/config", rest->settings.uri);
    if (warehouse) {
        failed = failed || floe_buffer_printf(&url, "?warehouse=") ||
                 floe_address_encode(&url, warehouse, strlen(warehouse));
    }
    const floe_rest_call call = {.method = "GET", .document = "configuration"};
    int result = failed ? floe_error_memory(error) : ask_url(&answer, rest, &call, url.data, error);
    result = result ? result : take_config(rest, &answer, error);
    if (!result) {
        rest->store = answer.store;
        answer.store = NULL;
    }
    floe_rest_answer_free(&answer);
    floe_buffer_free(&url);
    return result;
}

bool floe_rest_offers(const floe_rest *rest, const char *endpoint) {
    /* What servers have that name no endpoints; asking for credentials came later. */
    if (!rest->served) {
        return !strstr(endpoint, "/credentials");
    }
    for (uint32_t i = 0; i < floe_node_size(rest->served); i++) {
        if (floe_node_equals(floe_node_child(rest->served, i), endpoint)) {
            return true;
        }
    }
    return false;
}

/* ---- sessions ---- */

int floe_rest_open(floe_rest *rest, const char *type, const floe_node *config, floe_error *error) {
    *rest = (floe_rest){0};
    int result = floe_rest_settings_read(&rest->settings, type, config, error);
    if (!result) {
        floe_address_show(rest->shown, sizeof rest->shown, rest->settings.uri);
    }
    return result;
}

void floe_rest_close(floe_rest *rest) {
    floe_http_free(rest->http);
    floe_rest_wipe(&rest->token);
    floe_buffer_free(&rest->base);
    floe_store_free(rest->store);
    floe_rest_settings_free(&rest->settings);
    *rest = (floe_rest){0};
}

int floe_rest_ask(floe_rest_answer *answer, floe_rest *rest, const floe_rest_call *call, floe_error *error) {
    floe_buffer url = {0};
    *answer = (floe_rest_answer){0};
    int result = floe_rest_connect(rest, error);
    if (!result && floe_buffer_printf(&url, "%s/%s", rest->base.data, call->path)) {
        result = floe_error_memory(error);
    }
    result = result ? result : ask_url(answer, rest, call, url.data, error);
    floe_buffer_free(&url);
    return result;
}

bool floe_rest_wait(unsigned next) {
    return floe_http_pause(100u << (next < 6 ? next : 6));
}
