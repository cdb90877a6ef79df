#include "signs.h"

typedef struct {
    uint32_t blinks;
    uint64_t lit_us, apart_us, every_us;
} pattern_t;

static const pattern_t patterns[] = {
#define X(code, blinks, lit_ms, apart_ms, every_ms)                                                \
    [SIGNS_##code] = {blinks, lit_ms * 1000u, apart_ms * 1000u, every_ms * 1000u},
    SIGNS_CODES(X)
#undef X
};

/* Return the time from a round's start at which its blink number `blink` begins. The one after the
 * last is the first of the next round. */
static uint64_t begin_us(const pattern_t *pattern, uint32_t blink)
{
    if (blink < pattern->blinks) {
        return blink * pattern->apart_us;
    }
    return pattern->every_us > 0 ? pattern->every_us : UINT64_MAX;
}

/* Set the light and its next change, `in_us` after the round's start. */
static void light(signs_t *signs, uint64_t in_us)
{
    const pattern_t *pattern = &patterns[signs->code];
    uint64_t next_us = begin_us(pattern, pattern->blinks);
    signs->is_lit = false;
    for (uint32_t blink = pattern->blinks; blink-- > 0;) {
        const uint64_t on_us = begin_us(pattern, blink);
        const uint64_t off_us = on_us + pattern->lit_us;
        if (in_us < on_us) {
            next_us = on_us;
        } else if (in_us < off_us) {
            signs->is_lit = true;
            next_us = off_us;
        }
    }
    signs->due_us = next_us < UINT64_MAX ? signs->since_us + next_us : UINT64_MAX;
}

void signs_start(signs_t *signs, uint64_t now_us)
{
    *signs = (signs_t){.code = SIGNS_START, .since_us = now_us};
    light(signs, 0);
}

void signs_show(signs_t *signs, signs_code_t code, uint64_t now_us)
{
    const uint64_t every_us = patterns[signs->code].every_us;
    if (code != signs->code || (every_us > 0 && now_us - signs->since_us >= every_us)) {
        signs->code = code;
        signs->since_us = now_us;
    }
    light(signs, now_us - signs->since_us);
}
