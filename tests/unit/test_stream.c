/* A tree written as JSON: everything it may hold reads back as it was, and a reader that is gone is an error.
 */
#include "data/stream.h"
#include "floe/json.h"
#include "support.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

/* What is written for a node, in a buffer of the caller. */
static size_t write_node(const floe_node *node, char *out, size_t size) {
    char path[] = "test_stream.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    floe_error error;
    assert_int_equal(floe_json_stream(fd, node, &error), 0);
    ssize_t length = pread(fd, out, size, 0);
    assert_true(length > 0);
    close(fd);
    return (size_t)length;
}

static void writes(const char *text, const char *wanted) {
    floe_store *store = floe_store_new();
    floe_document *document;
    floe_error error;
    char out[4096];
    assert_int_equal(floe_json_parse(&document, store, "a.json", text, strlen(text), NULL, &error), 0);
    size_t length = write_node(&document->root, out, sizeof out - 1);
    assert_int_equal(out[length - 1], '\n');
    out[length - 1] = '\0';
    assert_string_equal(out, wanted);
    floe_store_free(store);
}

static void what_is_read_is_written_again(void **state) {
    (void)state;
    static const char *const texts[] = {
        "null",
        "[true,false]",
        "[]",
        "{}",
        "-9223372036854775808",
        "[0.1,1e+300,1.0]",
        "{\"b\":[1,{\"a\":{}}],\"a\":2}",
        "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\xC3\xA9\\u0000\\u001f/\"",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        writes(texts[i], texts[i]);
    }
    writes(" { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}");
}

static void what_json_does_not_have_becomes_what_it_has(void **state) {
    (void)state;
    char out[64];
    const floe_node bytes = floe_string_node("a\xFF"
                                             "b\xC3",
                                             4, 0),
                    number = floe_number_node(INFINITY, 0);
    size_t length = write_node(&bytes, out, sizeof out);
    assert_memory_equal(out,
                        "\"a\xEF\xBF\xBD"
                        "b\xEF\xBF\xBD\"\n",
                        length);
    length = write_node(&number, out, sizeof out);
    assert_memory_equal(out, "null\n", length);
}

static void a_text_longer_than_the_buffer_is_whole(void **state) {
    (void)state;
    enum { SIZE = 200000 };
    static char text[SIZE], out[SIZE + 16];
    memset(text, 'x', sizeof text);
    const floe_node node = floe_string_node(text, SIZE, 0);
    assert_int_equal(write_node(&node, out, sizeof out), SIZE + 3);
    assert_memory_equal(out + 1, text, SIZE);
}

static void a_reader_that_is_gone_is_an_error(void **state) {
    (void)state;
    int ends[2];
    floe_error error;
    const floe_node node = floe_null_node(0);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(floe_json_stream(ends[1], &node, &error), FLOE_IO);
    assert_non_null(strstr(error.message, "Broken pipe"));
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(what_json_does_not_have_becomes_what_it_has),
        cmocka_unit_test(a_text_longer_than_the_buffer_is_whole),
        cmocka_unit_test(a_reader_that_is_gone_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
