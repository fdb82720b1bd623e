/*
 * What the entries of metrics and those of models share of the semantic layer.
 */
#ifndef FLOE_DBT_SEMANTIC_H
#define FLOE_DBT_SEMANTIC_H

#include "dbt/parse/entries.h"

/* Sets `expr`, which is always a text; nothing where it is absent. */
int floe_semantic_expression(floe_entry_reader *reader, floe_maker *made, const floe_node *expression);
/* How a percentile of an entry in the newer form is taken. */
int floe_semantic_percentile(floe_entry_reader *reader, const floe_node *entry, floe_node *out);
/* Sets `non_additive_dimension` of an entry in the newer form, in the words of the older. */
int floe_semantic_non_additive(floe_entry_reader *reader, floe_maker *made, const floe_node *entry);
/* Reads a metric. `semantic_model` is that of the model whose entry holds it, and `time` the model's
 * agg_time_dimension; both NULL at the top of a file. */
int floe_semantic_metric(floe_entry_reader *reader, const floe_node *entry, const char *semantic_model,
                         const floe_node *time);

#endif
