/* app_settings: how the sensor is mounted and the therapy's policy: kept, set and told. */
#ifndef EDGEKIT_APP_SETTINGS_H
#define EDGEKIT_APP_SETTINGS_H

#include "app.h"

/* At start: report settings that were damaged, and take over those that the image was built with.
 */
void app_open_settings(app_t *app);

/* Store MOUNTING behind a BOOT, as each change of it is stored: what is decided from there on is
 * decided by it. */
void app_store_mounting_if_kept(app_t *app);

/* Send MOUNTING and THERAPY. */
void app_send_settings(app_t *app);

/* Keep what a host sends; what cannot be is not kept, as the answer then shows. */
void app_set_mounting(app_t *app, const record_set_mounting_t *wanted);
void app_set_therapy(app_t *app, const record_set_therapy_t *wanted);

/* Return a sample in the wearer's axes, or as it is where no mounting is kept. */
edgekit_sample_t app_to_body(const app_t *app, edgekit_sample_t counts);

#endif
