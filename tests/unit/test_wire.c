/* Frames: what is written is read again, and no bytes that come from a worker do more than fail. */
#include "script/wire.h"
#include "support.h"

static void what_is_written_is_read(void **state) {
    (void)state;
    floe_buffer out = {0};
    size_t begin = floe_wire_begin(&out, 42);
    floe_wire_u32(&out, 7);
    floe_wire_u64(&out, UINT64_C(3055729675574597004));
    floe_wire_text(&out, "caf\xC3\xA9", 5, 100);
    floe_wire_text(&out, NULL, 0, 100);
    floe_wire_text(&out, "", 0, 100);
    floe_wire_end(&out, begin);
    floe_frame frame;
    size_t used, length;
    assert_int_equal(1, floe_frame_next(&frame, &used, out.data, out.size, NULL));
    assert_int_equal(out.size, used);
    assert_int_equal(42, frame.type);
    assert_int_equal(7, floe_frame_u32(&frame));
    assert_true(floe_frame_u64(&frame) == UINT64_C(3055729675574597004));
    assert_memory_equal("caf\xC3\xA9", floe_frame_text(&frame, &length, 5), 5);
    assert_int_equal(5, length);
    assert_null(floe_frame_text(&frame, &length, 5));
    assert_non_null(floe_frame_text(&frame, &length, 5));
    assert_int_equal(0, length);
    assert_true(floe_frame_done(&frame));
    floe_buffer_free(&out);
}

static void a_frame_is_only_taken_whole(void **state) {
    (void)state;
    floe_buffer out = {0};
    size_t begin = floe_wire_begin(&out, 1), used = 99;
    floe_wire_u32(&out, 7);
    floe_wire_end(&out, begin);
    floe_frame frame;
    for (size_t size = 0; size < out.size; size++) {
        assert_int_equal(0, floe_frame_next(&frame, &used, out.data, size, NULL));
    }
    assert_int_equal(1, floe_frame_next(&frame, &used, out.data, out.size, NULL));
    floe_buffer_free(&out);
}

static void a_frame_that_is_too_long_is_refused_at_its_header(void **state) {
    (void)state;
    const uint32_t header[2] = {1, FLOE_WIRE_FRAME + 1};
    floe_frame frame;
    size_t used;
    assert_int_equal(FLOE_INVALID, floe_frame_next(&frame, &used, (const char *)header, sizeof header, NULL));
}

static void texts_are_cut_at_characters_and_made_utf8(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t length, most;
        const char *wanted;
    } cases[] = {
        {"abc", 3, 2, "ab"},
        {"a\xC3\xA9", 3, 2, "a"},
        {"a\xC3\xA9", 3, 3, "a\xC3\xA9"},
        {"a\xC3", 2, 9, "a\xEF\xBF\xBD"},
        {"\xFF\xFE", 2, 4, "\xEF\xBF\xBD"},
        {"\xED\xA0\x80", 3, 9, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        floe_buffer out = {0};
        size_t begin = floe_wire_begin(&out, 1), used, length;
        floe_wire_text(&out, cases[i].text, cases[i].length, cases[i].most);
        floe_wire_end(&out, begin);
        floe_frame frame;
        assert_int_equal(1, floe_frame_next(&frame, &used, out.data, out.size, NULL));
        const char *text = floe_frame_text(&frame, &length, 100);
        assert_int_equal(strlen(cases[i].wanted), length);
        assert_memory_equal(cases[i].wanted, text, length);
        floe_buffer_free(&out);
    }
}

static void what_is_wrong_breaks_the_frame_for_good(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        size_t most;
    } texts[] = {
        {"\5\0\0\0abcd", 8, 10},    /* longer than the frame */
        {"\4\0\0\0abcd", 8, 3},     /* longer than it may be */
        {"\2\0\0\0\xC3(xx", 8, 10}, /* not UTF-8 */
        {"\1\0\0\0\xC3xxx", 8, 10}, /* half a character */
        {"\xFE\xFF\xFF\xFFxx", 6, 10}, {"\1\0", 2, 10},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        floe_frame frame = {.data = texts[i].bytes, .left = texts[i].size};
        size_t length = 9;
        assert_null(floe_frame_text(&frame, &length, texts[i].most));
        assert_true(frame.broken);
        assert_int_equal(0, length);
        assert_int_equal(0, floe_frame_u32(&frame));
        assert_false(floe_frame_done(&frame));
    }
    floe_frame index = {.data = "\7\0\0\0", .left = 4};
    assert_int_equal(0, floe_frame_index(&index, 7));
    assert_true(index.broken);
    floe_frame rest = {.data = "\7\0\0\0\0", .left = 5};
    assert_int_equal(7, floe_frame_index(&rest, 8));
    assert_false(floe_frame_done(&rest));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_frame_is_only_taken_whole),
        cmocka_unit_test(a_frame_that_is_too_long_is_refused_at_its_header),
        cmocka_unit_test(texts_are_cut_at_characters_and_made_utf8),
        cmocka_unit_test(what_is_wrong_breaks_the_frame_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
