/* angle_posture: the posture whose angle is nearest to gravity's, by integers alone.
 *
 * The nearest of the postures' angles is the direction with the largest product, so neither a
 * library nor floats are needed for what atan2 decides; the medians are the work.
 * WINDOW: samples; DIRECTIONS: {x, z} of each posture's angle, 1/16384 a step; POSTURES: how many.
 */
#include <stdint.h>

static const int16_t directions[POSTURES][2] = {DIRECTIONS};

static int32_t below_or_at(const int16_t *xyz, int32_t limit)
{
    int32_t count = 0;
    for (int32_t i = 0; i < WINDOW; i++) {
        count += xyz[3 * i] <= limit;
    }
    return count;
}

/* The two middle values' sum: the smallest value with half of them at or below it, and the next. */
static int32_t median_twice(const int16_t *xyz)
{
    int32_t low = -8192, high = 8191;
    while (low < high) {
        const int32_t middle = (low + high) >> 1;
        if (below_or_at(xyz, middle) >= WINDOW / 2) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    int32_t next = low;
    if (below_or_at(xyz, low) == WINDOW / 2) {
        next = INT32_MAX;
        for (int32_t i = 0; i < WINDOW; i++) {
            const int32_t value = xyz[3 * i];
            next = value > low && value < next ? value : next;
        }
    }
    return low + next;
}

int32_t angle_posture(const int16_t *xyz)
{
    const int32_t x = median_twice(xyz), z = median_twice(xyz + 2);
    int32_t best = 0, most = INT32_MIN;
    for (int32_t i = 0; i < POSTURES; i++) {
        const int32_t along = directions[i][0] * x + directions[i][1] * z;
        if (along > most) {
            best = i;
            most = along;
        }
    }
    return best;
}
