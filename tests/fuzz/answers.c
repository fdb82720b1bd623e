/* Any bytes that come from a worker are answers to what it was asked, or the worker is not believed. */
#include "data/facts.h"
#include "script/judge_state.h"

#include "check.h"

enum { MODELS = 4 };

static floe_node make_product(floe_document *facts) {
    floe_node models[MODELS], project[FLOE_SLOT_COUNT(project)] = {0},
                              product[FLOE_SLOT_COUNT(product)] = {0}, out;
    for (int i = 0; i < MODELS; i++) {
        floe_node fields[FLOE_SLOT_COUNT(model)] = {0};
        fields[FLOE_SLOT(model, own)] = floe_boolean_node(i > 0, 0);
        floe_document_record(&models[i], facts, &floe_type_model, fields, NULL, NULL);
    }
    floe_document_list(&project[FLOE_SLOT(project, models)], facts, models, MODELS, 0, NULL);
    floe_document_record(&product[FLOE_SLOT(product, project)], facts, &floe_type_project, project, NULL,
                         NULL);
    floe_document_record(&out, facts, &floe_type_product, product, NULL, NULL);
    return out;
}

/* Feeds the bytes as the frames of a worker that was asked for the first chunk. */
static void answer(floe_judging *judging, const char *bytes, size_t size) {
    floe_crew crew = {.chunk_count = judging->schedule.chunk_count > 0};
    floe_frame frame;
    floe_error error;
    size_t used;
    while (floe_frame_next(&frame, &used, bytes, size, NULL) == 1 &&
           floe_judging_take(judging, &crew, &frame, &error) == FLOE_GOES_ON) {
        bytes += used;
        size -= used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    floe_context context = {.store = floe_store_new()};
    floe_document_new(&context.facts, context.store, FLOE_FACTS, "facts", NULL);
    const floe_source sources[] = {{"a.b", "policies/a/b.lua", "", 0}, {"a.c", "policies/a/c.lua", "", 0}};
    const floe_bundle bundle = {.policies = sources, .policy_count = 2};
    const floe_judge_policy policies[] = {
        {.policy = 0, .targets = 1u << FLOE_TARGET_MODEL},
        {.policy = 1, .targets = 1u << FLOE_TARGET_MODEL, .packages = true}};
    const floe_judge_job job = {
        .product = make_product(context.facts), .policies = policies, .policy_count = 2};
    const floe_judge_plan plan = {.context = &context,
                                  .bundles = &bundle,
                                  .bundle_count = 1,
                                  .jobs = &job,
                                  .job_count = 1,
                                  .workers = 1};
    floe_judging judging;
    int result = floe_judging_begin(&judging, &plan, NULL);
    HOLDS(result == 0);
    answer(&judging, (const char *)data, size);
    result = floe_judging_gather(&judging);
    HOLDS(result == 0);
    floe_judging_count_checks(&judging);
    for (size_t i = 0; i < judging.out->finding_count; i++) {
        const floe_judged_finding *one = &judging.out->findings[i];
        HOLDS(one->policy < 2 && one->subject < judging.out->jobs[0].subjects.count && one->message.text);
        HOLDS(floe_node_absent(&one->at) || floe_node_kind(&one->at) >= FLOE_ARRAY);
    }
    floe_judging_end(&judging);
    floe_store_free(context.store);
    return 0;
}
