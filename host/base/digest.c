#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

/* The state is libcrypto's own; the name only hides its header from those who hash. */
static EVP_MD_CTX *context_of(floe_digest_state *state) {
    return (EVP_MD_CTX *)(void *)state;
}

static int refuse(floe_error *error) {
    return floe_error_set(error, FLOE_INTERNAL, "the cryptographic library cannot compute SHA-256");
}

/* Looked up once: the library would do so, under locks, for every text. */
static EVP_MD *sha256;

static void find_sha256(void) {
    /* Hashing needs neither the system's configuration nor texts for errors; loading them costs milliseconds.
     */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

int floe_digest_begin(floe_digest_state **out, floe_error *error) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_sha256);
    if (!sha256) {
        return refuse(error);
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context) {
        return floe_error_memory(error);
    }
    if (EVP_DigestInit_ex(context, sha256, NULL) != 1) {
        EVP_MD_CTX_free(context);
        return refuse(error);
    }
    *out = (floe_digest_state *)(void *)context;
    return 0;
}

int floe_digest_update(floe_digest_state *state, const void *bytes, size_t size, floe_error *error) {
    return EVP_DigestUpdate(context_of(state), bytes, size) == 1 ? 0 : refuse(error);
}

int floe_digest_finish(char out[FLOE_DIGEST_SIZE], floe_digest_state *state, floe_error *error) {
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    int result = EVP_DigestFinal_ex(context_of(state), raw, &size) == 1 && size == 32 ? 0 : refuse(error);
    floe_digest_free(state);
    if (result) {
        return result;
    }
    char *cursor = out;
    memcpy(cursor, "sha256:", 7);
    cursor += 7;
    for (unsigned i = 0; i < size; i++) {
        *cursor++ = digits[raw[i] >> 4];
        *cursor++ = digits[raw[i] & 15];
    }
    *cursor = '\0';
    return 0;
}

void floe_digest_free(floe_digest_state *state) {
    EVP_MD_CTX_free(context_of(state));
}

int floe_digest(char out[FLOE_DIGEST_SIZE], const void *bytes, size_t size, floe_error *error) {
    floe_digest_state *state;
    int result = floe_digest_begin(&state, error);
    if (result) {
        return result;
    }
    result = floe_digest_update(state, bytes, size, error);
    if (result) {
        floe_digest_free(state);
        return result;
    }
    return floe_digest_finish(out, state, error);
}
