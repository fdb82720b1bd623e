/*
 * The reading of a project from its sources, step by step. What one step cannot read is a problem of the
 * project; a step fails only where nothing can be read at all.
 */
#include "dbt/parse/parse.h"

/* Whether a step has what it made. What ran out of memory need not have said so. */
static int check_step(floe_parse *parse, int result) {
    for (unsigned i = 0; !result && i < parse->thread_count; i++) {
        result = floe_parse_check_memory(&parse->threads[i]);
    }
    result = !result && parse->starved ? FLOE_MEMORY : result;
    return result == FLOE_MEMORY ? floe_error_memory(parse->error) : result;
}

int floe_parse_project(floe_parse *parse, floe_node *manifest) {
    static int (*const steps[])(floe_parse *) = {
        floe_parse_layout, floe_parse_find_nodes,     floe_parse_render, floe_parse_properties,
        floe_parse_settle, floe_parse_order_problems, /* what is written tells them */
    };
    int result = 0;
    for (size_t i = 0; !result && i < sizeof steps / sizeof *steps; i++) {
        result = check_step(parse, steps[i](parse));
    }
    return result ? result : check_step(parse, floe_parse_write(parse, manifest));
}
