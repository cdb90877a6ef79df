/* Helium (MVE) on lanes of 32 bits. Pure.
 *
 * Loads here and in the files beside it stay within what they were given: the last, shorter part
 * of a slice, a row or a layer is loaded under a predicate, and a lane that is left out reads as 0.
 */
#ifndef EDGEKIT_NN_MVE_H
#define EDGEKIT_NN_MVE_H

#include "nn.h"

#if NN_MVE

#include <arm_mve.h>

/* A bit for each byte of a vector. */
typedef mve_pred16_t nn_present_t;

/* nn_channel_t of four channels. */
typedef struct {
    int32x4_t bias, multiplier, add, minus_shift;
} nn_lanes_t;

/* Those of every first or every second channel. */
static inline nn_lanes_t nn_lanes(const nn_channel_t *channels, int32_t every, nn_present_t present)
{
    const uint32x4_t at =
        vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)every * (uint32_t)sizeof *channels);
    return (nn_lanes_t){
        .bias = vldrwq_gather_offset_z_s32(&channels->bias, at, present),
        .multiplier = vldrwq_gather_offset_z_s32(&channels->multiplier, at, present),
        .add = vldrwq_gather_offset_z_s32(&channels->add, at, present),
        .minus_shift = vnegq_s32(vldrwq_gather_offset_z_s32(&channels->shift, at, present)),
    };
}

/* Rounding minds the sign of numbers below this. */
static inline int32_t nn_negative(bool below_zero)
{
    return below_zero ? 0 : INT32_MIN;
}

/* nn_requantise but for its end, nn_int8. VQRDMULH is nn_high of a doubled sum; VSHL to the right
 * does not round. */
static inline int32x4_t nn_scaled(int32x4_t sum, int32x4_t multiplier, int32x4_t add,
                                  int32x4_t minus_shift, int32_t negative)
{
    int32x4_t high = vqrdmulhq_s32(sum, multiplier);
    high = vaddq_m_n_s32(high, high, -1, vcmpltq_n_s32(high, negative));
    return vshlq_s32(vaddq_s32(high, add), minus_shift);
}

static inline int32x4_t nn_within(int32x4_t value, int8_t least, int8_t most)
{
    return vminq_s32(vmaxq_s32(value, vdupq_n_s32(least)), vdupq_n_s32(most));
}

#endif

#endif
