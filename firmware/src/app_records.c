#include "app_records.h"

void app_store(app_t *app, const uint8_t *record, uint32_t bytes)
{
    const edgekit_error_t error = journal_store(&app->journal, record, bytes);
    app->flash_fails = error != EDGEKIT_OK;
    if (error != EDGEKIT_OK) {
        app_report_event(app, error, record[0]);
    }
}

void app_send_boot(app_t *app)
{
    uint8_t record[RECORD_MOST_BYTES];
    (void)line_send(&app->line, record, record_encode_boot(&app->journal.boot, record));
}

void app_report_fault(app_t *app, const hal_post_mortem_t *fault)
{
    uint8_t record[RECORD_MOST_BYTES];
    const record_fault_t fields = {
        .pc = fault->pc,
        .lr = fault->lr,
        .psr = fault->psr,
        .fault_status = fault->fault_status,
        .fault_address = fault->fault_address,
    };
    const uint32_t bytes = record_encode_fault(&fields, record);
    app_store(app, record, bytes);
    (void)line_send(&app->line, record, bytes);
}

void app_report_event(app_t *app, edgekit_error_t error, uint32_t detail)
{
    uint8_t record[RECORD_MOST_BYTES];
    const record_event_t event = {
        .time_us = hal_time_us(),
        .next_sample = app->next_sample,
        .error = (uint8_t)error,
        .detail = detail,
    };
    if (journal_store_event(&app->journal, &event) != EDGEKIT_OK) {
        app->flash_fails = true; /* the line still works */
    }
    (void)line_send(&app->line, record, record_encode_event(&event, record));
}

void app_report_health(app_t *app, bool is_stored)
{
    uint8_t record[RECORD_MOST_BYTES];
    const sensor_counters_t *counters = &app->sensor.counters;
    const record_health_t health = {
        .time_us = hal_time_us(),
        .next_sample = app->next_sample,
        .nacks = counters->nacks,
        .timeouts = counters->timeouts,
        .bus_recoveries = counters->bus_recoveries,
        .overruns = counters->overruns,
        .register_losses = counters->register_losses,
        .frozen = counters->frozen,
        .reinitialisations = counters->reinitialisations,
        .samples = counters->samples,
        .battery_mv = app->battery_mv,
        .clock_source = (uint8_t)hal_clock_source(),
        .listener = (uint8_t)hal_listener(),
    };
    const uint32_t bytes = record_encode_health(&health, record);
    if (is_stored) {
        app_store(app, record, bytes);
    }
    (void)line_send(&app->line, record, bytes);
}

void app_report_clock(app_t *app, uint64_t utc_us)
{
    uint8_t record[RECORD_MOST_BYTES];
    const record_clock_t clock = {.time_us = hal_time_us(), .utc_us = utc_us};
    const uint32_t bytes = record_encode_clock(&clock, record);
    (void)line_send(&app->line, record, bytes);
    app_store(app, record, bytes);
}

void app_report_alarm(app_t *app, const record_alarm_t *alarm)
{
    uint8_t record[RECORD_MOST_BYTES];
    const uint32_t bytes = record_encode_alarm(alarm, record);
    (void)line_send(&app->line, record, bytes);
    app_store(app, record, bytes);
}

/* Send to a host that listens. After LINE_REFUSED_LIMIT refusals nobody does: nothing more is sent
 * until a host greets again. */
static void stream(app_t *app, const uint8_t *record, uint32_t bytes)
{
    if (app->streaming && !line_send(&app->line, record, bytes)) {
        app->streaming = app->line.refused < LINE_REFUSED_LIMIT;
    }
}

void app_send_samples(app_t *app)
{
    uint8_t record[RECORD_MOST_BYTES];
    stream(app, record, record_encode_samples(&app->samples, record));
}

static void store_bout(app_t *app, const record_bout_t *bout)
{
    uint8_t record[RECORD_MOST_BYTES];
    app_store(app, record, record_encode_bout(bout, record));
}

void app_report_decision(app_t *app, const record_decision_t *decision, const bout_window_t *window)
{
    uint8_t record[RECORD_MOST_BYTES];
    record_bout_t bout;
    stream(app, record, record_encode_decision(decision, record));
    if (bout_push(&app->bout, window, &bout)) {
        store_bout(app, &bout);
    }
}

void app_end_bout(app_t *app)
{
    record_bout_t bout;
    if (bout_end(&app->bout, &bout)) {
        store_bout(app, &bout);
    }
}
