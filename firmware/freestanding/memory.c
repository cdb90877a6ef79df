/* memory: the four functions of <string.h> that an image needs; compilers also call them unasked.
 */
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
/* Otherwise gcc recognises a memcpy in memcpy's loop, and calls it. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

typedef uint32_t __attribute__((may_alias)) word_t;

static int aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & 3u) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (aligned(t, f)) {
        for (; bytes >= 4; bytes -= 4, t += 4, f += 4) {
            *(word_t *)(void *)t = *(const word_t *)(const void *)f;
        }
    }
    while (bytes--) {
        *t++ = *f++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((uintptr_t)t <= (uintptr_t)f) {
        while (bytes--) {
            *t++ = *f++;
        }
    } else {
        while (bytes--) {
            t[bytes] = f[bytes];
        }
    }
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    uint8_t *t = to;
    const uint8_t byte = (uint8_t)value;
    if (aligned(t, t)) {
        const uint32_t word = byte * 0x01010101u;
        for (; bytes >= 4; bytes -= 4, t += 4) {
            *(word_t *)(void *)t = word;
        }
    }
    while (bytes--) {
        *t++ = byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (; bytes; bytes--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}
