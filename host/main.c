/* The program: opens the trusted state and gives it the command line. Commands are Lua, in lua/command/. */
#include "base/interrupt.h"
#include "script/trusted.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    floe_interrupt_watch();
    signal(SIGCHLD, SIG_DFL); /* ignored ones leave no word of how a worker ended */
    /* Static, and never freed: the process ends with its documents, and taking them apart would only cost
     * time. */
    static floe_context context;
    static lua_State *state;
    context.store = floe_store_new();
    context.argument_count = argc > 0 ? argc - 1 : 0;
    context.arguments = argv + 1;
    state = context.store ? floe_trusted_new(&context) : NULL;
    if (!state) {
        fputs("floe: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    return floe_trusted_main(state);
}
