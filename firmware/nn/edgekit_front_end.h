/* edgekit_front_end: a window of samples to the net's int8 input, byte for byte as front_end.py
 * does. Pure, in integers alone; for C11 and C++.
 *
 * Gravity is each axis at a coarse step. Motion is each axis less its mean over the window, at a
 * fine step. Both saturate at -128 and 127, and halves are rounded up. */
#ifndef EDGEKIT_FRONT_END_H
#define EDGEKIT_FRONT_END_H

#include <stdint.h>

#include "edgekit_sample.h"
#include "nn_high.h"
#include "nn_int8.h"

/* The type of a stored channel; nn.h defines it as the type that its kernels read. */
#ifndef EDGEKIT_CHANNEL
#define EDGEKIT_CHANNEL int8_t
#endif

/* Constants from front_end_c.py, which proves the mean exact for every sum that a window can have.
 */
typedef struct {
    int32_t window;           /* samples */
    int32_t gravity_shift;    /* to the right: from counts to steps of gravity */
    int32_t motion_factor;    /* from counts to steps of motion; 0: no motion channels */
    int32_t reciprocal;       /* 2^(30 + reciprocal_shift) / window, to the nearest */
    int32_t reciprocal_shift; /* to the right */
} edgekit_front_end_t;

/* Return the mean of an axis to the nearest step of motion, from the sum of its counts: the
 * quotient (factor * sum + window / 2) / window, rounded down, by a multiplication. */
static inline int32_t edgekit_mean(const edgekit_front_end_t *front_end, int32_t sum)
{
    const int32_t dividend = front_end->motion_factor * sum + (front_end->window >> 1);
    return nn_high(4 * dividend, front_end->reciprocal, 0) >> front_end->reciprocal_shift;
}

/* Write the gravity of a sample, x y z. */
static inline void edgekit_gravity(edgekit_sample_t sample, int32_t shift,
                                   EDGEKIT_CHANNEL channels[3])
{
    const int32_t half = 1 << shift >> 1;
    channels[0] = (EDGEKIT_CHANNEL)nn_int8((sample.x + half) >> shift);
    channels[1] = (EDGEKIT_CHANNEL)nn_int8((sample.y + half) >> shift);
    channels[2] = (EDGEKIT_CHANNEL)nn_int8((sample.z + half) >> shift);
}

/* Turn each sample into gravity x, y, z and, where there is a motion factor, motion x, y, z. */
static inline void edgekit_read(const edgekit_front_end_t *front_end,
                                const edgekit_sample_t *window, EDGEKIT_CHANNEL *channels)
{
    const int32_t shift = front_end->gravity_shift, factor = front_end->motion_factor;
    const edgekit_sample_t *const end = window + front_end->window;
    if (factor == 0) {
        for (; window < end; window++, channels += 3) {
            edgekit_gravity(*window, shift, channels);
        }
        return;
    }
    int32_t x = 0, y = 0, z = 0;
    for (const edgekit_sample_t *sample = window; sample < end; sample++) {
        x += sample->x;
        y += sample->y;
        z += sample->z;
    }
    x = edgekit_mean(front_end, x);
    y = edgekit_mean(front_end, y);
    z = edgekit_mean(front_end, z);
    for (; window < end; window++, channels += 6) {
        const edgekit_sample_t sample = *window;
        edgekit_gravity(sample, shift, channels);
        channels[3] = (EDGEKIT_CHANNEL)nn_int8(sample.x * factor - x);
        channels[4] = (EDGEKIT_CHANNEL)nn_int8(sample.y * factor - y);
        channels[5] = (EDGEKIT_CHANNEL)nn_int8(sample.z * factor - z);
    }
}

#endif
