/* edgekit_posture: samples in, smoothed answers out; and one window in, one answer out. */
#ifndef EDGEKIT_POSTURE_H
#define EDGEKIT_POSTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint8_t posture, placement;                       /* numbers of the labels below */
    uint8_t posture_confidence, placement_confidence; /* of 255 */
} edgekit_posture_answer_t;

/* How many samples a second edgekit_posture_sample wants: the net's rate, or the ADXL345's rate
 * that is a multiple of it; the mean of each few is taken then. */
uint16_t edgekit_posture_rate_hz(void);

/* Before the first sample; forgets all. */
void edgekit_posture_begin(void);

/* One sample in counts of 1/256 g. True when it completes a window, and *answer is filled in. */
bool edgekit_posture_sample(int16_t x, int16_t y, int16_t z, edgekit_posture_answer_t *answer);

/* Samples were lost for this long: no window may hold both sides of a gap. */
void edgekit_posture_gap(uint32_t milliseconds);

/* A window of the net's own rate, oldest sample first; what was answered before does not count. */
edgekit_posture_answer_t
edgekit_posture_classify(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW]);

/* Labels; "?" for a number that is none. */
const char *edgekit_posture_name(uint8_t posture);
const char *edgekit_placement_name(uint8_t placement);

#ifdef __cplusplus
}
#endif

#endif
