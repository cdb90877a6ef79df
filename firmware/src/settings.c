#include "settings.h"

#include <string.h>

#include "edgekit_spec.h"

const therapy_policy_t settings_default_policy = {
    .after_ms = EDGEKIT_ALARM_AFTER_MS,
    .delay_ms = EDGEKIT_ALARM_DELAY_MS,
    .every_ms = EDGEKIT_ALARM_EVERY_MS,
    .pause_ms = EDGEKIT_ALARM_PAUSE_MS,
};

bool settings_policy_is_valid(uint32_t mode, const therapy_policy_t *policy)
{
    return mode < THERAPY_MODES && policy->after_ms <= THERAPY_TIME_MOST_MS &&
           policy->delay_ms <= THERAPY_TIME_MOST_MS && policy->every_ms <= THERAPY_TIME_MOST_MS &&
           policy->pause_ms <= THERAPY_TIME_MOST_MS;
}

bool settings_repair(settings_t *settings)
{
    bool is_damaged = false;
    if (settings->version != SETTINGS_VERSION) {
        is_damaged = settings->version != 0;
        memset(settings, 0, sizeof *settings);
        settings->version = SETTINGS_VERSION;
        settings->policy = settings_default_policy;
    }
    if (settings->has_mounting != 0 && !mounting_is_valid(&settings->mounting)) {
        settings->has_mounting = 0;
        is_damaged = true;
    }
    if (!settings_policy_is_valid(settings->mode, &settings->policy)) {
        settings->mode = THERAPY_OFF;
        settings->policy = settings_default_policy;
        is_damaged = true;
    }
    return is_damaged;
}
