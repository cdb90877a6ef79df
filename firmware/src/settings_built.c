#include "settings_built.h"

#include "crc32.h"
#include "edgekit_bundle.h"

static const struct {
    uint32_t has_mounting, has_mode, mode;
    mounting_t mounting;
} built = {
    .has_mounting = EDGEKIT_BUILT_MOUNTING,
    .has_mode = EDGEKIT_BUILT_ALARM,
    .mode = EDGEKIT_BUILT_ALARM_MODE,
    .mounting = {.matrix = EDGEKIT_BUILT_MATRIX, .offset = EDGEKIT_BUILT_OFFSET},
};

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
    if (built.has_mode != 0) {
        settings->mode = (uint8_t)built.mode;
        settings->policy = settings_default_policy;
    }
    return true;
}
