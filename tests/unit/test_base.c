/* Arenas, buffers, digests, clocks and errors: what the rest relies on without looking. */
#include "support.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/uuid.h"
#include "floe/arena.h"

#include <errno.h>
#include <seccomp.h>
#include <stdalign.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- arena ---- */

static void an_arena_hands_out_aligned_memory_that_does_not_overlap(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(0);
    unsigned char *blocks[400];
    size_t sizes[400];
    for (size_t i = 0; i < COUNT(blocks); i++) {
        sizes[i] = i % 50 == 49 ? 100000 : i * 7 % 300;
        blocks[i] = floe_arena_alloc(arena, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(int64_t), 0);
        assert_int_equal((uintptr_t)blocks[i] % alignof(double), 0);
        assert_int_equal((uintptr_t)blocks[i] % alignof(void *), 0);
        memset(blocks[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(blocks); i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal(blocks[i][j], (unsigned char)i);
        }
    }
    floe_arena_free(arena);
}

static void an_arena_keeps_its_limit(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(1024);
    assert_non_null(floe_arena_alloc(arena, 1000));
    assert_null(floe_arena_alloc(arena, 100));
    assert_non_null(floe_arena_alloc(arena, 16));
    assert_true(floe_arena_used(arena) <= 1024);
    assert_null(floe_arena_alloc(arena, SIZE_MAX));
    assert_null(floe_arena_alloc(arena, SIZE_MAX / 2));
    assert_null(floe_arena_array(arena, SIZE_MAX / 4, 8));
    floe_arena_free(arena);
    floe_arena_free(NULL);
}

static void an_arena_that_was_reset_hands_out_all_of_its_limit_again(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(1 << 20);
    for (int round = 0; round < 5; round++) {
        char *first = floe_arena_alloc(arena, 100);
        assert_non_null(first);
        memset(first, round, 100);
        for (int i = 0; i < 9; i++) {
            char *block = floe_arena_alloc(arena, 100000);
            assert_non_null(block);
            memset(block, i, 100000);
        }
        assert_null(floe_arena_alloc(arena, 200000));
        assert_int_equal(first[99], round);
        floe_arena_reset(arena);
        assert_int_equal(floe_arena_used(arena), 0);
    }
    floe_arena_free(arena);
    arena = floe_arena_new(0);
    floe_arena_reset(arena);
    floe_arena_alloc(arena, 64 << 20);
    floe_arena_reset(arena);
    assert_non_null(floe_arena_alloc(arena, 1));
    floe_arena_free(arena);
}

static void a_text_in_an_arena_ends_with_a_nul(void **state) {
    (void)state;
    floe_arena *arena = floe_arena_new(0);
    assert_memory_equal(floe_arena_text(arena, "a\0bc", 3), "a\0b", 4);
    assert_string_equal(floe_arena_text(arena, NULL, 0), "");
    floe_arena_free(arena);
}

/* ---- buffer ---- */

static void a_buffer_grows_and_ends_with_a_nul(void **state) {
    (void)state;
    floe_buffer buffer = {0};
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(floe_buffer_printf(&buffer, "%d,", i), 0);
    }
    assert_int_equal(buffer.size, 3890);
    assert_int_equal(strlen(buffer.data), 3890);
    assert_int_equal(floe_buffer_append(&buffer, "a\0b", 3), 0);
    assert_memory_equal(buffer.data + 3890, "a\0b", 4);
    floe_buffer_clear(&buffer);
    assert_string_equal(buffer.data, "");
    size_t size = 99;
    char *text = floe_buffer_take(&buffer, &size);
    assert_string_equal(text, "");
    assert_int_equal(size, 0);
    assert_null(buffer.data);
    free(text);
    text = floe_buffer_take(&buffer, NULL);
    assert_string_equal(text, "");
    free(text);
}

static void a_buffer_that_failed_stays_failed(void **state) {
    (void)state;
    floe_buffer buffer = {0};
    assert_int_equal(floe_buffer_append(&buffer, "abc", 3), 0);
    assert_int_equal(floe_buffer_reserve(&buffer, SIZE_MAX - 10), FLOE_MEMORY);
    assert_int_equal(floe_buffer_append(&buffer, "d", 1), FLOE_MEMORY);
    assert_int_equal(buffer.size, 3);
    assert_null(floe_buffer_take(&buffer, NULL));
}

static void a_vector_that_cannot_grow_stays_as_it_was(void **state) {
    (void)state;
    uint64_t *items = NULL;
    size_t capacity = 0;
    assert_int_equal(floe_grow(&items, &capacity, 3, sizeof *items), 0);
    uint64_t *before = items;
    size_t size = capacity;
    assert_true(capacity >= 3);
    assert_int_equal(floe_grow(&items, &capacity, SIZE_MAX / 8, sizeof *items), FLOE_MEMORY);
    assert_ptr_equal(items, before);
    assert_int_equal(capacity, size);
    free(items);
}

/* ---- digest, clock ---- */

static void digests_are_those_of_the_standard(void **state) {
    (void)state;
    char digest[FLOE_DIGEST_SIZE];
    assert_int_equal(floe_digest(digest, "", 0, NULL), 0);
    assert_string_equal(digest, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(floe_digest(digest, "abc", 3, NULL), 0);
    assert_string_equal(digest, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void the_monotonic_clock_does_not_go_back(void **state) {
    (void)state;
    int64_t before = floe_clock_monotonic();
    assert_true(floe_clock_monotonic() >= before);
    assert_true(floe_clock_now() > INT64_C(1700000000) * 1000000000);
}

/* ---- errors ---- */

static void long_messages_are_cut_between_characters(void **state) {
    (void)state;
    floe_error error;
    char text[2 * sizeof error.message];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'x', lead);
        for (size_t i = lead; i + 4 < sizeof text; i += 3) {
            memcpy(text + i, "€", 4);
        }
        assert_int_equal(floe_error_set(&error, FLOE_INVALID, "%s", text), FLOE_INVALID);
        assert_int_equal((strlen(error.message) - lead) % 3, 0);
        assert_memory_equal(error.message, text, strlen(error.message));
        floe_error_hint(&error, "%s", text);
        assert_int_equal((strlen(error.hint) - lead) % 3, 0);
        floe_error_at(&error, text, 1, 2);
        assert_int_equal((strlen(error.file) - lead) % 3, 0);
    }
}

static void an_error_may_be_nobodys(void **state) {
    (void)state;
    assert_int_equal(floe_error_set(NULL, FLOE_LIMIT, "x"), FLOE_LIMIT);
    floe_error_hint(NULL, "x");
    errno = EACCES;
    assert_int_equal(floe_error_system(NULL, "open", "x"), FLOE_IO);
    errno = ENOENT;
    assert_int_equal(floe_error_system(NULL, "open", "x"), FLOE_NOT_FOUND);
}

/* In a process whose kernel gives no random numbers. */
static int ask_without_random(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    char bytes[16], id[FLOE_UUID_SIZE];
    floe_error error;
    if (!filter || seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(getrandom), 0) ||
        seccomp_load(filter)) {
        return 2;
    }
    return floe_random(bytes, sizeof bytes, &error) == FLOE_OUTSIDE &&
                   strcmp(error.message, "the system gives no random numbers: Operation not permitted") ==
                       0 &&
                   floe_uuid(id, &error) == FLOE_OUTSIDE
               ? 0
               : 1;
}

static void without_random_numbers_nothing_is_made_up(void **state) {
    (void)state;
    int status;
    pid_t process = fork();
    if (process == 0) {
        _exit(ask_without_random());
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_hands_out_aligned_memory_that_does_not_overlap),
        cmocka_unit_test(an_arena_keeps_its_limit),
        cmocka_unit_test(an_arena_that_was_reset_hands_out_all_of_its_limit_again),
        cmocka_unit_test(a_text_in_an_arena_ends_with_a_nul),
        cmocka_unit_test(a_buffer_grows_and_ends_with_a_nul),
        cmocka_unit_test(a_buffer_that_failed_stays_failed),
        cmocka_unit_test(a_vector_that_cannot_grow_stays_as_it_was),
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(the_monotonic_clock_does_not_go_back),
        cmocka_unit_test(long_messages_are_cut_between_characters),
        cmocka_unit_test(an_error_may_be_nobodys),
        cmocka_unit_test(without_random_numbers_nothing_is_made_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
