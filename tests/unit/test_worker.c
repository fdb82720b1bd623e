/* Judging in workers: the same result for one and for many, and every way in which a policy can end its
 * worker. */
#include "base/interrupt.h"
#include "base/sanitizer.h"
#include "product.h"
#include "script/confine.h"
#include "script/embedded.h"
#include "script/judge_wire.h"
#include "script/load.h"
#include "script/trial.h"

#include <lualib.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { MODELS = 720, COLUMNS = 4, SUBJECTS = MODELS * (1 + COLUMNS) };

/* ---- a module in C that stands for a policy which has broken out of its state ---- */

static int hostile_abort(lua_State *L) {
    (void)L;
    abort();
}

static int hostile_exit(lua_State *L) {
    (void)L;
    _exit(0);
}

static int hostile_hang(lua_State *L) {
    (void)L;
    for (volatile int on = 1; on;) {
    }
    return 0;
}

/* Uses no time, and never answers. */
static int hostile_wait(lua_State *L) {
    char byte;
    while (read(FLOE_CONFINE_READ, &byte, 1) > 0) {
    }
    return luaL_error(L, "the pipe is closed");
}

static int hostile_socket(lua_State *L) {
    (void)L;
    return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static int hostile_eat(lua_State *L) {
    (void)L;
    for (;;) {
        char *block = malloc((size_t)16 << 20);
        if (!block) {
            abort();
        }
        memset(block, 1, (size_t)16 << 20);
    }
}

static void send_frame(uint32_t type, const uint32_t *numbers, size_t count, const char *text,
                       size_t length) {
    floe_buffer frame = {0};
    size_t begin = floe_wire_begin(&frame, type);
    for (size_t i = 0; i < count; i++) {
        floe_wire_u32(&frame, numbers[i]);
    }
    if (text) {
        floe_buffer_append(&frame, text, length);
    }
    floe_wire_end(&frame, begin);
    floe_wire_send(FLOE_CONFINE_WRITE, frame.data, frame.size, NULL);
    floe_buffer_free(&frame);
}

/* Frames that a worker must not send; argument: which. */
static int hostile_send(lua_State *L) {
    const uint32_t many[] = {9999999, 0, 0, 0, 0, 0};
    const uint32_t huge[] = {FLOE_FRAME_DONE, UINT32_MAX};
    switch (luaL_checkinteger(L, 1)) {
    case 1: /* nonsense */
        floe_wire_send(FLOE_CONFINE_WRITE, "nonsense nonsense nonsense", 26, NULL);
        break;
    case 2: /* a frame longer than any may be */
        floe_wire_send(FLOE_CONFINE_WRITE, huge, sizeof huge, NULL);
        break;
    case 3: /* a type that there is not */
        send_frame(99, many, 1, NULL, 0);
        break;
    case 4: /* a finding about a chunk that it was not asked for */
        send_frame(FLOE_FRAME_FINDING, many, 6, NULL, 0);
        break;
    case 5: /* done with what it was not asked for */
        send_frame(FLOE_FRAME_DONE, many, 1, NULL, 0);
        break;
    case 6: /* a text that ends behind its frame */
        send_frame(FLOE_FRAME_SUMMARY, (const uint32_t[]){0, 0, 4000}, 3, "short", 5);
        break;
    case 7: /* a text that is not UTF-8 */
        send_frame(FLOE_FRAME_SUMMARY, (const uint32_t[]){0, 0, 2}, 3, "\xC3\x28", 2);
        break;
    case 8: /* a policy file that there is not */
        send_frame(FLOE_FRAME_BROKEN, many, 6, NULL, 0);
        break;
    case 9: /* done, with the times of fewer policies than there are */
        send_frame(FLOE_FRAME_DONE, (const uint32_t[]){0, 1, 0}, 3, NULL, 0);
        break;
    case 10: /* half a frame, and then the end */
        floe_wire_send(FLOE_CONFINE_WRITE, huge, 5, NULL);
        _exit(0);
    default: /* it greets twice */
        send_frame(FLOE_FRAME_HELLO, (const uint32_t[]){UINT32_MAX}, 1, NULL, 0);
        break;
    }
    for (volatile int on = 1; on;) {
    }
    return 0;
}

static int open_hostile(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"abort", hostile_abort}, {"exit", hostile_exit}, {"hang", hostile_hang}, {"socket", hostile_socket},
        {"eat", hostile_eat},     {"send", hostile_send}, {"wait", hostile_wait}, {NULL, NULL},
    };
    luaL_newlib(L, functions);
    return 1;
}

static const luaL_Reg natives[] = {{"hostile", open_hostile}, {NULL, NULL}};

/* ---- judging a sample ---- */

/* A policy file around the body of its check. */
static char *policy_text(const char *id, const char *head, const char *body) {
    floe_buffer text = {0};
    floe_buffer_printf(
        &text,
        "local policy <const> = require 'floe.policy'\n%s\n"
        "return policy.define { id = '%s', code = 'FLOE-E900', title = 't', why = 'w', mode = 'warn',\n"
        "targets = { 'model', 'column' }, phases = { 'validate' }, params = {},\n"
        "check = function(subject, ctx)\n%s\nend }\n",
        head, id, body);
    size_t size;
    return floe_buffer_take(&text, &size);
}

static const char good_body[] =
    "if subject.name:find '[05]$' then ctx:report { message = 'found ' .. subject.name, actual = "
    "subject.name,\n"
    "field = 'name', suggest = { 'a', 'b' } } ctx:report { message = 'again' } end\n"
    "if subject.name == 'm007' or subject.name == 'm008' then ctx:note('seen ' .. subject.name) end";

typedef struct trial {
    const char *head, *body; /* of the policy "t.bad" */
    uint32_t workers;
    uint32_t milliseconds;
    size_t memory;
} trial;

/* Judges a sample by three policies: good, bad, good. */
static floe_judgement *judge(sample *from, const trial *how) {
    char *good = policy_text("t.good", "", good_body), *last = policy_text("t.last", "", good_body);
    char *bad = policy_text("t.bad", how->head ? how->head : "", how->body);
    const floe_source sources[] = {{"t.good", "policies/t/good.lua", good, strlen(good)},
                                   {"t.bad", "policies/t/bad.lua", bad, strlen(bad)},
                                   {"t.last", "policies/t/last.lua", last, strlen(last)}};
    const floe_bundle bundle = {.name = "t", .policies = sources, .policy_count = 3};
    const floe_target_set targets = 1u << FLOE_TARGET_MODEL | 1u << FLOE_TARGET_COLUMN;
    const floe_judge_policy policies[] = {{.policy = 0, .targets = targets},
                                          {.policy = 1, .targets = targets, .packages = true},
                                          {.policy = 2, .targets = 1u << FLOE_TARGET_MODEL}};
    const floe_judge_job job = {.product = from->product,
                                .policies = policies,
                                .policy_count = 3,
                                .phase = "validate",
                                .as_of = "2026-11-21"};
    floe_context context = {.store = from->store};
    const floe_judge_plan plan = {.context = &context,
                                  .bundles = &bundle,
                                  .bundle_count = 1,
                                  .jobs = &job,
                                  .job_count = 1,
                                  .limits = {.milliseconds = how->milliseconds, .memory = how->memory},
                                  .workers = how->workers,
                                  .natives = natives};
    floe_judgement *out = NULL;
    floe_error error = {0};
    if (floe_judge(&out, &plan, &error)) {
        fail_msg("%s", error.message);
    }
    free(good);
    free(bad);
    free(last);
    return out;
}

/* All that a judgement says, as text. */
static char *shown(const floe_judgement *judgement) {
    floe_buffer text = {0};
    for (size_t i = 0; i < judgement->finding_count; i++) {
        const floe_judged_finding *one = &judgement->findings[i];
        floe_buffer_printf(&text, "%u %u %u %s %s %s %s %u %s\n", one->job, one->subject, one->policy,
                           one->code.text, one->message.text, one->actual.text ? one->actual.text : "-",
                           one->field.text ? one->field.text : "-", one->suggestion_count,
                           one->suggestion_count ? one->suggestions[1].text : "");
    }
    for (size_t i = 0; i < judgement->note_count; i++) {
        floe_buffer_printf(&text, "note %u %u %s\n", judgement->notes[i].policy, judgement->notes[i].subject,
                           judgement->notes[i].text.text);
    }
    for (size_t i = 0; i < judgement->error_count; i++) {
        const floe_judged_error *one = &judgement->errors[i];
        floe_buffer_printf(&text, "error %u %u %u %s %s %s:%u\n", one->policy, one->subject, one->count,
                           floe_failure_name(one->kind), one->message, one->file, one->line);
    }
    for (uint32_t i = 0; i < 3; i++) {
        floe_buffer_printf(&text, "checks %u\n", (unsigned)judgement->jobs[0].checks[i]);
    }
    size_t size;
    return floe_buffer_take(&text, &size);
}

static sample world;

static int make_world(void **state) {
    (void)state;
    floe_interrupt_watch(); /* as the program does */
    sample_make(&world, MODELS, COLUMNS);
    return 0;
}

static int free_world(void **state) {
    (void)state;
    sample_free(&world);
    return 0;
}

static void assert_contains(const char *text, const char *part) {
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in:\n%.2000s", part, text);
    }
}

/* One worker and several must say the same, byte by byte; the text is the caller's. */
static char *same_for_all(const trial *given) {
    trial how = *given;
    char *first = NULL;
    for (how.workers = 1; how.workers <= 3; how.workers += 2) {
        floe_judgement *judgement = judge(&world, &how);
        char *text = shown(judgement);
        if (first) {
            assert_string_equal(first, text);
            free(text);
        } else {
            first = text;
        }
        floe_judgement_free(judgement);
    }
    return first;
}

/* The other policies judged all of their subjects and found what they always find. */
static void assert_others_untouched(const char *text) {
    assert_contains(text, "checks 2700\n"); /* 3 of 4 models are the product's own, each with 4 columns */
    assert_contains(text, "checks 540\n");
    assert_contains(text, "0 0 0 FLOE-E900 found m000 m000 name 2 b\n0 0 0 FLOE-E900 again - - 0 \n");
    assert_contains(text, "0 550 2 FLOE-E900 found m110");
    assert_contains(text, "note 0 40 seen m008\n");
}

/* ---- what must hold ---- */

static void many_workers_say_what_one_says(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){.body = good_body});
    assert_others_untouched(text);
    assert_contains(text, "checks 3600\n"); /* a policy that asks for packages sees them */
    assert_null(strstr(text, "error"));
    free(text);
}

static void a_policy_that_raises_is_counted_and_goes_on(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){.body = "if subject.name == 'c2' or subject.name == 'm050' then\n"
                                               "local x = nil + 1 end ctx:report { message = 'here' }"});
    assert_others_untouched(text);
    assert_contains(
        text, "error 1 3 721 error attempt to perform arithmetic on a nil value policies/t/bad.lua:7\n");
    assert_contains(text, "0 3599 1 FLOE-E900 here");
    free(text);
}

static void a_misspelt_field_names_the_right_one(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){.body = "return subject.descripton"});
    assert_contains(text,
                    "error 1 0 3600 error a model has no field 'descripton'; did you mean 'description'? "
                    "policies/t/bad.lua:6\n");
    free(text);
}

/* From its subject on the policy is silent, and what it found before stays. */
static void assert_cut_at_m050(const trial *how, const char *kind) {
    char *text = same_for_all(how), wanted[64];
    snprintf(wanted, sizeof wanted, "error 1 250 1 %s", kind);
    assert_others_untouched(text);
    assert_contains(text, wanted);
    assert_contains(text, "checks 250\n");
    assert_contains(text, "0 249 1 FLOE-E900 here");
    assert_null(strstr(text, "0 250 1 FLOE-E900 here"));
    free(text);
}

#define HERE "ctx:report { message = 'here' } if subject.name == 'm050' then "

static void a_policy_that_loops_is_stopped_at_its_subject(void **state) {
    (void)state;
    const trial how = {.body = HERE "while true do end end", .milliseconds = 50};
    assert_cut_at_m050(&how, "time the policy ran for more than 50 ms policies/t/bad.lua:6\n");
}

static void a_policy_that_eats_memory_is_stopped_at_its_subject(void **state) {
    (void)state;
    const trial how = {.body = HERE "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end end",
                       .memory = (size_t)4 << 20};
    assert_cut_at_m050(&how, "memory the policy needs more than 4096 KiB of memory policies/t/bad.lua:6\n");
}

static const char hostile_head[] = "local hostile <const> = require 'hostile'";

static void a_worker_that_dies_costs_one_policy(void **state) {
    (void)state;
    static const char *const deaths[] = {"hostile.abort() end", "hostile.exit() end", "hostile.socket() end"};
    for (size_t i = 0; i < COUNT(deaths); i++) {
        char body[256];
        snprintf(body, sizeof body, "%s%s", HERE, deaths[i]);
        assert_cut_at_m050(&(trial){.head = hostile_head, .body = body}, "died the worker that ran it ");
    }
}

static void a_worker_that_grows_is_stopped_by_its_bound(void **state) {
    (void)state;
#if FLOE_SANITIZED
    skip(); /* its shadow memory leaves no room for a bound */
#endif
    const trial how = {.head = hostile_head, .body = HERE "hostile.eat() end", .memory = (size_t)8 << 20};
    assert_cut_at_m050(&how, "died the worker that ran it ");
}

static void a_worker_that_hangs_is_killed(void **state) {
    (void)state;
    const trial how = {.head = hostile_head, .body = HERE "hostile.hang() end", .milliseconds = 20};
    assert_cut_at_m050(&how, "time the policy did not end after 20 ms, and its worker had to be killed");
}

static void a_worker_that_only_waits_is_killed(void **state) {
    (void)state;
    const trial how = {
        .head = hostile_head, .body = HERE "hostile.wait() end", .milliseconds = 20, .workers = 1};
    floe_judgement *judgement = judge(&world, &how);
    char *text = shown(judgement);
    assert_contains(text, "error 1 250 1 time the worker that ran it waited for something that never came");
    assert_others_untouched(text);
    free(text);
    floe_judgement_free(judgement);
}

static void a_worker_that_sends_garbage_is_killed(void **state) {
    (void)state;
    for (int kind = 1; kind <= 11; kind++) {
        char body[256];
        snprintf(body, sizeof body, "%shostile.send(%d) end", HERE, kind);
        assert_cut_at_m050(&(trial){.head = hostile_head, .body = body}, "died the worker that ran it ");
    }
}

static void several_policies_that_die_are_each_named(void **state) {
    (void)state;
    /* On every model: the first subject is what is reported, however the chunks were dealt. */
    char *text = same_for_all(
        &(trial){.head = hostile_head, .body = "if #subject.name == 4 then hostile.abort() end"});
    assert_others_untouched(text);
    assert_contains(text, "error 1 0 1 died");
    assert_contains(text, "checks 0\n");
    free(text);
}

static void a_policy_that_dies_when_loaded_judges_nothing(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){.head = "require('hostile').abort()", .body = ""});
    assert_others_untouched(text);
    assert_contains(text, "error 1 4294967295 1 died the worker that ran it ");
    assert_contains(text, "policies/t/bad.lua:0\nchecks 2700\nchecks 0\n");
    free(text);
}

static void a_policy_that_cannot_be_loaded_judges_nothing(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){.head = "require 'nowhere'", .body = ""});
    assert_others_untouched(text);
    assert_contains(text, "error 1 4294967295 1 error there is no module 'nowhere' policies/t/bad.lua:2\n");
    free(text);
}

static void too_many_findings_on_one_subject_raise(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){
        .body = "if subject.name == 'm050' then for _ = 1, 2000 do ctx:report { message = 'x' } end end"});
    assert_contains(text,
                    "error 1 250 1 error more than 1000 findings on one subject policies/t/bad.lua:6\n");
    free(text);
}

static void what_policies_write_shows_no_control_characters(void **state) {
    (void)state;
    char *text = same_for_all(&(trial){
        .body = "if subject.name == 'm050' then ctx:report { message = 'a\\27[2Jb\\xffc\\0d\\u{9b}e' } end"});
    assert_contains(text, "FLOE-E900 a?[2Jb\xEF\xBF\xBD"
                          "c?d??e");
    free(text);
}

static void a_report_that_makes_no_sense_raises(void **state) {
    (void)state;
    static const struct {
        const char *report, *message;
    } reports[] = {
        {"{}", "a report needs a message"},
        {"{ message = 'x', expcted = 1 }", "a report has no field 'expcted'; did you mean 'expected'?"},
        {"{ message = {} }", "'message' of a report must be a text or a number, not a table"},
        {"{ message = 'x', at = 'model' }", "'at' of a report must be a fact, not a string"},
        {"{ message = 'x', code = 'FLOE-E1' }", "code 'FLOE-E1' is not among the policy's codes"},
        {"{ message = 'x', field = 'descripton' }",
         "'field' of a report: a model has no field 'descripton'; did you mean 'description'?"},
        {"{ message = 'x', line = 0 }", "'line' of a report must be an integer from 1"},
        {"{ message = 'x', suggest = { {} } }",
         "'suggest' of a report must be a text or a number, not a table"},
    };
    for (size_t i = 0; i < COUNT(reports); i++) {
        char body[256];
        snprintf(body, sizeof body, "ctx:report %s", reports[i].report);
        floe_judgement *judgement = judge(&world, &(trial){.body = body, .workers = 1});
        assert_int_equal(1, judgement->error_count);
        assert_string_equal(reports[i].message, judgement->errors[0].message);
        floe_judgement_free(judgement);
    }
}

static void ctx_shows_where_a_policy_runs_and_nothing_else(void **state) {
    (void)state;
    floe_judgement *judgement = judge(
        &world,
        &(trial){.workers = 1,
                 .body = "assert(ctx.phase == 'validate' and ctx.as_of == '2026-11-21')\n"
                         "assert(ctx.product.name == 'sales.shop' and ctx.project.name == 'shop')\n"
                         "assert(ctx.environment == nil and #ctx.params == 0)\n"
                         "assert(not pcall(function() ctx.phase = 'x' end))\n"
                         "local ok, message = pcall(function() return ctx.prduct end)\n"
                         "assert(not ok and message:find(\"did you mean 'product'\", 1, true), message)"});
    if (judgement->error_count) {
        fail_msg("%s (line %u)", judgement->errors[0].message, judgement->errors[0].line);
    }
    floe_judgement_free(judgement);
}

static void the_time_of_each_policy_is_known(void **state) {
    (void)state;
    for (uint32_t workers = 1; workers <= 3; workers += 2) {
        floe_judgement *judgement = judge(
            &world, &(trial){.workers = workers, .milliseconds = 20000, .body = "for i = 1, 20000 do end"});
        const uint64_t *took = judgement->jobs[0].nanoseconds;
        assert_true(took[0] > 0 && took[2] > 0);
        assert_true(took[1] > took[0] && took[1] > took[2]);
        assert_true((double)(took[0] + took[1] + took[2]) / 1e9 <= judgement->seconds * workers);
        floe_judgement_free(judgement);
    }
}

/* ---- several products, and params ---- */

static const char with_params[] =
    "local policy <const> = require 'floe.policy'\n"
    "return policy.define { id = 't.params', code = 'FLOE-E900', title = 't', why = 'w', mode = 'warn',\n"
    "targets = 'product', phases = { 'validate' },\n"
    "params = { minimum = policy.integer(80), words = policy.list(policy.string(), { 'a', 'b' }),\n"
    "  unset = policy.string() },\n"
    "summary = function(params) return 'at least ' .. params.minimum end,\n"
    "check = function(product, ctx)\n"
    "  local params <const> = ctx.params\n"
    "  assert(rawequal(params, ctx.params) and params.unset == nil and #params.words == 2)\n"
    "  assert(not pcall(function() params.minimum = 1 end) and not pcall(function() params.words[1] = 'c' "
    "end))\n"
    "  local ok, message = pcall(function() return params.minimun end)\n"
    "  assert(not ok and message:find(\"did you mean 'minimum'\", 1, true))\n"
    "  ctx:report { message = tostring(params.minimum) } end }";

static void each_product_has_its_params_and_summary(void **state) {
    (void)state;
    const floe_source source = {"t.params", "policies/t/params.lua", with_params, strlen(with_params)};
    const floe_bundle bundle = {.name = "t", .policies = &source, .policy_count = 1};
    floe_judge_policy policies[3] = {{.targets = 1u}, {.targets = 1u}, {.targets = 1u}};
    floe_node minimum = floe_integer_node(90, 0);
    floe_key key = floe_key_of("minimum", 7), wrong = floe_key_of("minimun", 7);
    assert_int_equal(0,
                     floe_document_map(&policies[1].params, world.facts, &key, &minimum, NULL, 1, 0, NULL));
    assert_int_equal(0,
                     floe_document_map(&policies[2].params, world.facts, &wrong, &minimum, NULL, 1, 0, NULL));
    floe_judge_job jobs[3];
    for (size_t i = 0; i < COUNT(jobs); i++) {
        jobs[i] = (floe_judge_job){.product = world.product, .policies = &policies[i], .policy_count = 1};
    }
    floe_context context = {.store = world.store};
    const floe_judge_plan plan = {.context = &context,
                                  .bundles = &bundle,
                                  .bundle_count = 1,
                                  .jobs = jobs,
                                  .job_count = 3,
                                  .workers = 2};
    floe_judgement *out;
    assert_int_equal(0, floe_judge(&out, &plan, NULL));
    assert_int_equal(2, out->finding_count);
    assert_string_equal("80", out->findings[0].message.text);
    assert_string_equal("90", out->findings[1].message.text);
    assert_string_equal("at least 80", out->jobs[0].summaries[0].text);
    assert_string_equal("at least 90", out->jobs[1].summaries[0].text);
    assert_int_equal(1, out->error_count);
    assert_int_equal(2, out->errors[0].job);
    assert_string_equal("policy 't.params' declares no param 'minimun'", out->errors[0].message);
    floe_judgement_free(out);
}

/* ---- loading ---- */

static floe_loading *load_text(const char *text) {
    const floe_source source = {"t.bad", "policies/t/bad.lua", text, strlen(text)};
    char *good = policy_text("t.good", "", "");
    const floe_source sources[] = {source, {"t.good", "policies/t/good.lua", good, strlen(good)}};
    const floe_bundle bundle = {.name = "t", .policies = sources, .policy_count = 2};
    const floe_limits limits = {.milliseconds = 50, .memory = (size_t)4 << 20};
    floe_context context = {.store = floe_store_new()};
    floe_loading *out;
    floe_error error;
    assert_int_equal(0, floe_load(&out, &bundle, 1, &limits, &context, &error));
    floe_store_free(context.store);
    free(good);
    return out;
}

static void a_policy_that_cannot_be_loaded_says_why(void **state) {
    (void)state;
    static const struct {
        const char *text;
        floe_failure_kind kind;
        const char *message;
        uint32_t line;
    } cases[] = {
        {"local x =\n= 1", FLOE_FAILURE_COMPILE, "unexpected symbol", 2},
        {"\x1bLua", FLOE_FAILURE_COMPILE, "", 0},
        {"return nil", FLOE_FAILURE_DEFINITION, "the file returns nothing", 0},
        {"return 1", FLOE_FAILURE_DEFINITION, "the file returns a number", 0},
        {"return { id = 'other' }", FLOE_FAILURE_DEFINITION,
         "the file defines the policy 'other'; by its path it is", 0},
        {"return { id = 't.bad' }", FLOE_FAILURE_DEFINITION, "has no check function", 0},
        {"return { id = 't.bad', check = function() end, targets = 'modl' }", FLOE_FAILURE_DEFINITION,
         "no target", 0},
        {"\nerror 'oh'", FLOE_FAILURE_ERROR, "oh", 2},
        {"\n\nrequire 'floe.polcy'", FLOE_FAILURE_ERROR, "did you mean 'floe.policy'?", 3},
        {"return require('floe.policy').define { id = 't.bad', titel = 'x' }", FLOE_FAILURE_ERROR, "titel",
         0},
        {"\nwhile true do end", FLOE_FAILURE_TIME, "more than 50 ms", 2},
        {"local t = {} while true do t[#t + 1] = {} end", FLOE_FAILURE_MEMORY, "of memory", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        floe_loading *loading = load_text(cases[i].text);
        const floe_loaded_policy *bad = &loading->policies[0];
        assert_null(bad->json);
        assert_int_equal(cases[i].kind, bad->kind);
        assert_contains(bad->message, cases[i].message);
        assert_string_equal("policies/t/bad.lua", bad->file);
        if (cases[i].line != bad->line) {
            fail_msg("%s: line %u, %s", cases[i].text, bad->line, bad->message);
        }
        assert_contains(loading->policies[1].json, "\"id\":\"t.good\"");
        floe_loading_free(loading);
    }
}

/* The program has a table of what its own policies define; here it holds one that cannot be mistaken. */
static const char made_up[] = "{\"id\":\"made up\"}";
const floe_definition floe_embedded_definitions[] = {
    {"policies/naming/layer_prefix.lua", made_up, sizeof made_up - 1},
    {NULL, NULL, 0},
};

static void what_floe_brings_along_is_known_and_nothing_else_is(void **state) {
    (void)state;
    const floe_embedded *own = floe_embedded_find("policies/naming/layer_prefix.lua");
    const floe_embedded *other = floe_embedded_find("policies/documentation/model.lua");
    char *changed = calloc(1, own->size + 2);
    memcpy(changed, own->text, own->size);
    changed[own->size] = '\n';
    const floe_source sources[] = {{"naming.layer_prefix", own->path, own->text, own->size},
                                   {"documentation.model", other->path, other->text, other->size},
                                   {"naming.layer_prefix", own->path, changed, own->size + 1},
                                   {"naming.layer_prefix", "policies/other.lua", own->text, own->size},
                                   {"naming.layer_prefix", own->path, own->text, own->size}};
    const floe_bundle bundle = {.name = "t", .policies = sources, .policy_count = COUNT(sources)};
    const floe_limits limits = {0};
    floe_context context = {.store = floe_store_new()};
    floe_loading *loading;
    assert_int_equal(0, floe_load(&loading, &bundle, 1, &limits, &context, NULL));
    assert_ptr_equal(made_up, loading->policies[0].json);
    assert_contains(loading->policies[1].json, "\"id\":\"documentation.model\"");
    assert_contains(loading->policies[2].json, "\"id\":\"naming.layer_prefix\"");
    assert_contains(loading->policies[3].json, "\"id\":\"naming.layer_prefix\"");
    assert_ptr_equal(made_up, loading->policies[4].json);
    floe_loading_free(loading);
    floe_store_free(context.store);
    free(changed);
}

/* ---- tests of policies ---- */

static floe_trials *try_tests(const char *text) {
    char *good = policy_text(
        "t.good", "local loop <const> = true",
        "if subject.name == 'loop' then while loop do end end\n"
        "if subject.name == 'raise' then error('oh', 0) end\n"
        "if subject.name ~= 'fine' then ctx:report { message = 'not fine', actual = subject.name } end");
    const floe_source source = {"t.good", "policies/t/good.lua", good, strlen(good)};
    const floe_source test = {"t.good_test", "policies/t/good_test.lua", text, strlen(text)};
    const floe_bundle bundle = {.name = "t", .policies = &source, .policy_count = 1};
    const floe_limits limits = {.milliseconds = 100};
    floe_context context = {.store = floe_store_new()};
    floe_trials *out;
    floe_error error;
    assert_int_equal(0, floe_trials_run(&out, &bundle, &test, 1, &limits, &context, &error));
    floe_store_free(context.store);
    free(good);
    return out;
}

static void each_case_answers_for_itself(void **state) {
    (void)state;
    floe_trials *trials =
        try_tests("local test <const> = require 'floe.test'\n"
                  "local function judged(name, expectation) return test.case(name, function(t)\n"
                  "t:judge(test.model { name = name }) expectation(t) end) end\n"
                  "local function passes(t) t:passes() end\n"
                  "return test.suite('t.good', { judged('fine', passes), judged('other', passes),\n"
                  "judged('loop', passes), judged('raise', function(t) t:raises('oh') end),\n"
                  "judged('orders', function(t) t:finds { actual = 'orders' } end),\n"
                  "test.case('nothing', function(t) t:judge(test.port {}) t:passes() end) })");
    const floe_trial *one = &trials->items[0];
    const bool wanted[] = {true, false, false, true, true, false};
    assert_string_equal("t.good", one->policy);
    assert_int_equal(COUNT(wanted), one->case_count);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        if (one->cases[i].ok != wanted[i]) {
            fail_msg("%s: %s", one->cases[i].name, one->cases[i].message ? one->cases[i].message : "passed");
        }
    }
    assert_contains(one->cases[1].detail, "other");
    assert_contains(one->cases[2].message, "more than 100 ms");
    assert_contains(one->cases[5].message, "saw no subject");
    assert_true(one->cases[0].instructions > 0);
    assert_int_equal(1, one->cases[0].subjects);
    floe_trials_free(trials);
}

static void a_test_file_that_is_no_suite_is_an_error(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } files[] = {
        {"return 1", "does not return what test.suite answers"},
        {"return require('floe.test').suite('t.other', {})", "the suite tests 't.other'"},
        {"local x = ", "unexpected symbol"},
        {"error('oh', 0)", "oh"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        floe_trials *trials = try_tests(files[i].text);
        assert_null(trials->items[0].policy);
        assert_contains(trials->items[0].message, files[i].message);
        assert_string_equal("policies/t/good_test.lua", trials->items[0].file);
        floe_trials_free(trials);
    }
}

/* ---- interruption; the flag stays set, so this comes last ---- */

static void raise_interrupt(int number) {
    (void)number;
    raise(SIGINT);
}

static void an_interrupt_ends_judging_at_once(void **state) {
    (void)state;
    signal(SIGALRM, raise_interrupt);
    const struct itimerval soon = {.it_value = {.tv_usec = 100 * 1000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    floe_judgement *judgement =
        judge(&world, &(trial){.body = "while true do end", .workers = 2, .milliseconds = 60 * 1000});
    assert_true(judgement->interrupted);
    assert_true(judgement->seconds < 20);
    floe_judgement_free(judgement);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_workers_say_what_one_says),
        cmocka_unit_test(a_policy_that_raises_is_counted_and_goes_on),
        cmocka_unit_test(a_misspelt_field_names_the_right_one),
        cmocka_unit_test(a_policy_that_loops_is_stopped_at_its_subject),
        cmocka_unit_test(a_policy_that_eats_memory_is_stopped_at_its_subject),
        cmocka_unit_test(a_worker_that_dies_costs_one_policy),
        cmocka_unit_test(a_worker_that_grows_is_stopped_by_its_bound),
        cmocka_unit_test(a_worker_that_hangs_is_killed),
        cmocka_unit_test(a_worker_that_only_waits_is_killed),
        cmocka_unit_test(a_worker_that_sends_garbage_is_killed),
        cmocka_unit_test(several_policies_that_die_are_each_named),
        cmocka_unit_test(a_policy_that_dies_when_loaded_judges_nothing),
        cmocka_unit_test(a_policy_that_cannot_be_loaded_judges_nothing),
        cmocka_unit_test(too_many_findings_on_one_subject_raise),
        cmocka_unit_test(what_policies_write_shows_no_control_characters),
        cmocka_unit_test(a_report_that_makes_no_sense_raises),
        cmocka_unit_test(ctx_shows_where_a_policy_runs_and_nothing_else),
        cmocka_unit_test(the_time_of_each_policy_is_known),
        cmocka_unit_test(each_product_has_its_params_and_summary),
        cmocka_unit_test(a_policy_that_cannot_be_loaded_says_why),
        cmocka_unit_test(what_floe_brings_along_is_known_and_nothing_else_is),
        cmocka_unit_test(each_case_answers_for_itself),
        cmocka_unit_test(a_test_file_that_is_no_suite_is_an_error),
        cmocka_unit_test(an_interrupt_ends_judging_at_once),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}
