/* signs: what the board's light shows, as blinks. Pure; no light, no clock.
 *
 * X(code, blinks, each lit for so many ms, from one to the next, the whole again after; 0: never)
 * docs/boards.md says the same in words. The light draws 1 to 3 mA: a blink of 2 ms each 10 s is
 * well below 1 uA. */
#ifndef EDGEKIT_SIGNS_H
#define EDGEKIT_SIGNS_H

#include <stdbool.h>
#include <stdint.h>

#define SIGNS_CODES(X)                                                                             \
    X(START, 1, 2, 0, 0)                                                                           \
    X(SAMPLES_FLOW, 1, 2, 0, 10000)                                                                \
    X(LOW_BATTERY, 2, 2, 300, 10000)                                                               \
    X(NO_SENSOR, 3, 10, 300, 3000)                                                                 \
    X(FLASH_FAILS, 4, 10, 300, 3000)                                                               \
    X(NIGHT_ENDS, 1, 500, 0, 0) /* the battery is empty: the last sign */

typedef enum {
#define X(code, blinks, lit_ms, apart_ms, every_ms) SIGNS_##code,
    SIGNS_CODES(X)
#undef X
} signs_code_t;

/* Start with signs_start(). */
typedef struct {
    signs_code_t code;
    uint64_t since_us; /* when this round of blinks began */
    bool is_lit;
    uint64_t due_us; /* when the light changes next; UINT64_MAX: never */
} signs_t;

void signs_start(signs_t *signs, uint64_t now_us);

/* Show this code from now on: signs->is_lit and ->due_us are what it means at now_us. Another code
 * than before begins with its first blink. */
void signs_show(signs_t *signs, signs_code_t code, uint64_t now_us);

#endif
