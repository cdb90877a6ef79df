#include "therapy.h"

static const uint8_t levels[] = {EDGEKIT_ALARM_LEVELS};
#define LEVELS    (sizeof levels / sizeof levels[0])
#define WINDOW_MS (EDGEKIT_MODEL_WINDOW * 1000000u / EDGEKIT_MODEL_RATE_MHZ)

static void leave_back(therapy_t *therapy)
{
    therapy->is_on_back = therapy->is_unanswered = false;
    therapy->still_ms = 0;
    therapy->last.level = 0;
}

/* End the count as the sleeper leaves the back, with the time from the last alarm. */
static void answer(therapy_t *therapy, therapy_due_t *due)
{
    if (therapy->is_unanswered) {
        const uint64_t response_ms = therapy->now_ms - therapy->last.at_ms;
        due->response_ms =
            response_ms < THERAPY_UNANSWERED ? (uint32_t)response_ms : THERAPY_UNANSWERED - 1;
        due->answered = therapy->last;
    }
    leave_back(therapy);
}

static void vibrate(therapy_t *therapy, const therapy_policy_t *policy, therapy_mode_t mode)
{
    therapy_alarm_t *alarm = &therapy->last;
    if (alarm->level % LEVELS == 0) {
        alarm->attempt = (uint16_t)(alarm->attempt + (alarm->attempt < UINT16_MAX));
        alarm->level = 0;
    }
    alarm->strength = mode == THERAPY_BASELINE ? 0 : levels[alarm->level];
    alarm->level++;
    alarm->at_ms = therapy->now_ms;
    therapy->is_unanswered = true;
    therapy->due_ms =
        therapy->still_ms + (alarm->level == LEVELS ? policy->pause_ms : policy->every_ms);
}

/* Advance the clock to this window's end. False where a window is missing before it. */
static bool advance(therapy_t *therapy, uint32_t elapsed_ms)
{
    const bool is_first = !therapy->is_begun;
    therapy->now_ms += is_first ? WINDOW_MS : elapsed_ms;
    therapy->is_begun = true;
    return !is_first && elapsed_ms > 0 && elapsed_ms < THERAPY_GAP_MS;
}

static void begin_night_if_long_off(therapy_t *therapy)
{
    if (therapy->was_worn && therapy->now_ms - therapy->worn_ms >= EDGEKIT_NEW_NIGHT_MS) {
        therapy->begin_ms = therapy->now_ms - WINDOW_MS;
    }
    therapy->worn_ms = therapy->now_ms;
    therapy->was_worn = true;
}

therapy_due_t therapy_push(therapy_t *therapy, const therapy_policy_t *policy, therapy_mode_t mode,
                           uint32_t elapsed_ms, wear_window_t window)
{
    therapy_due_t due = {.response_ms = THERAPY_UNANSWERED};
    if (!advance(therapy, elapsed_ms) || window.state == WEAR_OFF) {
        leave_back(therapy);
    }
    if (window.state == WEAR_OFF) {
        return due;
    }
    begin_night_if_long_off(therapy);
    if (window.state == WEAR_UPRIGHT || !window.is_near_back) {
        answer(therapy, &due);
        return due;
    }
    if (!therapy->is_on_back) {
        therapy->due_ms = policy->after_ms;
    } else if (window.is_still) {
        therapy->still_ms += elapsed_ms;
    }
    therapy->is_on_back = true;
    due.is_due = window.is_still && therapy->still_ms >= therapy->due_ms &&
                 therapy->now_ms - therapy->begin_ms >= policy->delay_ms;
    if (due.is_due) {
        vibrate(therapy, policy, mode);
    }
    return due;
}
