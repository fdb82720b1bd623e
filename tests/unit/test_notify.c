/* What a service manager is told: by a path, by an abstract name, and where nobody listens. */
#include "support.h"

#include "base/notify.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct stand {
    int manager;
    char name[108]; /* as NOTIFY_SOCKET has it */
} stand;

/* Listens at a name of this process; one with @ is abstract. */
static void listen_at(stand *s, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(s->name, sizeof s->name, "%s-%d", name, (int)getpid());
    memcpy(address.sun_path, s->name, strlen(s->name));
    if (s->name[0] == '@') {
        address.sun_path[0] = '\0';
    }
    s->manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(s->manager >= 0);
    assert_int_equal(bind(s->manager, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(s->name))),
                     0);
    setenv("NOTIFY_SOCKET", s->name, 1);
}

static void expect_heard(const stand *s, const char *text) {
    char got[256] = "";
    ssize_t size = recv(s->manager, got, sizeof got - 1, 0);
    assert_int_equal(size, strlen(text));
    assert_string_equal(got, text);
}

static void check_name(const char *name) {
    stand s;
    floe_error error;
    listen_at(&s, name);
    assert_int_equal(floe_notify("READY=1\nSTATUS=fine", &error), 0);
    assert_int_equal(floe_notify("STOPPING=1", &error), 0);
    expect_heard(&s, "READY=1\nSTATUS=fine");
    expect_heard(&s, "STOPPING=1");
    close(s.manager);
    if (s.name[0] == '/') {
        unlink(s.name);
    }
    assert_int_equal(floe_notify("READY=1", &error), FLOE_IO); /* nobody listens any more */
}

static void a_manager_is_told_at_its_path(void **state) {
    (void)state;
    check_name("/tmp/floe-test-notify");
}

static void a_manager_is_told_at_its_abstract_name(void **state) {
    (void)state;
    check_name("@floe-test-notify");
}

static void without_a_manager_nothing_is_wrong(void **state) {
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    assert_int_equal(floe_notify("READY=1", NULL), 0);
    setenv("NOTIFY_SOCKET", "", 1);
    assert_int_equal(floe_notify("READY=1", NULL), 0);
}

static void what_is_no_socket_is_told(void **state) {
    (void)state;
    floe_error error;
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    const char *const names[] = {"nowhere", "/", "@", "vsock:1:2", longest};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_int_equal(floe_notify("READY=1", &error), FLOE_INVALID);
    }
}

/* One that does not read holds nobody up for ever. */
static void a_manager_that_does_not_read_is_left(void **state) {
    (void)state;
    stand s;
    floe_error error = {0};
    listen_at(&s, "@floe-test-notify-full");
    int result = 0;
    for (int i = 0; i < 100000 && !result; i++) {
        result = floe_notify("WATCHDOG=1", &error);
    }
    assert_int_equal(result, FLOE_IO);
    close(s.manager);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manager_is_told_at_its_path),
        cmocka_unit_test(a_manager_is_told_at_its_abstract_name),
        cmocka_unit_test(without_a_manager_nothing_is_wrong),
        cmocka_unit_test(what_is_no_socket_is_told),
        cmocka_unit_test(a_manager_that_does_not_read_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
