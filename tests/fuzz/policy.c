/* Any text as a policy: it ends, within its budget, and with a message where it fails. */
#include "script/sandbox.h"

#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const floe_limits limits = {.memory = 1 << 20, .milliseconds = 100, .instructions = 100000};
    floe_sandbox *sandbox;
    floe_error error = {0};
    HOLDS(floe_sandbox_new(&sandbox, &limits, &error) == 0);
    if (floe_sandbox_load(sandbox, "policy.lua", (const char *)data, size, &error) == 0) {
        floe_outcome outcome = floe_sandbox_call(sandbox, 0, LUA_MULTRET, &error);
        HOLDS(outcome == FLOE_RUN_OK || *error.message);
    } else {
        HOLDS(*error.message && strcmp(error.file, "policy.lua") == 0);
    }
    floe_sandbox_free(sandbox);
    return 0;
}
