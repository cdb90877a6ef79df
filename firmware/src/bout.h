/* bout: join windows in a row with equal decisions into one record. Pure. */
#ifndef EDGEKIT_BOUT_H
#define EDGEKIT_BOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

#define BOUT_LONGEST_US 600000000u /* a power cut costs no more than this */

/* A window's decision, with the sum of the samples that the window before did not hold. */
typedef struct {
    uint32_t first_sample;
    uint64_t time_us; /* of that sample */
    uint8_t posture, placement;
    uint8_t posture_confidence, placement_confidence;
    uint32_t samples;
    int32_t sum[3]; /* of their counts, x y z */
} bout_window_t;

/* Start with {0}. */
typedef struct {
    bout_window_t first;
    uint32_t windows; /* 0: none is open */
    uint32_t posture_confidence, placement_confidence, samples;
    int64_t sum[3];
} bout_t;

/* Add a window; true when *record holds the bout that ended before it. */
bool bout_push(bout_t *bout, const bout_window_t *window, record_bout_t *record);

/* End the open bout, as at a gap, into *record. False when none is open. */
bool bout_end(bout_t *bout, record_bout_t *record);

#endif
