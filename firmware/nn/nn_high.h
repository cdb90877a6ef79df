/* nn_high: the rounded high half of a product of two 32-bit numbers, to scale without division.
 * Pure.
 */
#ifndef EDGEKIT_NN_HIGH_H
#define EDGEKIT_NN_HIGH_H

#include <stdint.h>

#include "nn_path.h"

/* Return add + ((a * b + 2^31) >> 32): for a doubled sum and a multiplier of 2^-31 >= 0 the rounded
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

#endif
