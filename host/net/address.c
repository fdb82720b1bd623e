#include "address.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_unreserved(unsigned char byte) {
    return byte < 0x80 && (isalnum(byte) || strchr("-._~", byte)) && byte;
}

int floe_address_encode(floe_buffer *out, const char *text, size_t length) {
    int result = 0;
    for (size_t i = 0; i < length && !result; i++) {
        unsigned char byte = (unsigned char)text[i];
        result =
            is_unreserved(byte) ? floe_buffer_append(out, &byte, 1) : floe_buffer_printf(out, "%%%02X", byte);
    }
    return result;
}

void floe_address_show(char *out, size_t size, const char *address) {
    const char *authority = strstr(address, "://");
    size_t scheme = authority ? (size_t)(authority - address) + 3 : 0;
    const char *rest = address + scheme;
    size_t host = strcspn(rest, "/?#"), length = strcspn(rest, "?#"), written = 0;
    size_t user = 0;
    for (size_t i = 0; i < host; i++) {
        user = rest[i] == '@' ? i + 1 : user;
    }
    for (size_t i = 0; i < scheme && written + 1 < size; i++) {
        out[written++] = isprint((unsigned char)address[i]) ? address[i] : '_';
    }
    for (size_t i = user; i < length && written + 1 < size; i++) {
        out[written++] = isprint((unsigned char)rest[i]) ? rest[i] : '_';
    }
    if (size) {
        out[written] = '\0';
    }
}

/* One part of an address as libcurl reads it, in lower case where it does not depend on case; false where
 * there is none. */
static bool read_part(char *out, size_t size, const floe_curl *curl, CURLU *parsed, CURLUPart part) {
    char *text = NULL;
    bool found = !curl->url_get(parsed, part, &text, CURLU_DEFAULT_PORT) && text;
    if (found) {
        snprintf(out, size, "%s", text);
        for (char *at = out; *at; at++) {
            *at = (char)tolower((unsigned char)*at);
        }
        curl->free(text);
    }
    return found;
}

static CURLU *parse(const floe_curl *curl, const char *address) {
    CURLU *parsed = curl->url();
    if (parsed && curl->url_set(parsed, CURLUPART_URL, address, CURLU_NON_SUPPORT_SCHEME)) {
        curl->url_cleanup(parsed);
        parsed = NULL;
    }
    return parsed;
}

int floe_address_check(const floe_curl *curl, const char *address, floe_error *error) {
    char shown[256], scheme[16], part[8];
    CURLU *parsed;
    bool known, secret;
    floe_address_show(shown, sizeof shown, address);
    for (const char *at = address; *at; at++) {
        if (*at <= ' ' || *at > '~') {
            return floe_error_set(
                error, FLOE_INVALID,
                "the address %s holds a blank or another character that addresses do not have", shown);
        }
    }
    parsed = parse(curl, address);
    if (!parsed) {
        floe_error_set(error, FLOE_INVALID, "'%s' is not an address", shown);
        floe_error_hint(error, "write it as https://host:port/path");
        return FLOE_INVALID;
    }
    known = read_part(scheme, sizeof scheme, curl, parsed, CURLUPART_SCHEME) &&
            (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);
    secret = read_part(part, sizeof part, curl, parsed, CURLUPART_USER) ||
             read_part(part, sizeof part, curl, parsed, CURLUPART_PASSWORD);
    curl->url_cleanup(parsed);
    if (!known) {
        return floe_error_set(error, FLOE_INVALID, "the address %s is neither http nor https", shown);
    }
    if (secret) {
        floe_error_set(error, FLOE_INVALID, "the address of %s holds a user or a password", shown);
        floe_error_hint(
            error, "addresses are printed and stored: name the variable or file that holds them instead");
        return FLOE_INVALID;
    }
    return 0;
}

bool floe_address_same_origin(const floe_curl *curl, const char *left, const char *right) {
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    CURLU *one = parse(curl, left), *two = parse(curl, right);
    bool same = one && two;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && same; i++) {
        char a[512], b[512];
        same = read_part(a, sizeof a, curl, one, parts[i]) && read_part(b, sizeof b, curl, two, parts[i]) &&
               strcmp(a, b) == 0;
    }
    if (one) {
        curl->url_cleanup(one);
    }
    if (two) {
        curl->url_cleanup(two);
    }
    return same;
}
