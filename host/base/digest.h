/* Digests in the form that OCI and in-toto use: "sha256:" and 64 hexadecimal digits in lower case. */
#ifndef FLOE_BASE_DIGEST_H
#define FLOE_BASE_DIGEST_H

#include "floe/error.h"

enum { FLOE_DIGEST_SIZE = 72 }; /* with the NUL */

/* The digest of `size` bytes. FLOE_INTERNAL where the library refuses to hash. */
int floe_digest(char out[FLOE_DIGEST_SIZE], const void *bytes, size_t size, floe_error *error);

/* The same, fed piece by piece. `finish` frees the state also where it fails; `free` is for giving up early
 * (NULL is allowed). */
typedef struct floe_digest_state floe_digest_state;
int floe_digest_begin(floe_digest_state **out, floe_error *error);
int floe_digest_update(floe_digest_state *state, const void *bytes, size_t size, floe_error *error);
int floe_digest_finish(char out[FLOE_DIGEST_SIZE], floe_digest_state *state, floe_error *error);
void floe_digest_free(floe_digest_state *state);

#endif
