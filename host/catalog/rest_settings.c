#include "rest_settings.h"

#include "base/file.h"
#include "base/suggest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { TIMEOUT_SECONDS = 60, TIMEOUT_MOST = 3600, SECRET_BYTES = 64 << 10 };

static const char *const known[] = {"uri",    "warehouse", "prefix",  "token_env", "token_file",
                                    "oauth2", "headers",   "ca_file", "ca_path",   "timeout"};
static const char *const known_oauth[] = {
    "token_uri",      "client_id",       "client_id_env", "client_secret_env", "client_secret_file",
    "credential_env", "credential_file", "scope",         "audience",          "resource"};

/* Keys under which other programs keep the secret itself. */
static const char *const literal[] = {"token", "credential", "client_secret", "password", "secret"};

static int refuse(const char *name, const char *what, floe_error *error) {
    return floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.%s must be %s", name, what);
}

static bool is_literal(const char *name) {
    for (size_t i = 0; i < sizeof literal / sizeof *literal; i++) {
        if (strcmp(literal[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A key that is not known is a slip of the pen, and says nothing. */
static int check_keys(const floe_node *node, const char *where, const char *const *names, size_t count,
                      floe_error *error) {
    const floe_key *key;
    for (uint32_t i = 0; (key = floe_node_key(node, i)); i++) {
        floe_suggestion suggestion;
        bool found = false;
        floe_suggest_start(&suggestion, key->text, key->length);
        for (size_t j = 0; j < count; j++) {
            found = found || strcmp(names[j], key->text) == 0;
            floe_suggest_offer(&suggestion, names[j], strlen(names[j]));
        }
        if (!found && is_literal(key->text)) {
            floe_error_set(error, FLOE_INVALID, "%s.%.64s would be a secret in a manifest", where, key->text);
            floe_error_hint(error, "name the environment variable that holds it: %.64s_env", key->text);
            return FLOE_INVALID;
        }
        if (!found) {
            floe_error_set(error, FLOE_INVALID, "%s has no key '%.64s' for a REST catalog", where, key->text);
            if (suggestion.best) {
                floe_error_hint(error, "did you mean '%s'?", suggestion.best);
            }
            return FLOE_INVALID;
        }
    }
    return 0;
}

/* A text below `node`, copied; NULL where it is not given. `name` is its path for errors, whose last part is
 * the key. */
static int text_setting(char **out, const floe_node *node, const char *name, floe_error *error) {
    const char *key = strrchr(name, '.') ? strrchr(name, '.') + 1 : name;
    const floe_node *value = floe_node_get(node, key, strlen(key));
    size_t length = 0;
    const char *text = floe_node_string(value, &length);
    if (floe_node_absent(value)) {
        return 0;
    }
    if (!text || !length || memchr(text, 0, length)) {
        return refuse(name, "a text that is not empty", error);
    }
    *out = strndup(text, length);
    return *out ? 0 : floe_error_memory(error);
}

/* A secret that is named by NAME_env or NAME_file; `name` is the path of the first. */
static int secret_setting(floe_rest_secret *out, const floe_node *node, const char *variable,
                          const char *file, floe_error *error) {
    int result = variable ? text_setting(&out->variable, node, variable, error) : 0;
    result = result ? result : file ? text_setting(&out->file, node, file, error) : 0;
    if (!result && out->variable && out->file) {
        return floe_error_set(error, FLOE_INVALID,
                              "plugins.catalog.config has both %s and %s: one of them is to be taken",
                              variable, file);
    }
    out->setting = out->file ? file : out->variable ? variable : NULL;
    return result;
}

static bool is_given(const floe_rest_secret *secret) {
    return secret->setting != NULL;
}

static int timeout_setting(uint32_t *out, const floe_node *config, floe_error *error) {
    const floe_node *node = floe_node_path(config, "timeout", NULL);
    *out = TIMEOUT_SECONDS * 1000;
    if (floe_node_absent(node)) {
        return 0;
    }
    if (floe_node_kind(node) != FLOE_INTEGER || node->integer < 1 || node->integer > TIMEOUT_MOST) {
        return refuse("timeout", "a number of seconds from 1 to 3600", error);
    }
    *out = (uint32_t)node->integer * 1000;
    return 0;
}

static int headers_setting(floe_rest_settings *out, const floe_node *config, floe_error *error) {
    const floe_node *node = floe_node_path(config, "headers", NULL);
    if (floe_node_absent(node)) {
        return 0;
    }
    if (floe_node_kind(node) != FLOE_OBJECT) {
        return refuse("headers", "an object of texts", error);
    }
    out->headers = calloc(floe_node_size(node) + 1, sizeof *out->headers);
    if (!out->headers) {
        return floe_error_memory(error);
    }
    for (uint32_t i = 0; i < floe_node_size(node); i++) {
        const floe_key *key = floe_node_key(node, i);
        size_t length = 0;
        const char *value = floe_node_string(floe_node_child(node, i), &length);
        if (!value || memchr(value, 0, length)) {
            return refuse("headers", "an object of texts", error);
        }
        if (strcasecmp(key->text, "authorization") == 0) {
            floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.headers would hold a secret");
            floe_error_hint(error, "name the variable that holds the token: token_env");
            return FLOE_INVALID;
        }
        floe_rest_header *header = &out->headers[out->header_count++];
        header->name = strdup(key->text);
        header->value = strndup(value, length);
        if (!header->name || !header->value) {
            return floe_error_memory(error);
        }
    }
    return 0;
}

static int oauth_setting(floe_rest_settings *out, const char *type, const floe_node *config,
                         floe_error *error) {
    const floe_node *node = floe_node_path(config, "oauth2", NULL);
    if (floe_node_absent(node)) {
        return 0;
    }
    if (floe_node_kind(node) != FLOE_OBJECT) {
        return refuse("oauth2", "an object", error);
    }
    out->oauth = true;
    int result = check_keys(node, "plugins.catalog.config.oauth2", known_oauth,
                            sizeof known_oauth / sizeof *known_oauth, error);
    result = result ? result : text_setting(&out->client_id, node, "oauth2.client_id", error);
    result = result ? result : text_setting(&out->token_uri, node, "oauth2.token_uri", error);
    result = result ? result : text_setting(&out->scope, node, "oauth2.scope", error);
    result = result ? result : text_setting(&out->audience, node, "oauth2.audience", error);
    result = result ? result : text_setting(&out->resource, node, "oauth2.resource", error);
    result =
        result ? result : secret_setting(&out->client_id_secret, node, "oauth2.client_id_env", NULL, error);
    result = result ? result
                    : secret_setting(&out->client_secret, node, "oauth2.client_secret_env",
                                     "oauth2.client_secret_file", error);
    result = result ? result
                    : secret_setting(&out->credential, node, "oauth2.credential_env",
                                     "oauth2.credential_file", error);
    if (!result && !is_given(&out->credential) &&
        !((out->client_id || is_given(&out->client_id_secret)) && is_given(&out->client_secret))) {
        floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.oauth2 does not say who asks");
        floe_error_hint(error, "give client_id and client_secret_env, or credential_env for 'id:secret'");
        return FLOE_INVALID;
    }
    if (!result && !out->scope) {
        out->scope = strdup(strcmp(type, "polaris") == 0 ? "PRINCIPAL_ROLE:ALL" : "catalog");
        result = out->scope ? 0 : floe_error_memory(error);
    }
    return result;
}

static int check_uri(const char *uri, floe_error *error) {
    if (uri && (strncasecmp(uri, "https://", 8) == 0 || strncasecmp(uri, "http://", 7) == 0)) {
        return 0;
    }
    floe_error_set(error, FLOE_INVALID, "plugins.catalog.config %s",
                   uri ? "has a uri that is no http or https address" : "needs a uri");
    floe_error_hint(error, "the address below which the catalog answers /v1/config, such as "
                           "https://host/api/catalog");
    return FLOE_INVALID;
}

/* What certificates are verified with must be there: without it every server would seem to be a stranger. */
static int check_trusted(const char *setting, const char *path, floe_error *error) {
    if (path && access(path, R_OK) != 0) {
        return floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.%s names '%.160s': %s", setting,
                              path, strerror(errno));
    }
    return 0;
}

static int check_together(floe_rest_settings *settings, floe_error *error) {
    int result = check_uri(settings->uri, error);
    result = result ? result : check_trusted("ca_file", settings->ca_file, error);
    result = result ? result : check_trusted("ca_path", settings->ca_path, error);
    if (result) {
        return result;
    }
    if (settings->oauth && is_given(&settings->token)) {
        return floe_error_set(error, FLOE_INVALID,
                              "plugins.catalog.config has both %s and oauth2: one of them is to be taken",
                              settings->token.setting);
    }
    for (size_t length = strlen(settings->uri); length && settings->uri[length - 1] == '/'; length--) {
        settings->uri[length - 1] = '\0';
    }
    return 0;
}

int floe_rest_settings_read(floe_rest_settings *out, const char *type, const floe_node *config,
                            floe_error *error) {
    floe_rest_settings read = {0};
    int result = check_keys(config, "plugins.catalog.config", known, sizeof known / sizeof *known, error);
    result = result ? result : text_setting(&read.uri, config, "uri", error);
    result = result ? result : text_setting(&read.warehouse, config, "warehouse", error);
    result = result ? result : text_setting(&read.prefix, config, "prefix", error);
    result = result ? result : text_setting(&read.ca_file, config, "ca_file", error);
    result = result ? result : text_setting(&read.ca_path, config, "ca_path", error);
    result = result ? result : secret_setting(&read.token, config, "token_env", "token_file", error);
    result = result ? result : timeout_setting(&read.timeout_milliseconds, config, error);
    result = result ? result : headers_setting(&read, config, error);
    result = result ? result : oauth_setting(&read, type, config, error);
    result = result ? result : check_together(&read, error);
    if (result) {
        floe_rest_settings_free(&read);
    } else {
        *out = read;
    }
    return result;
}

static void free_secret(floe_rest_secret *secret) {
    free(secret->variable);
    free(secret->file);
}

void floe_rest_settings_free(floe_rest_settings *settings) {
    char *const texts[] = {settings->uri,      settings->warehouse, settings->prefix,    settings->ca_file,
                           settings->ca_path,  settings->client_id, settings->token_uri, settings->scope,
                           settings->audience, settings->resource};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(texts[i]);
    }
    free_secret(&settings->token);
    free_secret(&settings->credential);
    free_secret(&settings->client_id_secret);
    free_secret(&settings->client_secret);
    for (size_t i = 0; i < settings->header_count; i++) {
        free(settings->headers[i].name);
        free(settings->headers[i].value);
    }
    free(settings->headers);
    *settings = (floe_rest_settings){0};
}

void floe_rest_wipe(floe_buffer *buffer) {
    if (buffer->data) {
        explicit_bzero(buffer->data, buffer->capacity);
    }
    floe_buffer_free(buffer);
}

/* Keeps what stands between the blanks and line ends at both ends. */
static int keep_trimmed(floe_buffer *out, const char *text, size_t size, floe_error *error) {
    while (size && strchr(" \t\r\n", text[size - 1]) && text[size - 1]) {
        size--;
    }
    while (size && strchr(" \t\r\n", *text) && *text) {
        text++;
        size--;
    }
    return size && floe_buffer_append(out, text, size) ? floe_error_memory(error) : 0;
}

int floe_rest_secret_read(floe_buffer *out, const floe_rest_secret *secret, floe_error *error) {
    char *text = NULL;
    size_t size = 0;
    int result;
    floe_buffer_clear(out);
    if (secret->file) {
        result = floe_file_read(&text, &size, secret->file, SECRET_BYTES, error);
        if (result) {
            return result;
        }
        result = keep_trimmed(out, text, size, error);
        explicit_bzero(text, size);
        free(text);
    } else {
        const char *value = getenv(secret->variable);
        result = value ? keep_trimmed(out, value, strlen(value), error) : 0;
    }
    if (!result && !out->size) {
        floe_error_set(error, FLOE_INVALID, "plugins.catalog.config.%s names the %s %.128s, which %s",
                       secret->setting, secret->file ? "file" : "variable",
                       secret->file ? secret->file : secret->variable,
                       secret->file ? "is empty" : "is not set");
        if (secret->variable) {
            floe_error_hint(error, "export %.128s=… where floe runs", secret->variable);
        }
        return FLOE_INVALID;
    }
    return result;
}
