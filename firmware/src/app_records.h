/* app_records: write what happened as records, to flash and to the host. A record that the flash
 * does not take becomes an EVENT. */
#ifndef EDGEKIT_APP_RECORDS_H
#define EDGEKIT_APP_RECORDS_H

#include "app.h"
#include "edgekit_hal.h"

/* Store a record in flash; report an EVENT where that fails. */
void app_store(app_t *app, const uint8_t *record, uint32_t bytes);

/* To both. app_report_health stores only where is_stored; the detail of an event depends on its
 * error (docs/protocol.md). */
void app_report_fault(app_t *app, const hal_post_mortem_t *fault);
void app_report_event(app_t *app, edgekit_error_t error, uint32_t detail);
void app_report_health(app_t *app, bool is_stored);
void app_report_clock(app_t *app, uint64_t utc_us);
void app_report_alarm(app_t *app, const record_alarm_t *alarm);

/* To the host alone: the journal stored BOOT, and samples are too many to store. */
void app_send_boot(app_t *app);
void app_send_samples(app_t *app);

/* Send a window's decision, and add it to the open bout; a bout that ends is stored. */
void app_report_decision(app_t *app, const record_decision_t *decision,
                         const bout_window_t *window);
void app_end_bout(app_t *app);

#endif
