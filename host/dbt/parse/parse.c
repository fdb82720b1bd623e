/*
 * The reading of a project from its sources, step by step. What one step cannot read is a problem of the
 * project; a step fails only where nothing can be read at all.
 */
#include "dbt/parse/parse.h"

int floe_parse_project(floe_parse *parse, floe_node *manifest) {
    int result = floe_parse_layout(parse);
    result = result ? result : floe_parse_find_nodes(parse);
    result = result ? result : floe_parse_render(parse);
    result = result ? result : floe_parse_properties(parse);
    result = result ? result : floe_parse_settle(parse);
    result = result ? result : floe_parse_order_problems(parse); /* what is written tells them */
    return result ? result : floe_parse_write(parse, manifest);
}
