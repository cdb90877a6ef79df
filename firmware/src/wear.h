/* wear: what a window of body counts says of its wearer, as edgekit.device.decide.wear and the
 * alarm's rules on a computer say it, window for window. Pure, in integers.
 *
 * Means, variances and limits are multiplied by the samples, the windows and the counts per g until
 * nothing is left to round: a value at its limit is decided alike on both sides. */
#ifndef EDGEKIT_WEAR_H
#define EDGEKIT_WEAR_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"
#include "edgekit_spec.h"
#include "model.h"

#define WEAR_HOP_MS  (EDGEKIT_MODEL_HOP * 1000000u / EDGEKIT_MODEL_RATE_MHZ)
#define WEAR_WINDOWS ((EDGEKIT_OFF_AFTER_MS + WEAR_HOP_MS / 2) / WEAR_HOP_MS) /* of a minute */
_Static_assert(WEAR_WINDOWS >= 2, "a minute holds at least two windows");

typedef enum { WEAR_WORN, WEAR_UPRIGHT, WEAR_OFF } wear_state_t;

typedef struct {
    wear_state_t state;
    bool is_near_back; /* within 45 degrees */
    bool is_still;
} wear_window_t;

/* The windows of the last minute. Start with {0}. */
typedef struct {
    int32_t sum[WEAR_WINDOWS][3]; /* of each window's samples */
    bool is_quiet[WEAR_WINDOWS];
    uint32_t windows, next; /* how many are known, and where the next one goes */
} wear_t;

/* Forget the windows before a gap: "off" needs a whole minute. */
void wear_restart(wear_t *wear);

/* Add a window of EDGEKIT_MODEL_WINDOW samples. Without body axes nobody is upright. */
wear_window_t wear_push(wear_t *wear, const edgekit_sample_t *samples, bool has_body_axes);

#endif
