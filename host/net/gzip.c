#include "net/gzip.h"

#include "net/library.h"

#include <stdint.h>
#include <zlib.h>

enum {
    GZIP_WINDOW = 15 + 16, /* the largest window, and gzip's own header and trailer */
    MEMORY_LEVEL = 8,
};

/* zlib's functions, as its headers declare them. */
typedef struct library {
    int (*begin)(z_stream *stream, int level, int method, int window, int memory, int strategy,
                 const char *version, int size);
    uLong (*bound)(z_stream *stream, uLong size);
    int (*run)(z_stream *stream, int flush);
    int (*end)(z_stream *stream);
} library;

static const char *const names[] = {"libz.so.1", NULL};

/* zlib, loaded once a process. */
static int load(const library **out, floe_error *error) {
    static library loaded;
    static bool ready;
    const floe_library_function functions[] = {
        {"deflateInit2_", &loaded.begin},
        {"deflateBound", &loaded.bound},
        {"deflate", &loaded.run},
        {"deflateEnd", &loaded.end},
    };
    if (!ready) {
        void *zlib = floe_library_open(names);
        ready = zlib && floe_library_find(zlib, functions, sizeof functions / sizeof *functions);
    }
    if (!ready) {
        floe_error_set(error, FLOE_OUTSIDE, "zlib is not installed, and without it nothing is compressed");
        floe_error_hint(error, "Debian: apt-get install zlib1g");
        return FLOE_OUTSIDE;
    }
    *out = &loaded;
    return 0;
}

/* All of the text in one step: there is room for whatever comes of it. */
static int compress_all(floe_buffer *out, const library *zlib, const void *text, size_t size,
                        floe_error *error) {
    z_stream stream = {0};
    if (zlib->begin(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY,
                    ZLIB_VERSION, (int)sizeof stream) != Z_OK) {
        return floe_error_memory(error);
    }
    size_t room = zlib->bound(&stream, size);
    int result = floe_buffer_reserve(out, room);
    if (!result) {
        stream.next_in = (void *)(uintptr_t)text;
        stream.avail_in = (uInt)size;
        stream.next_out = (Bytef *)out->data + out->size;
        stream.avail_out = (uInt)room;
        result = zlib->run(&stream, Z_FINISH) == Z_STREAM_END ? 0 : FLOE_INTERNAL;
    }
    zlib->end(&stream);
    if (result) {
        return floe_error_set(error, result, result == FLOE_MEMORY ? "out of memory" : "zlib gave up");
    }
    out->size += room - stream.avail_out;
    out->data[out->size] = '\0';
    return 0;
}

int floe_gzip(floe_buffer *out, const void *text, size_t size, floe_error *error) {
    const library *zlib;
    if (size > FLOE_GZIP_LIMIT) {
        return floe_error_set(error, FLOE_LIMIT, "a text of %zu bytes is too long to be compressed", size);
    }
    int result = load(&zlib, error);
    return result ? result : compress_all(out, zlib, text, size, error);
}
