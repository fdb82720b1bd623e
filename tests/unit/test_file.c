/* Files are read and written as a whole or not at all, and only files. */
#include "base/file.h"

#include "support.h"

#include "base/digest.h"
#include "base/folder.h"
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Each test runs in a folder of its own, which is gone afterwards. */
static char *old_folder;

static int enter_folder(void **state) {
    char name[] = "/tmp/floe-test-file-XXXXXX";
    old_folder = getcwd(NULL, 0);
    *state = old_folder && mkdtemp(name) && chdir(name) == 0 ? strdup(name) : NULL;
    return *state ? 0 : -1;
}

static int leave_folder(void **state) {
    char command[128];
    snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", (char *)*state, (char *)*state);
    int result = chdir(old_folder) || system(command);
    free(old_folder);
    free(*state);
    return result;
}

static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *expected) {
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, path, 0, NULL), 0);
    assert_int_equal(size, strlen(expected));
    assert_string_equal(text, expected);
    free(text);
}

static size_t count_here(void) {
    floe_file_list list;
    assert_int_equal(floe_folder_list(&list, ".", NULL), 0);
    size_t count = list.count;
    floe_file_list_free(&list);
    return count;
}

/* ---- reading ---- */

static void a_text_is_followed_by_nul_bytes(void **state) {
    (void)state;
    char *text, digest[FLOE_DIGEST_SIZE];
    size_t size;
    put("a", "hello");
    assert_int_equal(floe_file_read_digest(&text, &size, digest, "a", 0, NULL), 0);
    assert_int_equal(size, 5);
    assert_memory_equal(text, "hello", 5);
    for (size_t i = 0; i < FLOE_FILE_PADDING; i++) {
        assert_int_equal(text[size + i], 0);
    }
    assert_string_equal(digest, "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    free(text);
}

static void empty_and_large_files_are_read(void **state) {
    (void)state;
    size_t large = 3 * 1024 * 1024 + 7;
    char *text = malloc(large), *read, digest[FLOE_DIGEST_SIZE], expected[FLOE_DIGEST_SIZE];
    size_t size;
    for (size_t i = 0; i < large; i++) {
        text[i] = (char)(i * 31 >> 3);
    }
    put("empty", "");
    assert_holds("empty", "");
    assert_int_equal(floe_file_write("large", text, large, NULL), 0);
    assert_int_equal(floe_file_read_digest(&read, &size, digest, "large", 0, NULL), 0);
    assert_int_equal(size, large);
    assert_memory_equal(read, text, large);
    assert_int_equal(floe_digest(expected, text, large, NULL), 0);
    assert_string_equal(digest, expected);
    free(read);
    free(text);
}

static void a_file_that_does_not_say_its_size_is_read(void **state) {
    (void)state;
    char *text;
    size_t size;
    assert_int_equal(floe_file_read(&text, &size, "/proc/self/status", 0, NULL), 0);
    assert_true(size > 0);
    free(text);
}

static void an_arena_takes_what_is_in_a_file(void **state) {
    (void)state;
    static const char *const texts[] = {"", "x", "hello"};
    floe_arena *arena = floe_arena_new(0);
    char *text, digest[FLOE_DIGEST_SIZE], expected[FLOE_DIGEST_SIZE];
    size_t size;
    floe_error error = {0};
    for (size_t i = 0; i < 3; i++) {
        put("a", texts[i]);
        assert_int_equal(floe_file_read_arena(&text, &size, digest, arena, "a", 0, NULL), 0);
        assert_int_equal(size, strlen(texts[i]));
        assert_string_equal(text, texts[i]);
        assert_int_equal(text[size + FLOE_FILE_PADDING - 1], 0);
        assert_int_equal(floe_digest(expected, texts[i], size, NULL), 0);
        assert_string_equal(digest, expected);
    }
    assert_int_equal(floe_file_read_arena(&text, &size, digest, arena, "/proc/self/status", 0, NULL), 0);
    assert_int_equal(strlen(text), size);
    assert_true(size > 0);
    assert_int_equal(floe_file_read_arena(&text, &size, digest, arena, "a", 4, &error), FLOE_LIMIT);
    assert_int_equal(floe_file_read_arena(&text, &size, digest, arena, "nothing", 0, &error), FLOE_NOT_FOUND);
    floe_arena_free(arena);
}

static void a_file_larger_than_the_limit_is_refused(void **state) {
    (void)state;
    char *text;
    size_t size;
    floe_error error = {0};
    put("a", "12345");
    assert_int_equal(floe_file_read(&text, &size, "a", 4, &error), FLOE_LIMIT);
    assert_non_null(strstr(error.message, "larger than the limit of 4 bytes"));
    assert_string_equal(error.file, "a");
    assert_int_equal(floe_file_read(&text, &size, "/proc/self/status", 4, &error), FLOE_LIMIT);
    assert_int_equal(floe_file_read(&text, &size, "a", 5, &error), 0);
    free(text);
}

static void what_is_no_file_is_refused_without_waiting(void **state) {
    (void)state;
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    static const struct {
        const char *path, *message;
        floe_code code;
    } rows[] = {
        {"folder", "it is a folder, not a file", FLOE_INVALID},
        {"pipe", "it is a pipe, not a file", FLOE_INVALID},
        {"socket", "it is a socket, not a file", FLOE_INVALID},
        {"/dev/zero", "it is a device, not a file", FLOE_INVALID},
        {"dangling", "No such file or directory", FLOE_NOT_FOUND},
        {"absent", "cannot read 'absent': No such file or directory", FLOE_NOT_FOUND},
        {"folder/absent/more", "No such file or directory", FLOE_NOT_FOUND},
        {"", "No such file or directory", FLOE_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = NULL;
        size_t size;
        floe_error error = {0};
        assert_int_equal(floe_file_read(&text, &size, rows[i].path, 0, &error), rows[i].code);
        assert_non_null(strstr(error.message, rows[i].message));
        assert_null(text);
    }
    close(listener);
}

static void a_file_that_may_not_be_read_is_an_error(void **state) {
    (void)state;
    char *text;
    size_t size;
    floe_error error = {0};
    if (geteuid() == 0) {
        print_message("skipped: root may read everything\n");
        return;
    }
    put("a", "secret");
    chmod("a", 0);
    assert_int_equal(floe_file_read(&text, &size, "a", 0, &error), FLOE_IO);
    assert_string_equal(error.message, "cannot read 'a': Permission denied");
}

/* ---- writing ---- */

static void a_written_file_replaces_and_keeps_its_mode(void **state) {
    (void)state;
    struct stat status;
    mode_t mask = umask(027);
    assert_int_equal(floe_file_write("a", "one", 3, NULL), 0);
    umask(mask);
    assert_int_equal(stat("a", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    chmod("a", 0755);
    assert_int_equal(floe_file_write("a", "two", 3, NULL), 0);
    assert_holds("a", "two");
    assert_int_equal(stat("a", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0755);
    assert_int_equal(count_here(), 1);
}

static void a_private_file_is_its_owners_alone(void **state) {
    (void)state;
    struct stat status;
    mode_t mask = umask(022);
    assert_int_equal(floe_file_write_private("a", "one", 3, NULL), 0);
    umask(mask);
    assert_int_equal(stat("a", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_holds("a", "one");
}

static void writing_through_a_link_keeps_the_link(void **state) {
    (void)state;
    struct stat status;
    assert_int_equal(mkdir("real", 0700), 0);
    put("real/a", "one");
    assert_int_equal(symlink("real/a", "link"), 0);
    assert_int_equal(floe_file_write("link", "two", 3, NULL), 0);
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_holds("real/a", "two");
}

static void devices_are_written_to(void **state) {
    (void)state;
    assert_int_equal(floe_file_write("/dev/null", "text", 4, NULL), 0);
}

static void what_cannot_be_written_is_an_error_and_leaves_nothing(void **state) {
    (void)state;
    floe_error error = {0};
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(floe_file_write("folder", "x", 1, &error), FLOE_IO);
    assert_string_equal(error.message, "cannot write 'folder': Is a directory");
    assert_int_equal(floe_file_write("absent/a", "x", 1, &error), FLOE_NOT_FOUND);
    assert_string_equal(error.file, "absent/a");
    assert_int_equal(floe_file_write("/proc/floe", "x", 1, &error) < 0, 1);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(floe_file_write("pipe", "x", 1, &error), FLOE_IO);
    assert_int_equal(count_here(), 2);
}

static void a_full_disk_is_an_error_and_leaves_the_old_file(void **state) {
    (void)state;
    floe_error error = {0};
    struct rlimit old, small = {.rlim_cur = 10, .rlim_max = RLIM_INFINITY};
    put("a", "old");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = floe_file_write("a", "far more than ten bytes", 23, &error);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    assert_int_equal(result, FLOE_IO);
    assert_non_null(strstr(error.message, "cannot write 'a': "));
    assert_holds("a", "old");
    assert_int_equal(count_here(), 1);
    assert_int_equal(floe_file_write("/dev/full", "x", 1, &error), FLOE_IO);
    assert_string_equal(error.message, "cannot write '/dev/full': No space left on device");
}

/* ---- folders ---- */

static void assert_listed(const floe_file_list *list, const char *const *names, size_t count) {
    assert_int_equal(list->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(list->items[i].path, names[i]);
    }
}

static void make_tree(void) {
    assert_int_equal(floe_folder_make("t/b/c", NULL), 0);
    assert_int_equal(floe_folder_make("t/target/deep", NULL), 0);
    assert_int_equal(floe_folder_make("outside", NULL), 0);
    put("t/b/c/2", "22");
    put("t/b/1", "1");
    put("t/b.sql", "b");
    put("t/a", "a");
    put("t/target/deep/x", "x");
    put("outside/secret", "s");
    assert_int_equal(symlink("a", "t/link_to_a"), 0);
    assert_int_equal(symlink("../outside/secret", "t/link_out"), 0);
    assert_int_equal(symlink("../outside", "t/folder_out"), 0);
    assert_int_equal(symlink("..", "t/b/loop"), 0);
    assert_int_equal(symlink("nowhere", "t/dangling"), 0);
    assert_int_equal(mkfifo("t/pipe", 0600), 0);
}

static void a_folder_is_listed_in_order(void **state) {
    (void)state;
    make_tree();
    floe_file_list list;
    static const char *const names[] = {"a",        "b",         "b.sql", "dangling", "folder_out",
                                        "link_out", "link_to_a", "pipe",  "target"};
    assert_int_equal(floe_folder_list(&list, "t", NULL), 0);
    assert_listed(&list, names, COUNT(names));
    assert_int_equal(list.items[0].kind, FLOE_FILE_REGULAR);
    assert_int_equal(list.items[1].kind, FLOE_FILE_FOLDER);
    assert_int_equal(list.items[7].kind, FLOE_FILE_OTHER);
    floe_file_list_free(&list);
    floe_error error = {0};
    assert_int_equal(floe_folder_list(&list, "absent", &error), FLOE_NOT_FOUND);
    assert_int_equal(floe_folder_list(&list, "t/a", &error), FLOE_IO);
    assert_string_equal(error.message, "cannot list 't/a': Not a directory");
}

static void a_walk_stays_in_its_tree(void **state) {
    (void)state;
    make_tree();
    floe_file_list list;
    static const char *const skip[] = {"target", "c", NULL};
    static const char *const all[] = {"a", "b.sql", "b/1", "b/c/2", "link_to_a", "target/deep/x"};
    static const char *const some[] = {"a", "b.sql", "b/1", "link_to_a"};
    assert_int_equal(floe_folder_walk(&list, "t", NULL, NULL), 0);
    assert_listed(&list, all, COUNT(all));
    assert_int_equal(list.items[3].size, 2);
    floe_file_list_free(&list);
    assert_int_equal(floe_folder_walk(&list, "t/", &(floe_walk_options){.skip = skip}, NULL), 0);
    assert_listed(&list, some, COUNT(some));
    floe_file_list_free(&list);
    assert_int_equal(floe_folder_walk(&list, "t/b", &(floe_walk_options){.most_bytes = 1}, NULL), 0);
    assert_listed(&list, (const char *const[]){"1"}, 1);
    floe_file_list_free(&list);
}

static void a_walk_is_bounded(void **state) {
    (void)state;
    make_tree();
    floe_file_list list;
    floe_error error = {0};
    assert_int_equal(floe_folder_walk(&list, "t", &(floe_walk_options){.most_files = 6}, &error), 0);
    floe_file_list_free(&list);
    assert_int_equal(floe_folder_walk(&list, "t", &(floe_walk_options){.most_files = 5}, &error), FLOE_LIMIT);
    assert_string_equal(error.message, "'t' holds more than 5 files");
    assert_int_equal(floe_folder_walk(&list, "t", &(floe_walk_options){.depth = 1}, &error), FLOE_LIMIT);
    assert_int_equal(floe_folder_walk(&list, "absent", NULL, &error), FLOE_NOT_FOUND);
}

static void a_folder_takes_the_place_of_another(void **state) {
    (void)state;
    floe_error error = {0};
    assert_int_equal(floe_folder_make("new/b", NULL), 0);
    put("new/b/1", "new");
    assert_int_equal(floe_folder_replace("t/absent", "new", &error), FLOE_NOT_FOUND);
    assert_int_equal(floe_folder_replace("t", "new", NULL), 0);
    assert_holds("t/b/1", "new");
    assert_int_equal(floe_file_kind_of("new"), FLOE_FILE_NONE);
    assert_int_equal(floe_folder_make("newer", NULL), 0);
    put("newer/a", "newer");
    assert_int_equal(floe_folder_replace("t", "newer", NULL), 0);
    assert_holds("t/a", "newer");
    assert_holds("newer/b/1", "new");
    assert_int_equal(floe_folder_replace("t", "nothing", &error), FLOE_NOT_FOUND);
    assert_string_equal(error.message, "cannot write 't': No such file or directory");
    assert_holds("t/a", "newer");
}

static void what_is_removed_ends_at_its_links(void **state) {
    (void)state;
    make_tree();
    assert_int_equal(symlink("outside", "link"), 0);
    assert_int_equal(floe_folder_remove("t", NULL), 0);
    assert_int_equal(floe_folder_remove("link", NULL), 0);
    assert_int_equal(floe_folder_remove("absent", NULL), 0);
    assert_int_equal(count_here(), 1);
    assert_holds("outside/secret", "s");
    floe_error error = {0};
    assert_int_equal(floe_folder_remove("outside/secret/x", &error), FLOE_IO);
    assert_string_equal(error.message, "cannot remove 'outside/secret/x': Not a directory");
}

static void folders_are_made_with_those_above(void **state) {
    (void)state;
    floe_error error = {0};
    assert_int_equal(floe_folder_make("x/y//z/", &error), 0);
    assert_int_equal(floe_file_kind_of("x/y/z"), FLOE_FILE_FOLDER);
    assert_int_equal(floe_folder_make("x/y/z", &error), 0);
    assert_int_equal(floe_folder_make(".", &error), 0);
    put("f", "");
    assert_int_equal(floe_folder_make("f/y", &error), FLOE_IO);
    assert_string_equal(error.message, "cannot make the folder 'f': File exists");
    assert_int_equal(floe_file_kind_of("f"), FLOE_FILE_REGULAR);
    assert_int_equal(floe_file_kind_of("/dev/null"), FLOE_FILE_OTHER);
    assert_int_equal(floe_file_kind_of("nothing"), FLOE_FILE_NONE);
}

static void a_file_of_any_size_has_a_digest_and_a_status(void **state) {
    (void)state;
    char digest[FLOE_DIGEST_SIZE], expected[FLOE_DIGEST_SIZE], *text = malloc(100000);
    bool binary;
    floe_error error;
    uint64_t size;
    int64_t modified;
    memset(text, 'x', 100000);
    assert_int_equal(floe_file_write("large", text, 100000, NULL), 0);
    assert_int_equal(floe_digest(expected, text, 100000, NULL), 0);
    assert_int_equal(floe_file_digest(digest, &binary, "large", &error), 0);
    assert_string_equal(digest, expected);
    assert_false(binary);
    text[99999] = '\0';
    assert_int_equal(floe_file_write("large", text, 100000, NULL), 0);
    assert_int_equal(floe_file_digest(digest, &binary, "large", &error), 0);
    assert_true(binary);
    free(text);
    assert_int_equal(floe_file_digest(digest, &binary, "nothing", &error), FLOE_NOT_FOUND);
    assert_int_equal(floe_file_digest(digest, &binary, ".", &error), FLOE_INVALID);
    assert_true(floe_file_status(&size, &modified, "large"));
    assert_int_equal(size, 100000);
    floe_file_list list;
    assert_int_equal(floe_folder_walk(&list, ".", NULL, &error), 0);
    assert_true(list.items[0].modified == modified && modified > 0);
    floe_file_list_free(&list);
    assert_false(floe_file_status(&size, &modified, "."));
    assert_false(floe_file_status(&size, &modified, "nothing"));
}

static void a_file_is_moved_over_another(void **state) {
    (void)state;
    floe_error error;
    put("new", "two");
    put("old", "one");
    assert_int_equal(floe_file_move("new", "old", &error), 0);
    assert_holds("old", "two");
    assert_int_equal(count_here(), 1);
    assert_int_equal(floe_file_move("new", "old", &error), FLOE_NOT_FOUND);
    assert_int_equal(floe_file_move("old", "no/folder", &error), FLOE_NOT_FOUND);
    assert_holds("old", "two");
}

int main(void) {
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, enter_folder, leave_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_text_is_followed_by_nul_bytes),
        IN_FOLDER(empty_and_large_files_are_read),
        IN_FOLDER(a_file_that_does_not_say_its_size_is_read),
        IN_FOLDER(an_arena_takes_what_is_in_a_file),
        IN_FOLDER(a_file_larger_than_the_limit_is_refused),
        IN_FOLDER(what_is_no_file_is_refused_without_waiting),
        IN_FOLDER(a_file_that_may_not_be_read_is_an_error),
        IN_FOLDER(a_written_file_replaces_and_keeps_its_mode),
        IN_FOLDER(a_private_file_is_its_owners_alone),
        IN_FOLDER(writing_through_a_link_keeps_the_link),
        IN_FOLDER(devices_are_written_to),
        IN_FOLDER(what_cannot_be_written_is_an_error_and_leaves_nothing),
        IN_FOLDER(a_full_disk_is_an_error_and_leaves_the_old_file),
        IN_FOLDER(a_folder_is_listed_in_order),
        IN_FOLDER(a_walk_stays_in_its_tree),
        IN_FOLDER(a_walk_is_bounded),
        IN_FOLDER(folders_are_made_with_those_above),
        IN_FOLDER(a_folder_takes_the_place_of_another),
        IN_FOLDER(what_is_removed_ends_at_its_links),
        IN_FOLDER(a_file_of_any_size_has_a_digest_and_a_status),
        IN_FOLDER(a_file_is_moved_over_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
