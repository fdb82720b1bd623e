/* Any bytes are tokens of every dialect: one behind the other without a gap, to the end of the text, with
 * lines and columns that only go forward. */
#include "sql/token.h"

#include "check.h"

static void read_all(const char *text, size_t size, const char *adapter) {
    floe_sql_lexer lexer;
    floe_sql_lexer_start(&lexer, text, size, floe_sql_dialect_of(adapter));
    uint32_t at = 0, line = 1, column = 1;
    for (;;) {
        floe_sql_token token = floe_sql_next(&lexer);
        HOLDS(token.at == at && token.line >= line && token.column >= 1);
        HOLDS(token.line > line || token.column >= column);
        if (token.kind == FLOE_SQL_END) {
            HOLDS(token.at == size && floe_sql_next(&lexer).kind == FLOE_SQL_END);
            return;
        }
        HOLDS(token.end > token.at && token.end <= size && (token.closed || token.end == size));
        HOLDS(floe_sql_kind_name(token.kind)[0]);
        at = token.end;
        line = token.line;
        column = token.column;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const adapters[] = {NULL, "bigquery", "snowflake", "duckdb", "sqlserver", "spark"};
    for (size_t i = 0; i < sizeof adapters / sizeof *adapters; i++) {
        read_all((const char *)data, size, adapters[i]);
    }
    return 0;
}
