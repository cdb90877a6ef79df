/* edgekit_sample: one sample of an accelerometer, x y z in counts of 1/EDGEKIT_COUNTS_PER_G g. */
#ifndef EDGEKIT_SAMPLE_H
#define EDGEKIT_SAMPLE_H

#include <stdint.h>

typedef struct {
    int16_t x, y, z;
} edgekit_sample_t;

#endif
