#include "wear.h"

#define SAMPLES EDGEKIT_MODEL_WINDOW

/* The square of a length of `ten_ug` in counts * `times`; a square below it is at most one less. */
#define SQUARE(ten_ug, times)                                                                      \
    ((int64_t)((ten_ug) * EDGEKIT_COUNTS_PER_G) * ((ten_ug) * EDGEKIT_COUNTS_PER_G) *              \
     ((int64_t)(times) * (times)))
#define LIMIT(ten_ug, times) ((SQUARE(ten_ug, times) + 9999999999) / 10000000000)

#define MOVING_FROM   LIMIT(EDGEKIT_MOVING_FROM_10UG, SAMPLES)
#define QUIET_BELOW   LIMIT(EDGEKIT_OFF_WITHIN_BELOW_10UG, SAMPLES)
#define AT_REST_BELOW LIMIT(EDGEKIT_OFF_MEANS_BELOW_10UG, SAMPLES *WEAR_WINDOWS)

void wear_restart(wear_t *wear)
{
    wear->windows = wear->next = 0;
}

/* Return the sum over three axes of the variance of `count` values, times count^2. */
static int64_t variance(const int64_t sum[3], const int64_t squares[3], int64_t count)
{
    int64_t total = 0;
    for (uint32_t axis = 0; axis < 3; axis++) {
        total += count * squares[axis] - sum[axis] * sum[axis];
    }
    return total;
}

/* Sum up a window, and return its variance times SAMPLES^2. */
static int64_t add_up(const edgekit_sample_t *samples, int32_t sums[3])
{
    int64_t sum[3] = {0}, squares[3] = {0};
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const int32_t counts[3] = {samples[i].x, samples[i].y, samples[i].z};
        for (uint32_t axis = 0; axis < 3; axis++) {
            sum[axis] += counts[axis];
            squares[axis] += counts[axis] * counts[axis];
        }
    }
    for (uint32_t axis = 0; axis < 3; axis++) {
        sums[axis] = (int32_t)sum[axis];
    }
    return variance(sum, squares, SAMPLES);
}

/* Whether the means of a whole minute hardly vary, and most of its windows are quiet. */
static bool is_off(const wear_t *wear)
{
    int64_t sum[3] = {0}, squares[3] = {0};
    uint32_t quiet = 0;
    for (uint32_t i = 0; i < wear->windows; i++) {
        quiet += wear->is_quiet[i];
        for (uint32_t axis = 0; axis < 3; axis++) {
            const int64_t mean = wear->sum[i][axis];
            sum[axis] += mean;
            squares[axis] += mean * mean;
        }
    }
    return wear->windows == WEAR_WINDOWS && 2 * quiet > WEAR_WINDOWS &&
           variance(sum, squares, WEAR_WINDOWS) < AT_REST_BELOW;
}

/* Whether gravity lies along the body: y > 3/4 of its length. */
static bool is_upright(const int32_t sum[3])
{
    const int64_t x = sum[0], y = sum[1], z = sum[2];
    return y > 0 && 16 * y * y > 9 * (x * x + y * y + z * z);
}

wear_window_t wear_push(wear_t *wear, const edgekit_sample_t *samples, bool has_body_axes)
{
    int32_t *sum = wear->sum[wear->next];
    const int64_t moved = add_up(samples, sum);
    wear->is_quiet[wear->next] = moved < QUIET_BELOW;
    wear->next = (wear->next + 1) % WEAR_WINDOWS;
    wear->windows += wear->windows < WEAR_WINDOWS;
    return (wear_window_t){
        .state = is_off(wear)                       ? WEAR_OFF
                 : has_body_axes && is_upright(sum) ? WEAR_UPRIGHT
                                                    : WEAR_WORN,
        .is_near_back = sum[2] > 0 && sum[2] >= sum[0] && sum[2] >= -sum[0],
        .is_still = moved < MOVING_FROM,
    };
}
