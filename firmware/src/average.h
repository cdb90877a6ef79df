/* average: the chip's samples to the net's, where the chip cannot run as slowly. Pure.
 *
 * A net of 20 Hz is fed the mean of each five samples of a chip at 100 Hz. */
#ifndef EDGEKIT_AVERAGE_H
#define EDGEKIT_AVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"
#include "model.h"

/* The chip's rate: the lowest of its own that is a multiple of the net's. */
#if 25000 % EDGEKIT_MODEL_RATE_MHZ == 0
#define AVERAGE_CHIP_HZ 25
#elif 50000 % EDGEKIT_MODEL_RATE_MHZ == 0
#define AVERAGE_CHIP_HZ 50
#elif 100000 % EDGEKIT_MODEL_RATE_MHZ == 0
#define AVERAGE_CHIP_HZ 100
#elif 200000 % EDGEKIT_MODEL_RATE_MHZ == 0
#define AVERAGE_CHIP_HZ 200
#elif 400000 % EDGEKIT_MODEL_RATE_MHZ == 0
#define AVERAGE_CHIP_HZ 400
#else
#error "no rate of an ADXL345 is a multiple of the net's"
#endif
#define AVERAGE_SAMPLES (AVERAGE_CHIP_HZ * 1000 / EDGEKIT_MODEL_RATE_MHZ)

typedef struct {
    int32_t sum[3];
    uint32_t samples;
} average_t;

/* To the nearest; halves away from zero. */
static inline int16_t average_round(int32_t sum)
{
    const int32_t half = sum < 0 ? -(AVERAGE_SAMPLES / 2) : AVERAGE_SAMPLES / 2;
    return (int16_t)((sum + half) / AVERAGE_SAMPLES);
}

/* After a gap: no mean may hold both sides of it. */
static inline void average_restart(average_t *average)
{
    *average = (average_t){0};
}

/* A sample of the chip in; true when it completes one of the net, in *mean. */
static inline bool average_push(average_t *average, edgekit_sample_t counts, edgekit_sample_t *mean)
{
    average->sum[0] += counts.x;
    average->sum[1] += counts.y;
    average->sum[2] += counts.z;
    if (++average->samples < AVERAGE_SAMPLES) {
        return false;
    }
    mean->x = average_round(average->sum[0]);
    mean->y = average_round(average->sum[1]);
    mean->z = average_round(average->sum[2]);
    average_restart(average);
    return true;
}

#endif
