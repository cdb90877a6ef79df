/* Numbers held within a range. Pure. */
#ifndef EDGEKIT_NN_INT8_H
#define EDGEKIT_NN_INT8_H

#include <stdint.h>

#include "nn_path.h"

static inline int32_t nn_clamped(int32_t value, int32_t least, int32_t most)
{
    value = value < least ? least : value;
    return value > most ? most : value;
}

static inline int32_t nn_int8(int32_t value)
{
#if NN_DSP || NN_MVE
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return value;
#else
    return nn_clamped(value, -128, 127);
#endif
}

#endif
