/* Helium (MVE) on int32 lanes, four output channels at a time. Pure.
 *
 * No load here or in the files beside it reaches past what it was given: the last, shorter part of
 * a slice, a row or a layer is loaded under a predicate, and a lane that is left out reads as 0.
 */
#ifndef EDGEKIT_NN_MVE_H
#define EDGEKIT_NN_MVE_H

#include "nn.h"

#if NN_MVE

#include <arm_mve.h>

typedef mve_pred16_t nn_present_t; /* a bit for each byte of a vector */

/* nn_channel_t of four channels. */
typedef struct {
    int32x4_t bias, multiplier, add, minus_shift;
} nn_lanes_t;

/* What a whole layer has in common. */
typedef struct {
    int32x4_t least, most;
    int32_t negative; /* rounding minds the sign of numbers below this */
} nn_bounds_t;

static inline nn_lanes_t nn_lanes(const nn_channel_t *channels, nn_present_t present)
{
    const uint32x4_t at = vidupq_n_u32(0, 4) << 2;
    return (nn_lanes_t){
        .bias = vldrwq_gather_offset_z_s32(&channels->bias, at, present),
        .multiplier = vldrwq_gather_offset_z_s32(&channels->multiplier, at, present),
        .add = vldrwq_gather_offset_z_s32(&channels->add, at, present),
        .minus_shift = vnegq_s32(vldrwq_gather_offset_z_s32(&channels->shift, at, present)),
    };
}

static inline nn_bounds_t nn_bounds(int8_t least, int8_t most, bool below_zero)
{
    return (nn_bounds_t){vdupq_n_s32(least), vdupq_n_s32(most), below_zero ? 0 : INT32_MIN};
}

static inline int32x4_t nn_four(int32_t a, int32_t b, int32_t c, int32_t d)
{
    return (int32x4_t){a, b, c, d};
}

/* nn_requantise and the activation. VQRDMULH is nn_high of the doubled sum; VSHL to the right
 * does not round. */
static inline int32x4_t nn_requantised(int32x4_t sum, int32x4_t multiplier, int32x4_t add,
                                       int32x4_t minus_shift, nn_bounds_t bounds)
{
    int32x4_t high = vqrdmulhq_s32(sum, multiplier);
    high = vaddq_m_n_s32(high, high, -1, vcmpltq_n_s32(high, bounds.negative));
    const int32x4_t value = vshlq_s32(vaddq_s32(high, add), minus_shift);
    return vminq_s32(vmaxq_s32(value, bounds.least), bounds.most);
}

static inline int32x4_t nn_answers(int32x4_t sum, const nn_lanes_t *to, nn_bounds_t bounds)
{
    return nn_requantised(sum, to->multiplier, to->add, to->minus_shift, bounds);
}

#endif

#endif
