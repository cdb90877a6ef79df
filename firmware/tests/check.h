/* CHECK: a test program's one assertion. Says where and what, and ends the program. Host only. */
#ifndef EDGEKIT_CHECK_H
#define EDGEKIT_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(truth)                                                                               \
    ((truth) ? (void)0                                                                             \
             : (fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #truth), abort()))

#endif
