/* edgekit_front_end: a window of samples to the net's int8 input, as front_end.py does it, byte for
 * byte. Pure, in integers alone; for C11 and C++.
 *
 * Gravity is each axis at a coarse step. Motion is each axis less its mean over the window, at a
 * fine step. Both are held at -128 and 127, and halves are rounded up. */
#ifndef EDGEKIT_FRONT_END_H
#define EDGEKIT_FRONT_END_H

#include <stdint.h>

#include "edgekit_sample.h"
#include "nn_high.h"
#include "nn_int8.h"
#include "nn_path.h"

/* What a channel is stored as; nn.h defines it as what its kernels read. */
#ifndef EDGEKIT_CHANNEL
#define EDGEKIT_CHANNEL int8_t
#endif

/* front_end_c.py computes them, and proves the mean exact for every sum that a window can have. */
typedef struct {
    int32_t window;           /* samples */
    int32_t gravity_shift;    /* to the right: from counts to steps of gravity */
    int32_t motion_factor;    /* from counts to steps of motion; 0: no motion channels */
    int32_t reciprocal;       /* 2^(30 + reciprocal_shift) / window, to the nearest */
    int32_t reciprocal_shift; /* to the right */
} edgekit_front_end_t;

static inline int32_t edgekit_gravity(const edgekit_front_end_t *front_end, int32_t counts)
{
    const int32_t half = 1 << front_end->gravity_shift >> 1;
    return nn_int8((counts + half) >> front_end->gravity_shift);
}

/* `mean`: of this axis, in steps of motion. */
static inline int32_t edgekit_motion(const edgekit_front_end_t *front_end, int32_t counts,
                                     int32_t mean)
{
    return nn_int8(counts * front_end->motion_factor - mean);
}

/* The mean of an axis to the nearest step of motion, from the sum of its counts: the quotient
 * (factor * sum + window / 2) / window, rounded down, by a multiplication. */
static inline int32_t edgekit_mean(const edgekit_front_end_t *front_end, int32_t sum)
{
    const int32_t dividend = front_end->motion_factor * sum + (front_end->window >> 1);
    return nn_high(4 * dividend, front_end->reciprocal, 0) >> front_end->reciprocal_shift;
}

/* Each sample becomes its gravity x, y, z and, where there is a motion factor, its motion x, y, z.
 */
static inline void edgekit_read(const edgekit_front_end_t *front_end,
                                const edgekit_sample_t *window, EDGEKIT_CHANNEL *channels)
{
    const edgekit_front_end_t constants = *front_end; /* no store of a channel can change them */
    const edgekit_sample_t *const end = window + constants.window;
    int32_t x = 0, y = 0, z = 0;
    if (constants.motion_factor > 0) {
        for (const edgekit_sample_t *sample = window; sample < end; sample++) {
            x += sample->x;
            y += sample->y;
            z += sample->z;
        }
        x = edgekit_mean(&constants, x);
        y = edgekit_mean(&constants, y);
        z = edgekit_mean(&constants, z);
    }
    for (; window < end; window++) {
        const edgekit_sample_t sample = *window;
        channels[0] = (EDGEKIT_CHANNEL)edgekit_gravity(&constants, sample.x);
        channels[1] = (EDGEKIT_CHANNEL)edgekit_gravity(&constants, sample.y);
        channels[2] = (EDGEKIT_CHANNEL)edgekit_gravity(&constants, sample.z);
        channels += 3;
        if (constants.motion_factor > 0) {
            channels[0] = (EDGEKIT_CHANNEL)edgekit_motion(&constants, sample.x, x);
            channels[1] = (EDGEKIT_CHANNEL)edgekit_motion(&constants, sample.y, y);
            channels[2] = (EDGEKIT_CHANNEL)edgekit_motion(&constants, sample.z, z);
            channels += 3;
        }
    }
}

#endif
