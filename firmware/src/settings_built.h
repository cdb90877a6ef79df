/* settings_built: what an image was built with (edgekit firmware build --calibration, --alarm). */
#ifndef EDGEKIT_SETTINGS_BUILT_H
#define EDGEKIT_SETTINGS_BUILT_H

#include "settings.h"

/* Take over what this image was built with, unless it was taken over before: a host may have set
 * something else since, and the last to speak is heard. True when *settings changed. */
bool settings_adopt_built(settings_t *settings);

#endif
