#include "library.h"

#include <dlfcn.h>
#include <string.h>

void *floe_library_open(const char *const *names) {
    void *library = NULL;
    for (; *names && !library; names++) {
        library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    }
    return library;
}

/* ISO C has no cast from void * to a function, POSIX has; memcpy is the portable way. */
bool floe_library_find(void *library, const floe_library_function *functions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function) {
            return false;
        }
        memcpy(functions[i].slot, &function, sizeof function);
    }
    return true;
}

void floe_library_close(void *library) {
    dlclose(library);
}
