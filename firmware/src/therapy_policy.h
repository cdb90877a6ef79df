/* therapy_policy: whether a therapy vibrates, and when, as Policy of src/edgekit/therapy_policy.py,
 * which says what each time is. */
#ifndef EDGEKIT_THERAPY_POLICY_H
#define EDGEKIT_THERAPY_POLICY_H

#include <stdint.h>

#define THERAPY_TIME_MOST_MS 86400000u /* a day */

typedef enum { THERAPY_OFF, THERAPY_BASELINE, THERAPY_SUPINE, THERAPY_MODES } therapy_mode_t;

typedef struct {
    uint32_t after_ms, delay_ms, every_ms, pause_ms;
} therapy_policy_t;

#endif
