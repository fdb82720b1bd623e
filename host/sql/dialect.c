/* What the tokens of each dialect are, by the name of dbt's adapter. */
#include "sql/token.h"

#include <string.h>

static const floe_sql_dialect dialects[] = {
    {.name = "athena"},
    {.name = "bigquery",
     .hash_comments = true,
     .backslash = true,
     .double_quoted = true,
     .triple_quoted = true},
    {.name = "clickhouse",
     .hash_comments = true,
     .backslash = true,
     .nested_comments = true,
     .dollars = true},
    {.name = "databricks", .backslash = true, .double_quoted = true, .nested_comments = true},
    {.name = "duckdb", .nested_comments = true, .dollars = true},
    {.name = "fabric", .nested_comments = true, .brackets = true},
    {.name = "mysql", .hash_comments = true, .backslash = true, .double_quoted = true},
    {.name = "oracle"},
    {.name = "postgres", .nested_comments = true, .dollars = true},
    {.name = "redshift", .nested_comments = true, .backslash = true, .dollars = true},
    {.name = "snowflake", .slash_comments = true, .backslash = true, .dollars = true},
    {.name = "spark", .backslash = true, .double_quoted = true, .nested_comments = true},
    {.name = "sqlite", .brackets = true},
    {.name = "sqlserver", .nested_comments = true, .brackets = true},
    {.name = "synapse", .nested_comments = true, .brackets = true},
    {.name = "trino"},
};

const floe_sql_dialect *floe_sql_dialect_of(const char *adapter) {
    static const floe_sql_dialect common = {.name = "", .dollars = true};
    for (size_t i = 0; adapter && i < sizeof dialects / sizeof *dialects; i++) {
        if (strcmp(dialects[i].name, adapter) == 0) {
            return &dialects[i];
        }
    }
    return &common;
}
