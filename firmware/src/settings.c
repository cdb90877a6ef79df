#include "settings.h"

#include <string.h>

#include "crc32.h"
#include "edgekit_bundle.h"

static const therapy_policy_t default_policy = {
    .after_ms = EDGEKIT_ALARM_AFTER_MS,
    .delay_ms = EDGEKIT_ALARM_DELAY_MS,
    .every_ms = EDGEKIT_ALARM_EVERY_MS,
    .pause_ms = EDGEKIT_ALARM_PAUSE_MS,
};

/* The image's own, from edgekit_bundle.h. */
static const struct {
    uint32_t has_mounting, has_mode, mode;
    mounting_t mounting;
} built = {
    .has_mounting = EDGEKIT_BUILT_MOUNTING,
    .has_mode = EDGEKIT_BUILT_ALARM,
    .mode = EDGEKIT_BUILT_ALARM_MODE,
    .mounting = {.matrix = EDGEKIT_BUILT_MATRIX, .offset = EDGEKIT_BUILT_OFFSET},
};

bool settings_policy_is_valid(uint32_t mode, const therapy_policy_t *policy)
{
    return (mode == THERAPY_OFF || (mode < THERAPY_MODES && EDGEKIT_BODY_AXES)) &&
           policy->after_ms <= THERAPY_TIME_MOST && policy->delay_ms <= THERAPY_TIME_MOST &&
           policy->every_ms <= THERAPY_TIME_MOST && policy->pause_ms <= THERAPY_TIME_MOST;
}

bool settings_repair(settings_t *settings)
{
    bool is_damaged = false;
    if (settings->version != SETTINGS_VERSION) {
        is_damaged = settings->version != 0;
        memset(settings, 0, sizeof *settings);
        settings->version = SETTINGS_VERSION;
        settings->policy = default_policy;
    }
    if (settings->has_mounting != 0 && !mounting_is_valid(&settings->mounting)) {
        settings->has_mounting = 0;
        is_damaged = true;
    }
    if (!settings_policy_is_valid(settings->mode, &settings->policy)) {
        settings->mode = THERAPY_OFF;
        settings->policy = default_policy;
        is_damaged = true;
    }
    return is_damaged;
}

bool settings_adopt_built(settings_t *settings)
{
    const bool has_any = built.has_mounting != 0 || built.has_mode != 0;
    const uint32_t crc = has_any ? crc32_over(0, &built, sizeof built) : settings->built;
    if (crc == settings->built) {
        return false;
    }
    settings->built = crc;
    if (built.has_mounting != 0 && mounting_is_valid(&built.mounting)) {
        settings->has_mounting = 1;
        settings->mounting = built.mounting;
    }
    if (built.has_mode != 0 && settings_policy_is_valid(built.mode, &default_policy)) {
        settings->mode = (uint8_t)built.mode;
        settings->policy = default_policy;
    }
    return true;
}
