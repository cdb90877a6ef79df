#include "bout.h"

#include "edgekit_spec.h"

#define PARTS_OF_A_COUNT (RECORD_BOUT_COUNTS_PER_G / EDGEKIT_COUNTS_PER_G)

/* Return the mean of a sum of counts in 1/RECORD_BOUT_COUNTS_PER_G g, to the nearest. */
static int16_t mean(int64_t sum, uint32_t samples)
{
    const int64_t half = (int64_t)(samples / 2);
    const int64_t parts = sum * PARTS_OF_A_COUNT + (sum < 0 ? -half : half);
    const int64_t value = parts / (int64_t)samples;
    return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

static bool continues(const bout_t *bout, const bout_window_t *window)
{
    return window->posture == bout->first.posture && window->placement == bout->first.placement &&
           window->time_us - bout->first.time_us < BOUT_LONGEST_US && bout->windows < UINT16_MAX;
}

bool bout_end(bout_t *bout, record_bout_t *record)
{
    const uint32_t windows = bout->windows;
    if (windows == 0) {
        return false;
    }
    *record = (record_bout_t){
        .first_sample = bout->first.first_sample,
        .time_us = bout->first.time_us,
        .windows = (uint16_t)windows,
        .posture = bout->first.posture,
        .placement = bout->first.placement,
        .posture_confidence = (uint8_t)((bout->posture_confidence + windows / 2) / windows),
        .placement_confidence = (uint8_t)((bout->placement_confidence + windows / 2) / windows),
        .mean_x = mean(bout->sum[0], bout->samples),
        .mean_y = mean(bout->sum[1], bout->samples),
        .mean_z = mean(bout->sum[2], bout->samples),
    };
    bout->windows = 0;
    return true;
}

bool bout_push(bout_t *bout, const bout_window_t *window, record_bout_t *record)
{
    const bool ended = bout->windows > 0 && !continues(bout, window) && bout_end(bout, record);
    if (bout->windows == 0) {
        *bout = (bout_t){.first = *window};
    }
    bout->windows++;
    bout->posture_confidence += window->posture_confidence;
    bout->placement_confidence += window->placement_confidence;
    bout->samples += window->samples;
    for (uint32_t axis = 0; axis < 3; axis++) {
        bout->sum[axis] += window->sum[axis];
    }
    return ended;
}
