#include "base/base64.h"

#include <openssl/evp.h>

enum {
    PIECE = 48 * 1024
}; /* bytes, three by three: libcrypto counts in int, and pads each piece that is not */

static size_t turn_for_address(char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    }
    while (length && text[length - 1] == '=') {
        length--;
    }
    return length;
}

int floe_base64(floe_buffer *out, const void *bytes, size_t size, bool for_address) {
    const unsigned char *from = bytes;
    while (size) {
        size_t piece = size < PIECE ? size : PIECE;
        if (floe_buffer_reserve(out, (piece + 2) / 3 * 4 + 1)) {
            return FLOE_MEMORY;
        }
        char *text = out->data + out->size;
        size_t length = (size_t)EVP_EncodeBlock((unsigned char *)text, from, (int)piece);
        out->size += for_address ? turn_for_address(text, length) : length;
        from += piece;
        size -= piece;
    }
    return 0;
}
