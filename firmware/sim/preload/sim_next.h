/* sim_next: the function of the C library that a preloaded function stands in front of. */
#ifndef SIM_NEXT_H
#define SIM_NEXT_H

#include <dlfcn.h>
#include <stddef.h>

/* Declare `next`, the function of this name, result and arguments. */
#define NEXT(name, result, ...)                                                                    \
    static result (*next)(__VA_ARGS__);                                                            \
    if (next == NULL) {                                                                            \
        *(void **)&next = dlsym(RTLD_NEXT, name);                                                  \
    }

#endif
