/* Rules of dbt 2 beside those of dbt 1: what the same files come to under either. The values are those that
 * dbt 1.12 and the preview 196 of dbt 2 wrote. */
#include "rows.h"

typedef struct difference {
    const char *path, *one, *two; /* under the rules of dbt 1.12 and of 2.0; NULL: it is left out */
} difference;

static void check_both(folder *f, const difference *all, size_t count) {
    floe_node first = read_project(f, 1, "1.12");
    for (size_t i = 0; i < count; i++) {
        check_rows(&first, &(row){all[i].path, all[i].one}, 1);
    }
    floe_node second = read_project(f, 1, "2.0");
    for (size_t i = 0; i < count; i++) {
        check_rows(&second, &(row){all[i].path, all[i].two}, 1);
    }
}

static void hooks_tell_what_they_refer_to_and_not_what_macros_they_call(void **state) {
    static const difference all[] = {
        {"nodes/model.shop.m/depends_on/macros", "[\"macro.shop.noted\"]", NULL},
        {"nodes/model.shop.m/depends_on/nodes", "[\"model.shop.n\"]", "[\"model.shop.n\"]"},
        {"nodes/operation.shop.shop-on-run-start-0/tags", "[\"on-run-start\"]", NULL},
        {"nodes/operation.shop.shop-on-run-start-0/depends_on/macros", "[\"macro.shop.noted\"]", NULL},
        {"nodes/operation.shop.shop-on-run-start-0/raw_code", "\"{{ noted() }}\"", "\" {{ noted() }}\""}};
    folder *f = *state;
    put(f, "dbt_project.yml", "name: shop\non-run-start: \" {{ noted() }}\"\n");
    put(f, "macros/noted.sql", "{% macro noted() %}{% endmacro %}");
    put(f, "models/m.sql", "{{ config(post_hook=\"{{ noted() }} {{ ref('n') }}\") }} select 1");
    put(f, "models/n.sql", "select 1");
    check_both(f, all, COUNT(all));
}

static void a_docs_block_ends_at_its_first_tag(void **state) {
    static const difference all[] = {
        {"docs/doc.shop.a/block_contents", "\"one two\"", "\"one\""},
        {"docs/doc.shop.b/block_contents", "\"all { of } it\"", "\"all { of } it\""}};
    folder *f = *state;
    put(f, "models/a.md",
        "{% docs a %}one {# not this #}two{% enddocs %}{% docs b %}all { of } it{% enddocs %}");
    check_both(f, all, COUNT(all));
}

static void an_analysis_has_a_tree_of_its_own_and_adds_nothing_up(void **state) {
    static const difference all[] = {
        {"nodes/analysis.shop.a/fqn", "[\"shop\",\"analysis\",\"deep\",\"a\"]", "[\"shop\",\"deep\",\"a\"]"},
        {"nodes/analysis.shop.a/config/tags", "[\"of_models\",\"own\"]", "[\"own\"]"},
        {"nodes/analysis.shop.b/config/tags", "[\"of_models\"]", "[\"of_analyses\"]"},
        {"disabled/analysis.shop.off/0/name", "\"off\"", NULL}};
    folder *f = *state;
    put(f, "dbt_project.yml", "name: shop\nmodels: {+tags: of_models}\nanalyses: {+tags: of_analyses}\n");
    put(f, "analyses/deep/a.sql", "{{ config(tags='own') }} select 1");
    put(f, "analyses/b.sql", "select 1");
    put(f, "analyses/off.sql", "{{ config(enabled=false) }} select 1");
    check_both(f, all, COUNT(all));
}

static void checksums_are_those_of_the_code(void **state) {
    static const difference all[] = {
        {"nodes/test.shop.t/checksum/name", "\"sha256\"", "\"none\""},
        {"nodes/snapshot.shop.s/checksum/checksum",
         "\"d667aa299894e32abd7180f14dd9f11f2a508f09a44412c9dc581f8977e792d0\"", /* of the file */
         "\"822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f\""}};
    folder *f = *state;
    put(f, "tests/t.sql", "select 1");
    put(f, "snapshots/s.sql", "{% snapshot s %}\nselect  1\n{% endsnapshot %}\n");
    check_both(f, all, COUNT(all));
}

static void a_unit_test_of_a_version_depends_on_the_latest_too(void **state) {
    static const difference all[] = {
        {"unit_tests/unit_test.shop.m.u_v1/depends_on/nodes", "[\"model.shop.m.v1\"]", NULL},
        {"unit_tests/unit_test.shop.m.u.v1/depends_on/nodes", NULL,
         "[\"model.shop.m.v1\",\"model.shop.m.v2\"]"},
        {"unit_tests/unit_test.shop.m.u.v2/depends_on/nodes", NULL, "[\"model.shop.m.v2\"]"}};
    folder *f = *state;
    put(f, "models/m_v1.sql", "select 1");
    put(f, "models/m_v2.sql", "select 1");
    put(f, "models/m.yml",
        "models: [{name: m, latest_version: 2, versions: [{v: 1}, {v: 2}]}]\n"
        "unit_tests: [{name: u, model: m, given: [], expect: {rows: [{a: 1}]}}]\n");
    check_both(f, all, COUNT(all));
}

static void metrics_of_a_model_are_its_semantic_model_s_measures(void **state) {
    static const difference all[] = {
        {"semantic_models/semantic_model.shop.m/dimensions/0/expr", NULL, "\"day\""},
        {"semantic_models/semantic_model.shop.m/dimensions/0/type_params/time_granularity", NULL, "\"day\""},
        {"semantic_models/semantic_model.shop.m/entities/0/config/meta", "{\"k\":1}", "{}"},
        {"semantic_models/semantic_model.shop.m/measures/1/name", NULL, "\"half\""},
        {"semantic_models/semantic_model.shop.m/measures/1/agg", NULL, "\"sum\""},
        {"metrics/metric.shop.total/type_params/metric_aggregation_params/agg_params/percentile", "0.9",
         "0.8999999761581421"},
        {"metrics/metric.shop.total/type_params/fill_nulls_with", NULL, "0"},
        {"metrics/metric.shop.half/depends_on/nodes", "[\"metric.shop.total\"]",
         "[\"semantic_model.shop.m\"]"},
        {"metrics/metric.shop.total/meta", NULL, "{\"k\":2}"},
        {"metrics/metric.shop.loose/name", NULL, "\"loose\""}};
    folder *f = *state;
    put(f, "models/m.sql", "select 1");
    put(f, "models/n.sql", "select 1");
    put(f, "models/m.yml",
        "models:\n"
        "  - name: m\n"
        "    semantic_model: {enabled: true}\n"
        "    columns:\n"
        "      - {name: id, entity: primary, config: {meta: {k: 1}}}\n"
        "      - {name: day, granularity: day, dimension: time}\n"
        "    metrics:\n"
        "      - {name: total, agg: percentile, percentile: 0.9, expr: id, fill_nulls_with: 0,\n"
        "         config: {meta: {k: 2}}}\n"
        "      - {name: half, type: derived, expr: total / 2, input_metrics: [{name: total}]}\n"
        "  - name: n\n"
        "    metrics:\n"
        "      - {name: loose, agg: count, expr: id}\n");
    check_both(f, all, COUNT(all));
}

static void a_semantic_model_says_that_it_is_enabled(void **state) {
    folder *f = *state;
    put(f, "models/m.sql", "select 1");
    put(f, "models/m.yml", "models:\n  - name: m\n    semantic_model: true\n");
    read_project(f, 1, "2.0");
    problem_of(f, "bad_semantic_model", "models/m.yml", 3);
}

static void a_package_with_an_older_semantic_model_has_no_semantic_layer(void **state) {
    static const difference all[] = {{"semantic_models/semantic_model.shop.s/name", "\"s\"", NULL},
                                     {"metrics/metric.shop.revenue/name", "\"revenue\"", NULL},
                                     {"exposures/exposure.shop.e/depends_on/nodes",
                                      "[\"model.shop.m\",\"metric.shop.revenue\"]", "[\"model.shop.m\"]"}};
    folder *f = *state;
    put(f, "models/m.sql", "select 1");
    put(f, "models/m.yml",
        "semantic_models:\n"
        "  - {name: s, model: ref('m'), defaults: {agg_time_dimension: at},\n"
        "     dimensions: [{name: at, type: time, type_params: {time_granularity: day}}],\n"
        "     entities: [{name: i, type: primary}], measures: [{name: total, agg: sum}]}\n"
        "metrics: [{name: revenue, label: R, type: simple, type_params: {measure: total}}]\n"
        "exposures: [{name: e, type: dashboard, owner: {name: us}, depends_on: [ref('m'), "
        "metric('revenue')]}]\n");
    check_both(f, all, COUNT(all));
    problem_of(f, "old_semantic_layer", "models/m.yml", 5);
}

static void macros_take_the_place_of_few_names(void **state) {
    static const difference all[] = {
        {"nodes/model.shop.m/depends_on/nodes", "[\"model.shop.n\"]", NULL},
        {"nodes/model.shop.m/metrics/0", NULL, "[\"z\"]"},
        {"nodes/model.shop.r/depends_on/macros", "[\"macro.shop.ref\"]", "[\"macro.shop.ref\"]"}};
    folder *f = *state;
    put(f, "macros/m.sql",
        "{% macro metric(name) %}{{ builtins.ref('n') }}{% endmacro %}"
        "{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}");
    put(f, "models/m.sql", "{{ metric('z') }}");
    put(f, "models/n.sql", "select 1");
    put(f, "models/r.sql", "select * from {{ ref('n') }}");
    check_both(f, all, COUNT(all));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(hooks_tell_what_they_refer_to_and_not_what_macros_they_call),
        FOLDER_TEST(a_docs_block_ends_at_its_first_tag),
        FOLDER_TEST(an_analysis_has_a_tree_of_its_own_and_adds_nothing_up),
        FOLDER_TEST(checksums_are_those_of_the_code),
        FOLDER_TEST(a_unit_test_of_a_version_depends_on_the_latest_too),
        FOLDER_TEST(metrics_of_a_model_are_its_semantic_model_s_measures),
        FOLDER_TEST(a_semantic_model_says_that_it_is_enabled),
        FOLDER_TEST(a_package_with_an_older_semantic_model_has_no_semantic_layer),
        FOLDER_TEST(macros_take_the_place_of_few_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
