/* mounting: from the sensor's counts to counts in the wearer's axes (x left, y head, z out of the
 * stomach), as src/edgekit/mounting.py does, bit for bit. Pure, in 32 bits.
 *
 *     body = (matrix * counts + offset + half a count) >> 14, saturated to int16 */
#ifndef EDGEKIT_MOUNTING_H
#define EDGEKIT_MOUNTING_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"

#define MOUNTING_SHIFT       14
#define MOUNTING_ONE         (1 << MOUNTING_SHIFT)
#define MOUNTING_GAIN_LEAST  (MOUNTING_ONE * 3 / 4)
#define MOUNTING_GAIN_MOST   (MOUNTING_ONE * 5 / 4)
#define MOUNTING_SKEW_MOST   (1 << 20) /* of two columns' product, in 1/2^28: 0.2 degrees */
#define MOUNTING_OFFSET_MOST (1 << 24) /* 4 g */

typedef struct {
    int16_t matrix[3][3]; /* in 1/2^14: a rotation times the gains, a row for each body axis */
    int32_t offset[3];    /* in 1/2^14 counts, in body axes */
} mounting_t;

/* Whether a rotation and gains of 0.75 to 1.25 can make it; only such a one may be applied. */
bool mounting_is_valid(const mounting_t *mounting);

/* Turn a sample into body axes. A valid mounting overflows for no sample. */
edgekit_sample_t mounting_apply(const mounting_t *mounting, edgekit_sample_t counts);

#endif
