/* From 32-bit sums to int8, rounded as TFLM rounds: twice, halves away from zero. Pure. */
#ifndef EDGEKIT_NN_REQUANTISE_H
#define EDGEKIT_NN_REQUANTISE_H

#include "nn.h"
#include "nn_int8.h"

/* add + ((a * b + 2^31) >> 32): of a doubled sum and a multiplier of 2^-31 >= 0, the rounded
 * product, which gemmlowp calls the saturating rounding doubling high multiplication. */
static inline int32_t nn_high(int32_t a, int32_t b, int32_t add)
{
#if NN_DSP
    int32_t high;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(high) : "r"(a), "r"(b), "r"(add));
    return high;
#elif NN_THUMB1
    /* No long multiplication: four of 16 bits by 16. */
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = (uint32_t)a & 0xffffu, b_low = (uint32_t)b & 0xffffu;
    const int32_t middle_a = a_high * (int32_t)b_low;
    const uint32_t middle_b = a_low * (uint32_t)b_high;
    const uint32_t carry =
        (a_low * b_low >> 16) + ((uint32_t)middle_a & 0xffffu) + (middle_b & 0xffffu) + 0x8000u;
    return add + a_high * b_high + (middle_a >> 16) + (int32_t)(middle_b >> 16) +
           (int32_t)(carry >> 16);
#else
    return add + (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
#endif
}

/* A shift to the right rounds halves up; away from zero it does so of a negative number less one.
 * Where an activation cuts off everything under the zero point that makes no difference. The
 * generator sees to it that no sum reaches 2^30: doubled, it fits. */
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

/* The generator sees to it that value << left stays under 2^30. */
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
