/* settings: what a wearable keeps beside its records: how it is mounted, and its therapy. Set at
 * build or by a host, whichever spoke last. Pure. */
#ifndef EDGEKIT_SETTINGS_H
#define EDGEKIT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "mounting.h"
#include "therapy.h"

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

/* Put defaults in the place of what cannot be: neither a mounting that is no rotation nor a policy
 * of other than its modes and times is ever used. True when something kept was dropped. */
bool settings_repair(settings_t *settings);

/* Take over what the image was built with, unless it was taken over before: a host may have set
 * something else since. True when *settings changed. */
bool settings_adopt_built(settings_t *settings);

/* Whether a host may set this policy. */
bool settings_policy_is_valid(uint32_t mode, const therapy_policy_t *policy);

#endif
