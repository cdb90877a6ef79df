/* recogniser: from samples to smoothed decisions: cut windows, run the net, filter over time. */
#ifndef EDGEKIT_RECOGNISER_H
#define EDGEKIT_RECOGNISER_H

#include <stdbool.h>
#include <stdint.h>

#include "bout.h"
#include "decision.h"
#include "edgekit_sample.h"
#include "model.h"
#include "record.h"
#include "window.h"

#define RECOGNISER_PERIOD_US (1000000000u / EDGEKIT_MODEL_RATE_MHZ) /* of the net's samples */
#define RECOGNISER_HOP_MS    (EDGEKIT_MODEL_HOP * 1000000u / EDGEKIT_MODEL_RATE_MHZ)

typedef struct {
    window_t window;
    decision_head_t posture, placement;
    bool has_decided;
    bool unbroken;       /* since the last window */
    uint64_t start_us;   /* of the last window */
    uint32_t elapsed_ms; /* from the start of the window before to that; DECISION_FOR_EVER: none */
    uint32_t samples;    /* since then, and the sum of their counts */
    int32_t sum[3];
} recogniser_t;

/* Begin, with no samples and equal beliefs. */
void recogniser_start(recogniser_t *recogniser);

/* Begin a new window after a gap. Beliefs stay, and fade by the gap's length. */
void recogniser_restart(recogniser_t *recogniser);

/* Add the sample of this index, measured at time_us. True when it completes a window: *decision and
 * *window are then filled in. */
bool recogniser_push(recogniser_t *recogniser, edgekit_sample_t counts, uint32_t index,
                     uint64_t time_us, record_decision_t *decision, bout_window_t *window);

#endif
