#include "app.h"

#include <string.h>

#include "app_commands.h"
#include "app_life.h"
#include "app_records.h"
#include "app_settings.h"
#include "app_therapy.h"
#include "edgekit_bundle.h"
#include "edgekit_hal.h"
#include "greeting.h"

/* Half of the FIFO: the other half is time to run the net and to erase a page of flash. */
#define WATERMARK        (SENSOR_FIFO_SAMPLES / 2u)
#define SENSOR_PERIOD_US (1000000u / AVERAGE_SENSOR_HZ)
#define DRAIN_LATEST_US  (WATERMARK * SENSOR_PERIOD_US * 3 / 2) /* an interrupt may be missed */

#define RETRY_FIRST_US 100000u
#define RETRY_DOUBLES  5u /* to 3.2 s; the watchdog waits 8 s */

#define SECOND_US           1000000u
#define HEALTH_SEND_US      (10 * SECOND_US)
#define HEALTH_STORE_US     (3600ull * SECOND_US)
#define GAP_REPORT_EVERY_US SECOND_US

static void start_sensor(app_t *app, uint8_t address)
{
    const sensor_config_t config = {
        .address = address,
        .watermark = WATERMARK,
        .low_power = EDGEKIT_LOW_POWER,
        .rate_hz = AVERAGE_SENSOR_HZ,
    };
    (void)sensor_start(&app->sensor, &config); /* every later call tries again */
}

void app_start(app_t *app)
{
    uint8_t digest[32];
    hal_post_mortem_t fault;
    memset(app, 0, sizeof *app);
    hal_watchdog_feed();
    recogniser_start(&app->recogniser);
    greeting_bundle_digest(digest);
    const edgekit_error_t error = journal_open(&app->journal, digest);
    hal_watchdog_feed();
    app_send_boot(app);
    if (error != EDGEKIT_OK) {
        app_report_event(app, error, journal_damage(&app->journal));
    }
    app_open_settings(app);
    app_restart_therapy(app);
    if (hal_post_mortem(&fault)) {
        app_report_fault(app, &fault);
    }
    start_sensor(app, SENSOR_ADDRESS);
    app_start_life(app);
    const uint64_t now = hal_time_us();
    app->sampled_us = now;
    app->drain_us = now + DRAIN_LATEST_US;
    app->health_send_due_us = now + HEALTH_SEND_US;
    app->health_store_due_us = now + HEALTH_STORE_US;
}

/* Return the milliseconds between two times, UINT32_MAX at most: a sensor may be away for 50 days.
 */
static uint32_t ms_between(uint64_t from_us, uint64_t to_us)
{
    const uint64_t ms = (to_us - from_us) / 1000;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

/* Report that samples are missing here: when a gap begins and when its cause changes, at most once
 * in GAP_REPORT_EVERY_US. No window or bout continues over it. */
static void report_gap(app_t *app, edgekit_error_t error)
{
    const uint64_t now = hal_time_us();
    if (app->gap == EDGEKIT_OK ||
        (app->gap != error && now - app->gap_reported_us >= GAP_REPORT_EVERY_US)) {
        average_restart(&app->average);
        recogniser_restart(&app->recogniser);
        app_end_bout(app);
        app_report_event(app, error, ms_between(app->sampled_us, now));
        app->gap = error;
        app->gap_reported_us = now;
    }
}

/* Run the net on the windows that app->samples complete. */
static void recognise(app_t *app)
{
    record_decision_t decision;
    bout_window_t window;
    const record_samples_t *samples = &app->samples;
    for (uint32_t i = 0; i < samples->count; i++) {
        const edgekit_sample_t counts =
            app_to_body(app, (edgekit_sample_t){samples->counts[i][0], samples->counts[i][1],
                                                samples->counts[i][2]});
        const uint64_t age_us = (samples->count - 1 - i) * (uint64_t)RECOGNISER_PERIOD_US;
        const uint64_t began_us = hal_time_us();
        if (recogniser_push(&app->recogniser, counts, samples->first_sample + i,
                            samples->time_us - age_us, &decision, &window)) {
            const uint32_t took_us = (uint32_t)(hal_time_us() - began_us);
            app->window_us = took_us > app->window_us ? took_us : app->window_us;
            app->ran_net = true;
            app_report_decision(app, &decision, &window);
            app_treat(app, &window);
        }
    }
}

/* Turn the sensor's samples, of which the last was new at `now`, into the net's; send and classify
 * those. */
static void process_samples(app_t *app, const edgekit_sample_t *drained, uint32_t count,
                            uint64_t now)
{
    record_samples_t *samples = &app->samples;
    samples->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        edgekit_sample_t counts;
        if (average_push(&app->average, drained[i], &counts)) {
            int16_t *xyz = samples->counts[samples->count++];
            xyz[0] = counts.x;
            xyz[1] = counts.y;
            xyz[2] = counts.z;
            samples->time_us = now - (count - 1 - i) * (uint64_t)SENSOR_PERIOD_US;
        }
    }
    if (samples->count > 0) {
        samples->first_sample = app->next_sample;
        app->next_sample += samples->count;
        app_send_samples(app);
        recognise(app);
    }
}

/* Schedule the next attempt, later with each failure. A sensor that never answered may have the
 * other address: the attempts alternate. */
static void back_off(app_t *app)
{
    const uint32_t doubles = app->failures < RETRY_DOUBLES ? app->failures : RETRY_DOUBLES;
    app->failures++;
    app->drain_us = hal_time_us() + ((uint64_t)RETRY_FIRST_US << doubles);
    if (app->sensor.counters.samples == 0) {
        const bool is_main = app->sensor.config.address == SENSOR_ADDRESS;
        start_sensor(app, is_main ? SENSOR_ADDRESS_ALT : SENSOR_ADDRESS);
    }
}

/* Check the sensor, then read its samples. When a register has changed they are not read: their
 * rate or offset may be wrong. */
static edgekit_error_t read_samples(app_t *app, edgekit_sample_t *samples, uint32_t *count)
{
    const edgekit_error_t error = sensor_check(&app->sensor);
    *count = 0;
    return error != EDGEKIT_OK ? error
                               : sensor_drain(&app->sensor, samples, RECORD_SAMPLES_MOST, count);
}

static void drain(app_t *app)
{
    edgekit_sample_t drained[RECORD_SAMPLES_MOST];
    uint32_t count = 0;
    const edgekit_error_t error = read_samples(app, drained, &count);
    const uint64_t now = hal_time_us();
    if (count > 0 || error != EDGEKIT_OK) {
        hal_watchdog_feed(); /* samples flow or recovery is under way; otherwise it resets us */
    }
    app->last_drain_empty = count == 0;
    if (error != EDGEKIT_OK) {
        report_gap(app, error);
    }
    if (count > 0) {
        app->gap = EDGEKIT_OK;
        app->failures = 0;
        app->sampled_us = now;
        app->drain_us = now + DRAIN_LATEST_US;
        process_samples(app, drained, count, now);
    } else if (error != EDGEKIT_OK) {
        back_off(app);
    } else {
        app->drain_us = now + DRAIN_LATEST_US;
    }
}

static void report_health_if_due(app_t *app)
{
    const uint64_t now = hal_time_us();
    if (now >= app->health_send_due_us) {
        const bool is_stored = now >= app->health_store_due_us;
        app_report_health(app, is_stored);
        app->health_send_due_us = now + HEALTH_SEND_US;
        app->health_store_due_us = is_stored ? now + HEALTH_STORE_US : app->health_store_due_us;
    }
}

static bool is_wiping(const app_t *app)
{
    return app->journal.store.pages_to_wipe > 0;
}

/* Erase one page, of records that a host had erased or for those to come. Only when the sensor's
 * FIFO has just been emptied and no net ran since, because the FIFO has to wait: 640 ms at 50 Hz,
 * and erasing may take 400; or while no samples come. */
static void erase_a_page(app_t *app, bool has_drained)
{
    store_t *store = &app->journal.store;
    const bool has_time = app->gap != EDGEKIT_OK || (has_drained && !app->ran_net);
    if (has_time && is_wiping(app)) {
        const edgekit_error_t error = store_wipe(store);
        if (error != EDGEKIT_OK) {
            app_report_event(app, error, RECORD_ERASE);
        }
    } else if (has_time && store_wants_page(store)) {
        (void)store_prepare(store); /* what fails is left to the next append */
    }
}

/* Stop a stream that nobody reads, until a host greets again: it takes some 60 uA beside the 150 of
 * measuring (docs/boards.md, estimated). Where the line knows that nobody reads, a dump ends too.
 */
static void stop_unheard_stream(app_t *app)
{
    const bool is_left = hal_listener() == HAL_LISTENER_NOBODY;
    if (is_left || !listener_is_there(&app->listener, hal_time_us())) {
        app->streaming = false;
    }
    app->dump.running = app->dump.running && !is_left;
}

static uint64_t earlier(uint64_t a_us, uint64_t b_us)
{
    return a_us < b_us ? a_us : b_us;
}

static uint64_t next_due_us(const app_t *app)
{
    const bool is_wiping_without_samples = is_wiping(app) && app->gap != EDGEKIT_OK;
    const bool has_work =
        app->dump.running || is_wiping_without_samples || line_has_input(&app->line);
    const uint64_t measuring_us = earlier(app->drain_us, app->health_send_due_us);
    const uint64_t beside_us = earlier(app_life_due_us(app), app->motor_off_us);
    return has_work ? 0 : earlier(measuring_us, beside_us);
}

/* Sleep until the next work; true when the sensor's interrupt asks for a drain. After an empty
 * drain the interrupt is ignored until the next, because its line may be high for good. */
static bool sleep_until_due(const app_t *app)
{
    if (app->last_drain_empty) {
        hal_rest_until(next_due_us(app));
        return false;
    }
    return hal_sleep_until(next_due_us(app));
}

void app_step(app_t *app)
{
    const bool is_high = sleep_until_due(app);
    app_show_signs(app); /* first: the rest may take longer than a blink */
    app_stop_motor_if_due(app);
    const bool drains = is_high || hal_time_us() >= app->drain_us;
    app->ran_net = false;
    if (drains) {
        drain(app);
    }
    app_handle_command(app);
    stop_unheard_stream(app);
    if (hal_wants_boot_loader()) {
        app_enter_boot_loader(app);
    }
    if (app->dump.running) {
        dump_step(&app->dump, &app->journal.store, &app->line);
    }
    erase_a_page(app, drains);
    app_check_battery(app);
    report_health_if_due(app);
}

_Noreturn void app_run(void)
{
    static app_t app;
    app_start(&app);
    for (;;) {
        app_step(&app);
    }
}
