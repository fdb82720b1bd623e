/* What is compressed is what gzip itself reads, whatever its length. */
#include "net/gzip.h"

#include "support.h"
#include "temporary.h"

static char root[64];

static int begin(void **state) {
    (void)state;
    temporary_make(root, sizeof root);
    return 0;
}

static int end(void **state) {
    (void)state;
    return temporary_remove(root);
}

/* Compresses a text, lets gzip take it apart, and compares. */
static size_t round_trip(const char *text, size_t size) {
    floe_buffer packed = {0};
    char command[256], path[128], *back;
    size_t length;
    assert_int_equal(floe_gzip(&packed, text, size, NULL), 0);
    temporary_write(root, "packed.gz", packed.data, packed.size);
    snprintf(command, sizeof command, "gzip -dc '%s/packed.gz' >'%s/unpacked'", root, root);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/unpacked", root);
    assert_int_equal(floe_file_read(&back, &length, path, 0, NULL), 0);
    assert_int_equal(length, size);
    assert_memory_equal(back, text, size);
    free(back);
    length = packed.size;
    floe_buffer_free(&packed);
    return length;
}

static void gzip_reads_what_was_compressed(void **state) {
    (void)state;
    enum { LARGE = 3 << 20 };
    char *large = malloc(LARGE);
    assert_non_null(large);
    memset(large, 'x', LARGE);
    round_trip("", 0);
    round_trip("{\"a\":1}\n", 8);
    assert_true(round_trip(large, LARGE) < LARGE / 100);
    uint64_t random = 88172645463325252;
    for (size_t i = 0; i < LARGE; i++) { /* nothing repeats: it grows a little, and there is room for that */
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        large[i] = (char)random;
    }
    assert_true(round_trip(large, LARGE) > LARGE);
    free(large);
}

static void it_is_appended_to_what_is_there(void **state) {
    (void)state;
    floe_buffer out = {0};
    assert_int_equal(floe_buffer_append(&out, "head", 4), 0);
    assert_int_equal(floe_gzip(&out, "abc", 3, NULL), 0);
    assert_memory_equal(out.data, "head\x1f\x8b", 6);
    floe_buffer_free(&out);
}

static void a_text_that_is_too_long_is_refused(void **state) {
    (void)state;
    floe_buffer out = {0};
    floe_error error = {0};
    assert_int_equal(floe_gzip(&out, "", (size_t)FLOE_GZIP_LIMIT + 1, &error), FLOE_LIMIT);
    assert_non_null(strstr(error.message, "too long to be compressed"));
    assert_null(out.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gzip_reads_what_was_compressed, begin, end),
        cmocka_unit_test(it_is_appended_to_what_is_there),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
