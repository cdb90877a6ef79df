/* settings: what a wearable keeps beside its records: how it is mounted, and its therapy. Pure. */
#ifndef EDGEKIT_SETTINGS_H
#define EDGEKIT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "mounting.h"
#include "therapy_policy.h"

#define SETTINGS_VERSION 1u /* of these fields, as they lie in flash */

typedef struct {
    uint32_t built;  /* CRC-32 of the image's own settings that were taken over last; 0: of none */
    uint8_t version; /* SETTINGS_VERSION; 0: nothing was ever kept */
    uint8_t has_mounting;
    uint8_t mode; /* therapy_mode_t */
    uint8_t unused;
    mounting_t mounting;
    therapy_policy_t policy;
} settings_t;

extern const therapy_policy_t settings_default_policy;

/* Put defaults in the place of what cannot be, so that it is never used: a mounting that is no
 * rotation, a policy that settings_policy_is_valid() refuses, the fields of another version. True
 * when something kept was dropped. */
bool settings_repair(settings_t *settings);

/* Whether a policy's mode is one, and no time longer than a day. */
bool settings_policy_is_valid(uint32_t mode, const therapy_policy_t *policy);

#endif
