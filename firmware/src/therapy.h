/* therapy: when to vibrate, and how strongly, for a sleeper who lies on the back, as Therapy of
 * edgekit.device.monitor.alarm decides, alarm for alarm. Pure, in milliseconds.
 *
 * Moving holds the count; leaving the back ends it, as sitting up does, with a response; a gap or a
 * sensor taken off ends it without. After EDGEKIT_NEW_NIGHT_MS off the body the night begins anew,
 * with its delay. */
#ifndef EDGEKIT_THERAPY_H
#define EDGEKIT_THERAPY_H

#include <stdbool.h>
#include <stdint.h>

#include "therapy_policy.h"
#include "wear.h"

#define THERAPY_GAP_MS     (WEAR_HOP_MS * 3 / 2) /* from window to window: one is missing */
#define THERAPY_UNANSWERED UINT32_MAX

typedef struct {
    uint16_t attempt; /* of the night, from 1; 0: none */
    uint8_t level;    /* within the attempt, from 1 */
    uint8_t strength; /* percent of the motor; 0 in a baseline night */
    uint64_t at_ms;   /* on the therapy's clock */
} therapy_alarm_t;

/* Start with {0}. The clock counts windows, from the first one's start. */
typedef struct {
    uint64_t now_ms, begin_ms, worn_ms;
    bool is_begun, was_worn, is_on_back, is_unanswered;
    uint32_t still_ms, due_ms; /* on the back, movement left out; when the next level is due */
    therapy_alarm_t last;
} therapy_t;

/* What a window leads to. */
typedef struct {
    bool is_due;          /* vibrate now, as therapy->last says */
    uint32_t response_ms; /* to `answered`, which ends with it; else THERAPY_UNANSWERED */
    therapy_alarm_t answered;
} therapy_due_t;

/* Decide on a window whose start lies elapsed_ms after that of the window before. `mode` is
 * THERAPY_BASELINE or THERAPY_SUPINE. */
therapy_due_t therapy_push(therapy_t *therapy, const therapy_policy_t *policy, therapy_mode_t mode,
                           uint32_t elapsed_ms, wear_window_t window);

#endif
