/* adxl345_self_test_limits: how far the self-test must move the output. Pure. (data sheet,
 * self-test)
 *
 * The limits in full resolution at 2.5 V are 50 to 540 counts in x, as many below zero in y, and
 * 75 to 875 in z. At 3.3 V the force is 1.77 times as strong in x and y, 1.47 times in z; the
 * supply is not known here, so the lower limits are those of 2.5 V, the upper those of 3.3 V.
 */
#ifndef ADXL345_SELF_TEST_LIMITS_H
#define ADXL345_SELF_TEST_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#define ADXL345_SELF_TEST_LEAST_XY 50
#define ADXL345_SELF_TEST_MOST_XY  956
#define ADXL345_SELF_TEST_LEAST_Z  75
#define ADXL345_SELF_TEST_MOST_Z   1287

/* Whether the chip passes; off and on are sums of `samples` samples each, x y z. */
static inline bool adxl345_self_test_passes(const int32_t off[3], const int32_t on[3],
                                            int32_t samples)
{
    const int32_t x = on[0] - off[0];
    const int32_t y = off[1] - on[1]; /* y moves the other way */
    const int32_t z = on[2] - off[2];
    return x >= ADXL345_SELF_TEST_LEAST_XY * samples && x <= ADXL345_SELF_TEST_MOST_XY * samples &&
           y >= ADXL345_SELF_TEST_LEAST_XY * samples && y <= ADXL345_SELF_TEST_MOST_XY * samples &&
           z >= ADXL345_SELF_TEST_LEAST_Z * samples && z <= ADXL345_SELF_TEST_MOST_Z * samples;
}

#endif
