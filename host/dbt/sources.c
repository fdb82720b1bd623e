/* The tree of a manifest, made from a project's sources. */
#include "dbt/build.h"
#include "dbt/parse/parse.h"

int floe_dbt_read_sources(floe_dbt_build *build, floe_node *tree) {
    const floe_dbt_options *from = build->options;
    const floe_parse_options options = {
        .root = build->root,
        .profiles = from->profiles,
        .profile = from->profile,
        .target = from->target,
        .dbt = from->rules,
        .vars = from->vars,
        .threads = from->threads,
    };
    floe_parse *parse;
    int result = floe_parse_new(&parse, build->store, &options, build->error);
    if (result) {
        return result;
    }
    result = floe_parse_project(parse, tree);
    if (!result) {
        build->source = parse->document;
    }
    floe_parse_free(parse);
    return result;
}
