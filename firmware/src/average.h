/* average: the sensor's samples to the net's, where the sensor cannot run as slowly. Pure.
 *
 * A net of 20 Hz gets the mean of each five samples of a sensor at 100 Hz. */
#ifndef EDGEKIT_AVERAGE_H
#define EDGEKIT_AVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"
#include "model.h"
#include "sensor_chip.h"

/* The sensor's rate: the lowest of its own that is a multiple of the net's. */
#define AVERAGE_IF_MULTIPLE(hz) (hz) * 1000 % EDGEKIT_MODEL_RATE_MHZ == 0 ? (hz):
#define AVERAGE_SENSOR_HZ       (SENSOR_RATES_HZ(AVERAGE_IF_MULTIPLE) 0)
#define AVERAGE_SAMPLES         (AVERAGE_SENSOR_HZ * 1000 / EDGEKIT_MODEL_RATE_MHZ)
_Static_assert(AVERAGE_SENSOR_HZ > 0, "no rate of the sensor is a multiple of the net's");

typedef struct {
    int32_t sum[3];
    uint32_t samples;
} average_t;

/* Return the mean to the nearest count; halves away from zero. */
static inline int16_t average_round(int32_t sum)
{
    const int32_t half = sum < 0 ? -(AVERAGE_SAMPLES / 2) : AVERAGE_SAMPLES / 2;
    return (int16_t)((sum + half) / AVERAGE_SAMPLES);
}

/* Start a new mean, as after a gap: none may hold samples of both sides. */
static inline void average_restart(average_t *average)
{
    *average = (average_t){0};
}

/* Add a sample of the sensor; true when it completes a sample of the net, in *mean. */
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
