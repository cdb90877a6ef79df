#include "app.h"

#include <string.h>

#include "app_commands.h"
#include "app_records.h"
#include "edgekit_bundle.h"
#include "edgekit_hal.h"
#include "greeting.h"

/* Half of the FIFO: the other half is time to run the net and to erase a page of flash. */
#define WATERMARK       16u
#define CHIP_PERIOD_US  (1000000u / AVERAGE_CHIP_HZ)
#define DRAIN_LATEST_US (WATERMARK * CHIP_PERIOD_US * 3 / 2) /* an interrupt may be missed */

#define RETRY_FIRST_US 100000u
#define RETRY_DOUBLES  5u /* to 3.2 s; the watchdog waits 8 s */

#define SECOND_US         1000000u
#define HEALTH_SEND_US    (10 * SECOND_US)
#define HEALTH_KEEP_US    (3600ull * SECOND_US)
#define GAP_TOLD_EVERY_US SECOND_US

static void start_sensor(app_t *app, uint8_t address)
{
    const adxl345_config_t config = {
        .address = address,
        .watermark = WATERMARK,
        .low_power = EDGEKIT_LOW_POWER,
        .rate_hz = AVERAGE_CHIP_HZ,
    };
    (void)adxl345_start(&app->sensor, &config); /* it tries again by itself at every call */
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
        app_tell_event(app, error, app->journal.store.damaged);
    }
    if (hal_post_mortem(&fault)) {
        app_keep_fault(app, &fault);
    }
    start_sensor(app, ADXL345_ADDRESS);
    const uint64_t now = hal_time_us();
    app->sampled_us = now;
    app->drain_us = now + DRAIN_LATEST_US;
    app->health_sent_us = now + HEALTH_SEND_US;
    app->health_kept_us = now + HEALTH_KEEP_US;
}

/* As much as fits: a sensor may be away for 50 days. */
static uint32_t ms_between(uint64_t from_us, uint64_t to_us)
{
    const uint64_t ms = (to_us - from_us) / 1000;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

/* Samples are missing here. It is told when a gap begins, and when it changes, not faster. */
static void meet_gap(app_t *app, edgekit_error_t error)
{
    const uint64_t now = hal_time_us();
    if (app->gap == EDGEKIT_OK ||
        (app->gap != error && now - app->gap_told_us >= GAP_TOLD_EVERY_US)) {
        average_restart(&app->average);
        recogniser_restart(&app->recogniser);
        app_end_bout(app);
        app_tell_event(app, error, ms_between(app->sampled_us, now));
        app->gap = error;
        app->gap_told_us = now;
    }
}

static void recognise(app_t *app)
{
    record_decision_t decision;
    bout_window_t window;
    const record_samples_t *samples = &app->samples;
    for (uint32_t i = 0; i < samples->count; i++) {
        const edgekit_sample_t counts = {samples->counts[i][0], samples->counts[i][1],
                                         samples->counts[i][2]};
        const uint64_t age_us = (samples->count - 1 - i) * (uint64_t)RECOGNISER_PERIOD_US;
        if (recogniser_push(&app->recogniser, counts, samples->first_sample + i,
                            samples->time_us - age_us, &decision, &window)) {
            app_tell_decision(app, &decision, &window);
        }
    }
}

/* The chip's samples to the net's, the last of the chip's being new at `now`. */
static void take_samples(app_t *app, const edgekit_sample_t *chip, uint32_t count, uint64_t now)
{
    record_samples_t *samples = &app->samples;
    samples->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        edgekit_sample_t counts;
        if (average_push(&app->average, chip[i], &counts)) {
            int16_t *xyz = samples->counts[samples->count++];
            xyz[0] = counts.x;
            xyz[1] = counts.y;
            xyz[2] = counts.z;
            samples->time_us = now - (count - 1 - i) * (uint64_t)CHIP_PERIOD_US;
        }
    }
    if (samples->count > 0) {
        samples->first_sample = app->next_sample;
        app->next_sample += samples->count;
        app_send_samples(app);
        recognise(app);
    }
}

static void back_off(app_t *app)
{
    const uint32_t doubles = app->failures < RETRY_DOUBLES ? app->failures : RETRY_DOUBLES;
    app->failures++;
    app->drain_us = hal_time_us() + ((uint64_t)RETRY_FIRST_US << doubles);
    if (app->sensor.counters.samples == 0) { /* never met: it may have the other address */
        const bool is_main = app->sensor.config.address == ADXL345_ADDRESS;
        start_sensor(app, is_main ? ADXL345_ADDRESS_ALT : ADXL345_ADDRESS);
    }
}

/* A register that changed has altered what waits, by its rate or offset: it is not fetched. */
static edgekit_error_t fetch(app_t *app, edgekit_sample_t *chip, uint32_t *count)
{
    const edgekit_error_t error = adxl345_check(&app->sensor);
    *count = 0;
    return error != EDGEKIT_OK ? error
                               : adxl345_drain(&app->sensor, chip, RECORD_SAMPLES_MOST, count);
}

static void drain(app_t *app)
{
    edgekit_sample_t chip[RECORD_SAMPLES_MOST];
    uint32_t count = 0;
    const edgekit_error_t error = fetch(app, chip, &count);
    const uint64_t now = hal_time_us();
    if (count > 0 || error != EDGEKIT_OK) {
        hal_watchdog_feed(); /* samples flow, or recovery is under way: else it starts us anew */
    }
    app->in_vain = count == 0;
    if (error != EDGEKIT_OK) {
        meet_gap(app, error);
    }
    if (count > 0) {
        app->gap = EDGEKIT_OK;
        app->failures = 0;
        app->sampled_us = now;
        app->drain_us = now + DRAIN_LATEST_US;
        take_samples(app, chip, count, now);
    } else if (error != EDGEKIT_OK) {
        back_off(app);
    } else {
        app->drain_us = now + DRAIN_LATEST_US;
    }
}

static void tell_health_if_due(app_t *app)
{
    const uint64_t now = hal_time_us();
    if (now >= app->health_sent_us) {
        const bool is_kept = now >= app->health_kept_us;
        app_tell_health(app, is_kept);
        app->health_sent_us = now + HEALTH_SEND_US;
        app->health_kept_us = is_kept ? now + HEALTH_KEEP_US : app->health_kept_us;
    }
}

static bool is_wiping(const app_t *app)
{
    return app->journal.store.to_wipe > 0;
}

/* A page at a time, of what a host had erased. */
static void wipe(app_t *app)
{
    if (is_wiping(app)) {
        const edgekit_error_t error = store_wipe(&app->journal.store);
        if (error != EDGEKIT_OK) {
            app_tell_event(app, error, RECORD_ERASE);
        }
    }
}

static uint64_t next_due_us(const app_t *app)
{
    const uint64_t due = app->drain_us < app->health_sent_us ? app->drain_us : app->health_sent_us;
    const bool goes_on = app->dump.running || is_wiping(app) || line_holds(&app->line);
    return goes_on ? 0 : due;
}

/* True when the sensor's line is high, and worth a drain. */
static bool sleep_till_due(const app_t *app)
{
    if (app->in_vain) {
        hal_rest_until(next_due_us(app));
        return false;
    }
    return hal_sleep_until(next_due_us(app));
}

void app_step(app_t *app)
{
    const bool is_high = sleep_till_due(app);
    if (is_high || hal_time_us() >= app->drain_us) {
        drain(app);
    }
    app_obey_command(app);
    if (app->dump.running) {
        dump_step(&app->dump, &app->journal.store, &app->line);
    }
    wipe(app);
    tell_health_if_due(app);
}

_Noreturn void app_run(void)
{
    static app_t app;
    app_start(&app);
    for (;;) {
        app_step(&app);
    }
}
