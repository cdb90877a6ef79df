/* edgekit_posture: classify samples, with smoothing over time, or one window alone. */
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
    uint8_t posture, placement;                       /* indices of the labels below */
    uint8_t posture_confidence, placement_confidence; /* of 255 */
} edgekit_posture_answer_t;

/* Return the samples a second that edgekit_posture_sample expects: the net's rate, or the ADXL345's
 * lowest rate that is a multiple of it, which is then averaged. */
uint16_t edgekit_posture_rate_hz(void);

/* Begin before the first sample, or again, with no samples and equal beliefs. */
void edgekit_posture_begin(void);

/* Add one sample in counts of 1/EDGEKIT_COUNTS_PER_G g. True when it completes a window: *answer is
 * then filled in. */
bool edgekit_posture_sample(int16_t x, int16_t y, int16_t z, edgekit_posture_answer_t *answer);

/* Report a gap of this length, over which no window may continue. */
void edgekit_posture_gap(uint32_t milliseconds);

/* Classify one window of the net's own rate, oldest sample first, independently of all other calls.
 */
edgekit_posture_answer_t
edgekit_posture_classify(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW]);

/* Return a label; "?" for an index that has none. */
const char *edgekit_posture_name(uint8_t posture);
const char *edgekit_placement_name(uint8_t placement);

#ifdef __cplusplus
}
#endif

#endif
