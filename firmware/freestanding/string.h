/* The four functions of <string.h> that the firmware uses, for a compiler without a C library;
 * memory.c defines them. */
#ifndef EDGEKIT_STRING_H
#define EDGEKIT_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

#endif
