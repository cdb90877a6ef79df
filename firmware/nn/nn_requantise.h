/* nn_requantise: 32-bit sums to int8, rounded as TFLM rounds: twice, halves away from zero. Pure.
 */
#ifndef EDGEKIT_NN_REQUANTISE_H
#define EDGEKIT_NN_REQUANTISE_H

#include "nn.h"
#include "nn_high.h"
#include "nn_int8.h"

/* Return the int8 output of a sum. A shift to the right rounds halves up; to round a negative
 * number away from zero, it is lowered by one first. Where an activation cuts off everything under
 * the zero point this makes no difference. The generator ensures that no sum reaches 2^30: doubled,
 * it fits. */
static inline int32_t nn_requantise(int32_t sum, int32_t multiplier, int32_t add, int32_t shift,
                                    bool below_zero)
{
    if (!below_zero) {
        return nn_int8(nn_high(sum * 2, multiplier, add) >> shift);
    }
    int32_t high = nn_high(sum * 2, multiplier, 0);
    high -= (int32_t)((uint32_t)high >> 31);
    return nn_int8((high + add) >> shift);
}

/* Return value * by, rounded. The generator ensures that value << left stays under 2^30. */
static inline int32_t nn_multiply(int32_t value, nn_multiplier_t by)
{
    int32_t high = nn_high(value * (2 << by.left), by.multiplier, 0);
    if (by.right > 0) {
        high -= (int32_t)((uint32_t)high >> 31);
        high = (high + (1 << (by.right - 1))) >> by.right;
    }
    return high;
}

#endif
