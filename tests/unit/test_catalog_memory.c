/* Memory that runs out while a catalog is used: at every allocation in turn. */
#include "allocator.h"

#include "floe/json.h"
#include "server.h"
#include "temporary.h"

#include "catalog/catalog.h"

#include <signal.h>
#include <sys/wait.h>

typedef struct fixture {
    const char *type;
    int steps; /* that can be done there, of `use` */
    char root[64];
    floe_store *store;
    floe_node config;
    server server;
    pid_t process; /* of the server, whose memory does not run out */
} fixture;

static int begin_fixture(void **state, fixture *f, const char *config) {
    floe_document *document;
    f->store = floe_store_new();
    *state = f;
    if (!f->store ||
        floe_json_parse(&document, f->store, "config.json", config, strlen(config), NULL, NULL)) {
        return -1;
    }
    f->config = document->root;
    return 0;
}

static int begin(void **state) {
    static fixture f;
    char text[256];
    f = (fixture){.type = "sqlite", .steps = 6};
    temporary_make(f.root, sizeof f.root);
    snprintf(text, sizeof text, "{\"path\": \"%s/.floe/catalog.db\"}", f.root);
    return begin_fixture(state, &f, text);
}

static int end(void **state) {
    fixture *f = *state;
    floe_store_free(f->store);
    return temporary_remove(f->root);
}

/* ---- a catalog behind a server ---- */

#define FOUND "HTTP/1.1 200 OK\r\n\r\n"

/* What a server that has everything says to a request that begins so; the first that fits. */
static const struct {
    const char *request, *answer;
} answers[] = {
    {"POST /v1/oauth/tokens", FOUND "{\"access_token\":\"t0ken\",\"expires_in\":3600}"},
    {"GET /v1/config?", "HTTP/1.1 307 There\r\nLocation: /v1/config/moved\r\n\r\n"},
    {"GET /v1/config/moved", FOUND "{\"defaults\":{\"prefix\":\"p q\"},\"overrides\":{\"uri\":\"/\"}}"},
    {"POST /v1/p%20q/namespaces HTTP", FOUND "{\"namespace\":[\"a\"]}"},
    {"POST /v1/p%20q/namespaces/", FOUND "{\"updated\":[\"owner\"]}"},
    {"GET /v1/p%20q/namespaces/sales%1Fp0%1Fcontracts/tables/t", FOUND
     "{\"metadata\":{\"format-version\":2},\"metadata-location\":\"s3://b/m.json\",\"storage-credentials\":"
     "[{\"prefix\":\"s3://b\",\"config\":{\"s3.secret-access-key\":\"y\"}}]}"},
    {"GET /v1/p%20q/namespaces/sales%1Fp0%1Fcontracts/tables?pageSize=1000&pageToken= ",
     FOUND "{\"identifiers\":[{\"name\":\"t\"}],\"next-page-token\":\"more\"}"},
    {"GET /v1/p%20q/namespaces/sales%1Fp0%1Fcontracts/tables?", FOUND "{\"identifiers\":[{\"name\":\"u\"}]}"},
    {"GET /v1/p%20q/namespaces?parent=sales%1Fp0&",
     FOUND "{\"namespaces\":[[\"sales\",\"p0\",\"contracts\"]]}"},
    {"GET /v1/p%20q/namespaces?", FOUND "{\"namespaces\":[]}"},
    {"GET /v1/p%20q/namespaces/", FOUND "{\"properties\":{\"owner\":\"a\",\"version\":\"1\"}}"},
    {"DELETE /v1/p%20q/namespaces/", "HTTP/1.1 204 Gone\r\n\r\n"},
    {"", "HTTP/1.1 400 Strange\r\n\r\n"},
};

static void serve(server *s) {
    while (server_wait(s, s->listener)) {
        int fd = accept(s->listener, NULL, NULL);
        floe_buffer request = {0};
        size_t at = 0;
        if (fd >= 0 && server_read(s, fd, &request)) {
            while (strncmp(request.data, answers[at].request, strlen(answers[at].request)) != 0) {
                at++;
            }
            server_answer(s, fd, &(server_reply){answers[at].answer, SERVER_SAYS});
        }
        floe_buffer_free(&request);
        close(fd);
    }
}

/* A server, and the configuration of a catalog there that says `who` asks. */
static int begin_server(void **state, const char *who) {
    static fixture f;
    char text[256];
    f = (fixture){.type = "polaris", .steps = 10};
    server_listen(&f.server);
    setenv("FLOE_TEST_SECRET", "me:s3cret", 1);
    f.process = fork();
    if (f.process == 0) {
        serve(&f.server);
        _exit(0);
    }
    snprintf(text, sizeof text,
             "{\"uri\":\"http://127.0.0.1:%u\",\"warehouse\":\"w\",\"headers\":{\"X-Realm\":\"r\"},%s}",
             f.server.port, who);
    return f.process < 0 ? -1 : begin_fixture(state, &f, text);
}

static int begin_client(void **state) {
    return begin_server(state,
                        "\"oauth2\":{\"client_id\":\"me\",\"client_secret_env\":\"FLOE_TEST_SECRET\"}");
}

static int begin_credential(void **state) {
    return begin_server(state, "\"oauth2\":{\"credential_env\":\"FLOE_TEST_SECRET\",\"audience\":\"a\"}");
}

static int begin_token(void **state) {
    return begin_server(state, "\"token_env\":\"FLOE_TEST_SECRET\"");
}

static int end_server(void **state) {
    fixture *f = *state;
    int status = 0;
    kill(f->process, SIGKILL);
    waitpid(f->process, &status, 0);
    server_close(&f->server);
    floe_store_free(f->store);
    return 0;
}

/* One use of a catalog from opening to closing; the number of its steps that were done. */
static int use(int *result, fixture *f, floe_arena *arena, const char *part, floe_error *error) {
    const char *const parts[] = {"sales", part, "contracts"};
    const floe_catalog_name name = {parts, 3}, parent = {parts, 2};
    const floe_catalog_property properties[] = {{"owner", "a"}, {"version", "1"}};
    floe_catalog_properties found;
    floe_catalog_names names;
    floe_catalog_texts texts;
    floe_catalog_outcome outcome;
    floe_catalog_table table;
    floe_catalog_description description;
    floe_catalog *catalog = NULL;
    floe_store *store = floe_store_new();
    bool there;
    int steps = 0;
    *result = store ? floe_catalog_open(&catalog, f->type, &f->config, error) : floe_error_memory(error);
    for (; !*result && steps < f->steps; steps++) {
        switch (steps) {
        case 0:
            *result = floe_catalog_create(catalog, &outcome, &name, &(floe_catalog_properties){properties, 2},
                                          error);
            break;
        case 1:
            *result = floe_catalog_update(catalog, &name, &(floe_catalog_properties){properties, 1},
                                          &(floe_catalog_texts){0}, error);
            break;
        case 2:
            *result = floe_catalog_load(catalog, &there, &found, arena, &name, error);
            break;
        case 3:
            *result = floe_catalog_list(catalog, &names, arena, &parent, error);
            break;
        case 4:
            *result = floe_catalog_tables(catalog, &texts, arena, &name, error);
            break;
        case 5:
            *result = floe_catalog_drop(catalog, &name, error);
            break;
        case 6:
            *result = floe_catalog_table_load(catalog, &there, &table, arena, store, &name, "t", error);
            break;
        case 7:
            *result = floe_catalog_credentials(catalog, &found, arena, &name, "t", error);
            break;
        case 8:
            *result = floe_catalog_table_drop(catalog, &name, "t", true, error);
            break;
        default:
            *result = floe_catalog_describe(catalog, &description, arena, error);
        }
    }
    floe_catalog_close(catalog);
    floe_store_free(store);
    return steps;
}

/* The namespace has both of its properties, or is not there. */
static void assert_whole(fixture *f, floe_arena *arena, const char *part) {
    const char *const parts[] = {"sales", part, "contracts"};
    floe_catalog_properties found;
    floe_catalog *catalog = NULL;
    floe_error error;
    bool there;
    assert_int_equal(floe_catalog_open(&catalog, f->type, &f->config, &error), 0);
    if (floe_catalog_load(catalog, &there, &found, arena, &(floe_catalog_name){parts, 3}, &error)) {
        fail_msg("%s", error.message);
    }
    assert_true(!there || found.count == 2);
    floe_catalog_close(catalog);
}

/* Uses the catalog with each allocation failing in turn, and looks at what is left of that; how often it was
 * told that memory ran out. */
static long fail_each(fixture *f) {
    long failures = 0;
    floe_arena *arena = floe_arena_new(0);
    for (long turn = 0, failed = 1; failed; turn++) {
        floe_error error = {0};
        char part[32];
        int result;
        snprintf(part, sizeof part, "p%ld", f->process ? 0 : turn); /* what the server answers has one name */
        left = turn;
        int steps = use(&result, f, arena, part, &error);
        failed = left < 0;
        left = -1;
        if (result) {
            if (result != FLOE_MEMORY || error.code != FLOE_MEMORY) {
                fail_msg("allocation %ld, step %d: %s", turn, steps, error.message);
            }
            failures++;
        } else {
            assert_int_equal(steps, f->steps);
        }
        assert_whole(f, arena, part);
    }
    floe_arena_free(arena);
    return failures;
}

static void a_catalog_stays_whole_at_every_failing_allocation(void **state) {
    assert_true(fail_each(*state) > 20);
}

static void a_catalog_behind_a_server_survives_every_failing_allocation(void **state) {
    assert_true(fail_each(*state) > 100);
}

#define SERVED(who, begin)                                                                                   \
    {                                                                                                        \
        "a_catalog_behind_a_server_survives_every_failing_allocation, " who,                                 \
            a_catalog_behind_a_server_survives_every_failing_allocation, begin, end_server, NULL             \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_catalog_stays_whole_at_every_failing_allocation, begin, end),
        SERVED("with a client's id and secret", begin_client),
        SERVED("with both in one", begin_credential),
        SERVED("with a token", begin_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
