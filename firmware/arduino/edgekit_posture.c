/* The application's averaging, windows and smoothing, without its records. */
#include "edgekit_posture.h"

#include "average.h"
#include "decision.h"
#include "window.h"

#define WINDOW_MS ((uint32_t)EDGEKIT_MODEL_HOP * 1000000u / EDGEKIT_MODEL_RATE_MHZ)

static const char *const postures[] = {EDGEKIT_MODEL_POSTURE_NAMES};
static const char *const placements[] = {EDGEKIT_MODEL_PLACEMENT_NAMES};

static struct {
    average_t average;
    window_t window;
    decision_head_t posture, placement;
    uint32_t elapsed_ms; /* since the window before */
} state;

static void start(decision_head_t *posture, decision_head_t *placement)
{
    decision_start(posture, &decision_posture, edgekit_model_posture_exp, EDGEKIT_MODEL_POSTURES);
    decision_start(placement, &decision_placement, edgekit_model_placement_exp,
                   EDGEKIT_MODEL_PLACEMENTS);
}

static edgekit_posture_answer_t answer_of(const edgekit_sample_t *samples, decision_head_t *posture,
                                          decision_head_t *placement, uint32_t elapsed_ms)
{
    int8_t of_posture[EDGEKIT_MODEL_POSTURES], of_placement[EDGEKIT_MODEL_PLACEMENTS];
    edgekit_model_run(samples, of_posture, of_placement);
    const decision_t first = decision_push(posture, of_posture, elapsed_ms);
    const decision_t second = decision_push(placement, of_placement, elapsed_ms);
    return (edgekit_posture_answer_t){first.best, second.best, first.confidence, second.confidence};
}

uint16_t edgekit_posture_rate_hz(void)
{
    return AVERAGE_SENSOR_HZ;
}

void edgekit_posture_begin(void)
{
    average_restart(&state.average);
    window_restart(&state.window);
    start(&state.posture, &state.placement);
    state.elapsed_ms = DECISION_FOR_EVER;
}

bool edgekit_posture_sample(int16_t x, int16_t y, int16_t z, edgekit_posture_answer_t *answer)
{
    edgekit_sample_t mean;
    if (!average_push(&state.average, (edgekit_sample_t){x, y, z}, &mean) ||
        !window_push(&state.window, mean)) {
        return false;
    }
    *answer = answer_of(state.window.samples, &state.posture, &state.placement, state.elapsed_ms);
    state.elapsed_ms = WINDOW_MS;
    return true;
}

void edgekit_posture_gap(uint32_t milliseconds)
{
    average_restart(&state.average);
    window_restart(&state.window);
    const uint32_t room = DECISION_FOR_EVER - state.elapsed_ms;
    state.elapsed_ms += milliseconds < room ? milliseconds : room;
}

edgekit_posture_answer_t
edgekit_posture_classify(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW])
{
    decision_head_t posture, placement;
    start(&posture, &placement);
    return answer_of(window, &posture, &placement, DECISION_FOR_EVER);
}

const char *edgekit_posture_name(uint8_t posture)
{
    return posture < EDGEKIT_MODEL_POSTURES ? postures[posture] : "?";
}

const char *edgekit_placement_name(uint8_t placement)
{
    return placement < EDGEKIT_MODEL_PLACEMENTS ? placements[placement] : "?";
}
