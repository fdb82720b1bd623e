/* The Iceberg REST backend beside a server that says what the test tells it to: tokens, pages, lost answers.
 */
#include "server.h"
#include "temporary.h"

#include "catalog/catalog.h"
#include "floe/json.h"

#define CONFIG                                                                                               \
    { "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"defaults\":{},\"overrides\":{}}", SERVER_SAYS }
#define ANSWER(status, body)                                                                                 \
    { "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n" body, SERVER_SAYS }
#define LOST                                                                                                 \
    { "", SERVER_SAYS }
#define ABSENT                                                                                               \
    ANSWER("404 Not Found",                                                                                  \
           "{\"error\":{\"message\":\"none\",\"type\":\"NoSuchNamespaceException\",\"code\":404}}")
#define CREATED ANSWER("200 OK", "{\"namespace\":[\"a\"],\"properties\":{}}")

typedef struct scene {
    server server;
    floe_store *store;
    floe_arena *arena;
    floe_catalog *catalog;
    floe_error error;
} scene;

static const char *const parts_a[] = {"a"}, *const parts_ab[] = {"a", "b c"};
static const floe_catalog_name name_a = {parts_a, 1}, name_ab = {parts_ab, 2};
static const floe_catalog_property owner_items[] = {{"owner", "me \"x\""}};
static const floe_catalog_properties owner = {owner_items, 1};

static int begin_scene(void **state) {
    static scene s;
    s = (scene){.store = floe_store_new(), .arena = floe_arena_new(0)};
    *state = &s;
    return 0;
}

static int end_scene(void **state) {
    scene *s = *state;
    floe_catalog_close(s->catalog);
    floe_arena_free(s->arena);
    floe_store_free(s->store);
    server_free(&s->server);
    return 0;
}

/* Opens a catalog with the members `more` of its configuration (JSON, after a comma). */
static int open_with(scene *s, const char *type, const char *more) {
    char config[512];
    floe_document *document;
    snprintf(config, sizeof config, "{\"uri\":\"http://127.0.0.1:%u/api/\"%s}", s->server.port, more);
    assert_int_equal(floe_json_parse(&document, s->store, "config", config, strlen(config), NULL, &s->error),
                     0);
    return floe_catalog_open(&s->catalog, type, &document->root, &s->error);
}

static void begin(scene *s, const server_reply *replies, size_t count, const char *more) {
    server_begin(&s->server, replies, count);
    assert_int_equal(open_with(s, "iceberg-rest", more), 0);
}

static const char *sent(const scene *s, size_t at) {
    assert_true(at < s->server.request_count);
    return s->server.requests[at].data;
}

static void check_line(const scene *s, size_t at, const char *line) {
    const char *text = sent(s, at);
    if (strncmp(text, line, strlen(line)) != 0) {
        fail_msg("request %zu is not '%s' but '%.*s'", at, line, (int)strcspn(text, "\r"), text);
    }
}

static void the_server_says_where_its_paths_begin_and_how_names_are_joined(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("200 OK", "{\"defaults\":{\"prefix\":\"no\"},\"overrides\":{\"prefix\":\"main%7Cw "
                         "h\",\"namespace-separator\":\"%2E\"}}"),
        ANSWER("200 OK",
               "{\"namespace\":[\"a\",\"b c\"],\"properties\":{\"z\":\"1\",\"k\":\"v\",\"odd\":7}}")};
    floe_catalog_properties properties;
    bool found;
    begin(s, replies, 2, ",\"warehouse\":\"w/1\",\"prefix\":\"mine\"");
    assert_int_equal(floe_catalog_load(s->catalog, &found, &properties, s->arena, &name_ab, &s->error), 0);
    server_end(&s->server);
    check_line(s, 0, "GET /api/v1/config?warehouse=w%2F1 HTTP/1.1");
    check_line(s, 1, "GET /api/v1/main%7Cw%20h/namespaces/a%2Eb%20c HTTP/1.1");
    assert_true(found);
    assert_int_equal(properties.count, 2);
    assert_string_equal(properties.items[0].key, "k");
    assert_string_equal(properties.items[1].value, "1");
}

static void another_host_that_the_server_names_is_not_gone_to(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("200 OK", "{\"defaults\":{},\"overrides\":{\"uri\":\"http://127.0.0.1:1/elsewhere\"}}"),
        ABSENT};
    floe_catalog_properties properties;
    bool found;
    begin(s, replies, 2, "");
    assert_int_equal(floe_catalog_load(s->catalog, &found, &properties, s->arena, &name_a, &s->error), 0);
    server_end(&s->server);
    check_line(s, 1, "GET /api/v1/namespaces/a HTTP/1.1");
    assert_false(found);
}

static void a_namespace_is_created_with_its_properties_after_its_parents(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, ABSENT, CREATED, CREATED};
    floe_catalog_outcome outcome = FLOE_CATALOG_EXISTS;
    begin(s, replies, 4, "");
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_ab, &owner, &s->error), 0);
    server_end(&s->server);
    assert_int_equal(outcome, FLOE_CATALOG_CREATED);
    check_line(s, 1, "GET /api/v1/namespaces/a HTTP/1.1");
    assert_non_null(strstr(sent(s, 2), "\r\n\r\n{\"namespace\":[\"a\"],\"properties\":{}}"));
    assert_non_null(strstr(
        sent(s, 3), "\r\n\r\n{\"namespace\":[\"a\",\"b c\"],\"properties\":{\"owner\":\"me \\\"x\\\"\"}}"));
}

static void a_creation_whose_answer_is_lost_is_looked_for_before_it_is_tried_again(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, LOST,   ABSENT, ANSWER("502 Bad Gateway", "<html>"),
                                    ABSENT, CREATED};
    floe_catalog_outcome outcome = FLOE_CATALOG_EXISTS;
    begin(s, replies, 6, "");
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_a, &owner, &s->error), 0);
    server_end(&s->server);
    assert_int_equal(outcome, FLOE_CATALOG_CREATED);
    assert_int_equal(s->server.request_count, 6);
    check_line(s, 1, "POST");
    check_line(s, 2, "GET");
    check_line(s, 3, "POST");
    check_line(s, 4, "GET");
    check_line(s, 5, "POST");
}

static void a_creation_that_was_done_although_its_answer_is_lost_is_found(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG,
        ANSWER("500 Oh", "{\"error\":{\"message\":\"x\",\"type\":\"InternalServerError\",\"code\":500}}"),
        CREATED};
    floe_catalog_outcome outcome = FLOE_CATALOG_CREATED;
    begin(s, replies, 3, "");
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_a, &owner, &s->error), 0);
    server_end(&s->server);
    assert_int_equal(outcome, FLOE_CATALOG_EXISTS);
    assert_int_equal(s->server.request_count, 3);
}

static void a_server_that_never_says_what_it_did_is_given_up(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, ANSWER("504 Late", ""), ABSENT, ANSWER("504 Late", ""),
                                    ABSENT, ANSWER("504 Late", ""), ABSENT, ANSWER("504 Late", ""),
                                    ABSENT, ANSWER("504 Late", ""), ABSENT, ANSWER("504 Late", ""),
                                    ABSENT};
    floe_catalog_outcome outcome;
    begin(s, replies, COUNT(replies), "");
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_a, &owner, &s->error), FLOE_OUTSIDE);
    server_end(&s->server);
    assert_non_null(strstr(s->error.message, "does not say whether it could create the namespace a"));
    assert_int_equal(s->server.request_count, COUNT(replies));
}

static void a_key_makes_a_lost_write_safe_to_send_again(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("200 OK", "{\"defaults\":{},\"overrides\":{},\"idempotency-key-lifetime\":\"PT30M\"}"), LOST,
        CREATED};
    floe_catalog_outcome outcome = FLOE_CATALOG_EXISTS;
    begin(s, replies, 3, "");
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_a, &owner, &s->error), 0);
    server_end(&s->server);
    assert_int_equal(outcome, FLOE_CATALOG_CREATED);
    const char *first = strstr(sent(s, 1), "Idempotency-Key: "),
               *second = strstr(sent(s, 2), "Idempotency-Key: ");
    assert_non_null(first);
    assert_non_null(second);
    assert_memory_equal(first, second, sizeof "Idempotency-Key: " + 36);
    assert_int_equal(first[sizeof "Idempotency-Key: " - 1 + 14], '7');
}

static void a_change_whose_answer_is_lost_is_compared_with_what_is_there(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, LOST, ANSWER("200 OK", "{\"properties\":{\"owner\":\"other\"}}"),
                                    LOST, ANSWER("200 OK", "{\"properties\":{\"owner\":\"me \\\"x\\\"\"}}")};
    const char *const removed[] = {"old"};
    begin(s, replies, 5, "");
    assert_int_equal(
        floe_catalog_update(s->catalog, &name_a, &owner, &(floe_catalog_texts){removed, 1}, &s->error), 0);
    server_end(&s->server);
    assert_int_equal(s->server.request_count, 5);
    check_line(s, 1, "POST /api/v1/namespaces/a/properties HTTP/1.1");
    assert_non_null(strstr(sent(s, 1), "{\"removals\":[\"old\"],\"updates\":{\"owner\":\"me \\\"x\\\"\"}}"));
}

static void a_drop_whose_answer_is_lost_is_done_when_nothing_is_there(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, ANSWER("200 OK", "{\"namespaces\":[]}"), LOST, ABSENT};
    begin(s, replies, 4, "");
    assert_int_equal(floe_catalog_drop(s->catalog, &name_a, &s->error), 0);
    server_end(&s->server);
    check_line(s, 2, "DELETE /api/v1/namespaces/a HTTP/1.1");
}

#define OVERTAKEN ANSWER("409 Conflict", "{\"error\":{\"message\":\"changed meanwhile\",\"code\":409}}")

static void a_drop_that_another_overtook_is_tried_again_where_something_is_there(void **state) {
    scene *s = *state;
    const server_reply there[] = {CONFIG, ANSWER("200 OK", "{\"namespaces\":[]}"), OVERTAKEN, CREATED,
                                  ANSWER("204 No Content", "")},
                       gone[] = {CONFIG, ANSWER("200 OK", "{\"namespaces\":[]}"), OVERTAKEN, ABSENT},
                       stays[] = {CONFIG,    ANSWER("200 OK", "{\"namespaces\":[]}"),
                                  OVERTAKEN, CREATED,
                                  OVERTAKEN, CREATED,
                                  OVERTAKEN};
    const struct {
        const server_reply *replies;
        size_t count;
        int result;
    } cases[] = {{there, 5, 0}, {gone, 4, FLOE_NOT_FOUND}, {stays, 7, FLOE_CONFLICT}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(s, cases[i].replies, cases[i].count, "");
        assert_int_equal(floe_catalog_drop(s->catalog, &name_a, &s->error), cases[i].result);
        server_end(&s->server);
        assert_int_equal(s->server.request_count, cases[i].count);
        server_free(&s->server);
        floe_catalog_close(s->catalog);
        s->catalog = NULL;
    }
    assert_non_null(strstr(s->error.message, "changed meanwhile"));
}

static void lists_are_read_page_by_page_and_sorted(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG,
        ANSWER("200 OK", "{\"namespaces\":[[\"a\",\"z\"],[\"a\",\"b\"],[\"other\"],[\"a\",7],7],\"next-page-"
                         "token\":\"p/2\"}"),
        ANSWER("200 OK", "{\"namespaces\":[[\"a\",\"c\"],[\"a\",\"b\"]],\"next-page-token\":null}")};
    floe_catalog_names names;
    begin(s, replies, 3, "");
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &name_a, &s->error), 0);
    server_end(&s->server);
    check_line(s, 1, "GET /api/v1/namespaces?parent=a&pageSize=1000&pageToken= HTTP/1.1");
    check_line(s, 2, "GET /api/v1/namespaces?parent=a&pageSize=1000&pageToken=p%2F2 HTTP/1.1");
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0].parts[1], "b");
    assert_string_equal(names.items[2].parts[1], "z");
}

static void a_list_without_end_ends(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG, ANSWER("200 OK", "{\"namespaces\":[[\"x\"]],\"next-page-token\":\"again\"}")};
    floe_catalog_names names;
    begin(s, replies, 2, "");
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &(floe_catalog_name){0}, &s->error),
                     FLOE_OUTSIDE);
    server_end(&s->server);
    assert_non_null(strstr(s->error.message, "has no end"));
    assert_int_equal(s->server.request_count, 3);
}

static void a_token_is_got_with_the_client_s_credentials_and_renewed_once(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("200 OK", "{\"access_token\":\"first\",\"token_type\":\"bearer\",\"expires_in\":3600}"),
        {"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"defaults\":{},\"overrides\":{}}", SERVER_SAYS},
        ANSWER("419 Timeout",
               "{\"error\":{\"message\":\"old\",\"type\":\"AuthenticationTimeoutException\",\"code\":419}}"),
        ANSWER("200 OK", "{\"access_token\":\"second\",\"token_type\":\"bearer\"}"),
        CREATED};
    floe_catalog_outcome outcome;
    setenv("FLOE_TEST_SECRET", "s3&cret \n", 1);
    server_begin(&s->server, replies, COUNT(replies));
    assert_int_equal(
        open_with(s, "polaris",
                  ",\"oauth2\":{\"client_id\":\"me\",\"client_secret_env\":\"FLOE_TEST_SECRET\"}"),
        0);
    assert_int_equal(floe_catalog_create(s->catalog, &outcome, &name_a, &owner, &s->error), 0);
    server_end(&s->server);
    check_line(s, 0, "POST /api/v1/oauth/tokens HTTP/1.1");
    assert_non_null(strstr(sent(s, 0), "\r\n\r\ngrant_type=client_credentials&client_id=me&client_secret=s3%"
                                       "26cret&scope=PRINCIPAL_ROLE%3AALL"));
    assert_non_null(strstr(sent(s, 1), "Authorization: Bearer first\r\n"));
    assert_non_null(strstr(sent(s, 4), "Authorization: Bearer second\r\n"));
}

static void who_is_refused_is_told_why_and_no_secret(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("401 No", "{\"error\":\"invalid_client\",\"error_description\":\"s3cret is\\n wrong\"}")};
    floe_catalog_names names;
    setenv("FLOE_TEST_SECRET", "me:s3cret", 1);
    begin(s, replies, 1, ",\"oauth2\":{\"credential_env\":\"FLOE_TEST_SECRET\"}");
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &(floe_catalog_name){0}, &s->error),
                     FLOE_TRUST);
    server_end(&s->server);
    assert_non_null(strstr(s->error.message, "invalid_client: ****** is  wrong"));
    assert_null(strstr(s->error.message, "s3cret"));
    assert_true(s->error.hint[0] != 0);
}

static void a_bearer_token_is_read_again_where_it_was_changed(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG, ANSWER("401 No", "{\"error\":{\"message\":\"token-1 is "
                                 "over\",\"type\":\"NotAuthorizedException\",\"code\":401}}")};
    floe_catalog_names names;
    setenv("FLOE_TEST_SECRET", "token-1", 1);
    begin(s, replies, 2, ",\"token_env\":\"FLOE_TEST_SECRET\"");
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &(floe_catalog_name){0}, &s->error),
                     FLOE_TRUST);
    server_end(&s->server);
    assert_int_equal(s->server.request_count, 2); /* the same token again would be of no use */
    assert_null(strstr(s->error.message, "token-1"));
    assert_non_null(strstr(s->error.message, "is over (NotAuthorizedException, HTTP 401)"));
}

static void a_token_in_a_file_is_read_again_when_it_has_run_out(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG, ANSWER("200 OK", "{\"namespaces\":[]}"),
        ANSWER("401 No", "{\"error\":{\"type\":\"NotAuthorizedException\",\"code\":401}}"),
        ANSWER("200 OK", "{\"namespaces\":[]}")};
    const floe_catalog_name root = {0};
    floe_catalog_names names;
    char folder[64], more[128];
    temporary_make(folder, sizeof folder);
    temporary_write(folder, "token", "first\n", 6);
    snprintf(more, sizeof more, ",\"token_file\":\"%s/token\"", folder);
    begin(s, replies, COUNT(replies), more);
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &root, &s->error), 0);
    temporary_write(folder, "token", "second\n", 7);
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &root, &s->error), 0);
    server_end(&s->server);
    temporary_remove(folder);
    assert_non_null(strstr(sent(s, 1), "Authorization: Bearer first\r\n"));
    assert_non_null(strstr(sent(s, 3), "Authorization: Bearer second\r\n"));
}

static void what_is_no_catalog_is_told(void **state) {
    static const char *const bodies[] = {"<html>hello</html>", "[]", "{\"defaults\":{}",
                                         "{\"overrides\":{\"namespace-separator\":\"/../\"}}"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        scene *s = *state;
        char text[128];
        floe_catalog_names names;
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s", bodies[i]);
        const server_reply replies[] = {{text, SERVER_SAYS}};
        begin(s, replies, 1, "");
        assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &(floe_catalog_name){0}, &s->error),
                         FLOE_OUTSIDE);
        server_end(&s->server);
        server_free(&s->server);
        floe_catalog_close(s->catalog);
        s->catalog = NULL;
        assert_non_null(strstr(s->error.message, "is no Iceberg REST catalog"));
    }
}

static void a_404_that_says_nothing_of_a_namespace_is_not_taken_for_its_absence(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG, ANSWER("404 Not Found", "<html>")};
    floe_catalog_properties properties;
    bool found;
    begin(s, replies, 2, "");
    assert_int_not_equal(floe_catalog_load(s->catalog, &found, &properties, s->arena, &name_a, &s->error), 0);
    server_end(&s->server);
}

static void credentials_are_asked_for_and_the_most_precise_are_taken(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        ANSWER("200 OK", "{\"defaults\":{},\"overrides\":{},\"endpoints\":[\"GET "
                         "/v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials\"]}"),
        ANSWER("200 OK", "{\"storage-credentials\":[{\"prefix\":\"s3://b/"
                         "t\",\"config\":{\"s3.secret-access-key\":\"y\"}},{\"prefix\":\"s3\",\"config\":{"
                         "\"s3.secret-access-key\":\"n\"}}]}"),
        ANSWER("200 OK", "{\"storage-credentials\":[]}")};
    floe_catalog_properties properties;
    begin(s, replies, 3, "");
    assert_int_equal(floe_catalog_credentials(s->catalog, &properties, s->arena, &name_a, "t", &s->error), 0);
    assert_string_equal(properties.items[0].value, "y");
    assert_int_equal(floe_catalog_credentials(s->catalog, &properties, s->arena, &name_a, "t", &s->error),
                     FLOE_INVALID);
    server_end(&s->server);
    check_line(s, 1, "GET /api/v1/namespaces/a/tables/t/credentials HTTP/1.1");
    assert_non_null(strstr(sent(s, 1), "X-Iceberg-Access-Delegation: vended-credentials\r\n"));
}

static void a_table_comes_with_its_metadata_and_goes_with_its_files_where_asked(void **state) {
    scene *s = *state;
    const server_reply replies[] = {
        CONFIG,
        ANSWER("200 OK", "{\"metadata-location\":\"s3://b/t/"
                         "1.json\",\"metadata\":{\"format-version\":2},\"config\":{\"token\":\"hidden\"}}"),
        ANSWER("404 No", "{\"error\":{\"type\":\"NoSuchTableException\",\"code\":404}}"),
        ANSWER("204 Gone", "")};
    floe_catalog_table table;
    bool found;
    begin(s, replies, 4, "");
    assert_int_equal(
        floe_catalog_table_load(s->catalog, &found, &table, s->arena, s->store, &name_a, "t", &s->error), 0);
    assert_true(found);
    assert_string_equal(table.metadata_location, "s3://b/t/1.json");
    assert_int_equal(floe_node_path(&table.metadata, "format-version", NULL)->integer, 2);
    assert_int_equal(
        floe_catalog_table_load(s->catalog, &found, &table, s->arena, s->store, &name_a, "u", &s->error), 0);
    assert_false(found);
    assert_int_equal(floe_catalog_table_drop(s->catalog, &name_a, "t", true, &s->error), 0);
    server_end(&s->server);
    check_line(s, 3, "DELETE /api/v1/namespaces/a/tables/t?purgeRequested=true HTTP/1.1");
}

static void a_configuration_that_says_too_little_too_much_or_a_secret_is_refused(void **state) {
    scene *s = *state;
    static const struct {
        const char *more, *message;
    } bad[] = {
        {",\"warehose\":\"w\"", "has no key 'warehose'"},
        {",\"token\":\"abc\"", "would be a secret in a manifest"},
        {",\"oauth2\":{\"client_id\":\"me\",\"client_secret\":\"abc\"}", "would be a secret in a manifest"},
        {",\"oauth2\":{\"client_id\":\"me\"}", "does not say who asks"},
        {",\"token_env\":\"A\",\"token_file\":\"b\"", "one of them"},
        {",\"token_env\":\"A\",\"oauth2\":{\"credential_env\":\"B\"}", "one of them"},
        {",\"headers\":{\"authorization\":\"abc\"}", "would hold a secret"},
        {",\"timeout\":0", "seconds from 1 to 3600"},
        {",\"warehouse\":\"\"", "must be a text"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(open_with(s, "iceberg-rest", bad[i].more), FLOE_INVALID);
        if (!strstr(s->error.message, bad[i].message)) {
            fail_msg("'%s' does not hold '%s'", s->error.message, bad[i].message);
        }
        assert_null(strstr(s->error.message, "abc"));
    }
}

static void a_variable_that_is_not_set_is_named(void **state) {
    scene *s = *state;
    const server_reply replies[] = {CONFIG};
    floe_catalog_names names;
    begin(s, replies, 1, ",\"token_env\":\"FLOE_TEST_NOT_SET\"");
    assert_int_equal(floe_catalog_list(s->catalog, &names, s->arena, &(floe_catalog_name){0}, &s->error),
                     FLOE_INVALID);
    server_end(&s->server);
    assert_non_null(
        strstr(s->error.message, "token_env names the variable FLOE_TEST_NOT_SET, which is not set"));
    assert_int_equal(s->server.request_count, 0);
}

#define SCENE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCENE(the_server_says_where_its_paths_begin_and_how_names_are_joined),
        SCENE(another_host_that_the_server_names_is_not_gone_to),
        SCENE(a_namespace_is_created_with_its_properties_after_its_parents),
        SCENE(a_creation_whose_answer_is_lost_is_looked_for_before_it_is_tried_again),
        SCENE(a_creation_that_was_done_although_its_answer_is_lost_is_found),
        SCENE(a_server_that_never_says_what_it_did_is_given_up),
        SCENE(a_key_makes_a_lost_write_safe_to_send_again),
        SCENE(a_change_whose_answer_is_lost_is_compared_with_what_is_there),
        SCENE(a_drop_whose_answer_is_lost_is_done_when_nothing_is_there),
        SCENE(a_drop_that_another_overtook_is_tried_again_where_something_is_there),
        SCENE(lists_are_read_page_by_page_and_sorted),
        SCENE(a_list_without_end_ends),
        SCENE(a_token_is_got_with_the_client_s_credentials_and_renewed_once),
        SCENE(who_is_refused_is_told_why_and_no_secret),
        SCENE(a_bearer_token_is_read_again_where_it_was_changed),
        SCENE(a_token_in_a_file_is_read_again_when_it_has_run_out),
        SCENE(what_is_no_catalog_is_told),
        SCENE(a_404_that_says_nothing_of_a_namespace_is_not_taken_for_its_absence),
        SCENE(credentials_are_asked_for_and_the_most_precise_are_taken),
        SCENE(a_table_comes_with_its_metadata_and_goes_with_its_files_where_asked),
        SCENE(a_configuration_that_says_too_little_too_much_or_a_secret_is_refused),
        SCENE(a_variable_that_is_not_set_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
