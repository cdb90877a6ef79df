/* app_records: what happened, as records, to flash and to the host. */
#ifndef EDGEKIT_APP_RECORDS_H
#define EDGEKIT_APP_RECORDS_H

#include "app.h"
#include "edgekit_hal.h"

void app_send_boot(app_t *app);
void app_keep_fault(app_t *app, const hal_post_mortem_t *fault);
void app_tell_event(app_t *app, edgekit_error_t error, uint32_t detail);
void app_tell_health(app_t *app, bool is_kept);
void app_tell_clock(app_t *app, uint64_t utc_us);
void app_send_samples(app_t *app);
void app_tell_decision(app_t *app, const record_decision_t *decision, const bout_window_t *window);
void app_end_bout(app_t *app);

#endif
