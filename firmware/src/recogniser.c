#include "recogniser.h"

#include "edgekit_spec.h"
#include "sensor_chip.h"

_Static_assert(EDGEKIT_MODEL_POSTURES <= DECISION_CLASSES_MOST &&
                   EDGEKIT_MODEL_PLACEMENTS <= DECISION_CLASSES_MOST,
               "the net answers more classes than decision.h is made for");
_Static_assert(EDGEKIT_MODEL_POSTURES + EDGEKIT_MODEL_PLACEMENTS <= RECORD_LOGITS_MOST,
               "the net's logits do not fit a DECISION record");
_Static_assert(SENSOR_COUNTS_PER_G == EDGEKIT_COUNTS_PER_G,
               "the net's front end reads counts of 1/EDGEKIT_COUNTS_PER_G g");

void recogniser_start(recogniser_t *recogniser)
{
    *recogniser = (recogniser_t){0};
    decision_start(&recogniser->posture, &decision_posture, edgekit_model_posture_exp,
                   EDGEKIT_MODEL_POSTURES);
    decision_start(&recogniser->placement, &decision_placement, edgekit_model_placement_exp,
                   EDGEKIT_MODEL_PLACEMENTS);
}

static void forget_samples(recogniser_t *recogniser)
{
    recogniser->samples = 0;
    for (uint32_t axis = 0; axis < 3; axis++) {
        recogniser->sum[axis] = 0;
    }
}

void recogniser_restart(recogniser_t *recogniser)
{
    window_restart(&recogniser->window);
    forget_samples(recogniser);
    recogniser->unbroken = false;
}

/* Return the time from the last window's start to this one's. */
static uint32_t elapsed_ms(const recogniser_t *recogniser, uint64_t start_us)
{
    if (!recogniser->has_decided) {
        return DECISION_FOR_EVER;
    }
    if (recogniser->unbroken) {
        return RECOGNISER_HOP_MS;
    }
    const uint64_t elapsed =
        start_us > recogniser->start_us ? (start_us - recogniser->start_us) / 1000 : 0;
    return elapsed < DECISION_FOR_EVER ? (uint32_t)elapsed : DECISION_FOR_EVER;
}

static void decide(recogniser_t *recogniser, uint64_t start_us, record_decision_t *decision)
{
    int8_t *posture_logits = decision->logit;
    int8_t *placement_logits = decision->logit + EDGEKIT_MODEL_POSTURES;
    edgekit_model_run(recogniser->window.samples, posture_logits, placement_logits);
    const uint32_t elapsed = elapsed_ms(recogniser, start_us);
    recogniser->elapsed_ms = elapsed;
    const decision_t posture = decision_push(&recogniser->posture, posture_logits, elapsed);
    const decision_t placement = decision_push(&recogniser->placement, placement_logits, elapsed);
    decision->logits = EDGEKIT_MODEL_POSTURES + EDGEKIT_MODEL_PLACEMENTS;
    decision->posture = posture.best;
    decision->placement = placement.best;
    decision->posture_confidence = posture.confidence;
    decision->placement_confidence = placement.confidence;
    recogniser->has_decided = recogniser->unbroken = true;
    recogniser->start_us = start_us;
}

bool recogniser_push(recogniser_t *recogniser, edgekit_sample_t counts, uint32_t index,
                     uint64_t time_us, record_decision_t *decision, bout_window_t *window)
{
    recogniser->samples++;
    recogniser->sum[0] += counts.x;
    recogniser->sum[1] += counts.y;
    recogniser->sum[2] += counts.z;
    if (!window_push(&recogniser->window, counts)) {
        return false;
    }
    const uint64_t length_us = (EDGEKIT_MODEL_WINDOW - 1) * (uint64_t)RECOGNISER_PERIOD_US;
    const uint64_t start_us = time_us > length_us ? time_us - length_us : 0;
    decision->first_sample = index + 1 - EDGEKIT_MODEL_WINDOW;
    decide(recogniser, start_us, decision);
    *window = (bout_window_t){
        .first_sample = decision->first_sample,
        .time_us = start_us,
        .posture = decision->posture,
        .placement = decision->placement,
        .posture_confidence = decision->posture_confidence,
        .placement_confidence = decision->placement_confidence,
        .samples = recogniser->samples,
        .sum = {recogniser->sum[0], recogniser->sum[1], recogniser->sum[2]},
    };
    forget_samples(recogniser);
    return true;
}
