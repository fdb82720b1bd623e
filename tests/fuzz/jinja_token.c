/* Any bytes are tokens: in order, within the text, never without an end. What a span says ends behind what it
 * began with. */
#include "jinja/token.h"

#include "check.h"

static void read_all(floe_jinja_lexer *lexer, uint32_t size) {
    uint32_t behind = 0, steps = 0;
    char shown[64];
    for (;;) {
        floe_jinja_token token = floe_jinja_next(lexer);
        HOLDS(floe_jinja_describe(lexer, &token, shown)[0]);
        if (token.sort == FLOE_TOKEN_END || token.sort == FLOE_TOKEN_FAILED) {
            HOLDS((token.sort == FLOE_TOKEN_FAILED) == (lexer->code != FLOE_OK));
            HOLDS(!lexer->code || (lexer->problem[0] && lexer->problem_at <= size));
            HOLDS(floe_jinja_next(lexer).sort == token.sort);
            return;
        }
        HOLDS(token.at >= behind && token.end > token.at && token.end <= size && lexer->at >= token.end);
        HOLDS(lexer->brackets <= FLOE_JINJA_BRACKETS && ++steps <= size);
        behind = token.end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    floe_jinja_lexer lexer;
    floe_jinja_lexer_start(&lexer, text, 0, (uint32_t)size);
    read_all(&lexer, (uint32_t)size);
    floe_jinja_lexer_start_expression(&lexer, text, 0, (uint32_t)size);
    read_all(&lexer, (uint32_t)size);
    for (uint32_t at = 0; size < 4096 && at + 1 < size; at++) {
        if (text[at] == '{' && (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#')) {
            bool closed;
            uint32_t end = floe_jinja_span(text, (uint32_t)size, at, &closed);
            HOLDS(end > at + 1 && end <= size && (closed || end == size));
        }
    }
    return 0;
}
