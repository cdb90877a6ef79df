#include "app_check.h"

#include "app_records.h"
#include "app_therapy.h"
#include "edgekit_hal.h"

#define WATCHDOG_WAIT_MS 12000u /* it resets after 8 s (edgekit_hal.h) */
#define MOTOR_MS         1000u
#define MOTOR_STRENGTH   255u
#define CLOCK_MASK       0x7FFFFFFFu

static record_check_t not_measured(void)
{
    return (record_check_t){.error = RECORD_NOT_MEASURED};
}

static record_check_t figure(edgekit_error_t error, uint32_t value)
{
    return (record_check_t){.error = (uint8_t)error, .value = (int32_t)(value & CLOCK_MASK)};
}

/* Return what answers at either address of the sensor. */
static record_check_t check_sensor(void)
{
    static const uint8_t addresses[] = {SENSOR_ADDRESS, SENSOR_ADDRESS_ALT};
    record_check_t check = figure(EDGEKIT_NACK, 0);
    for (uint32_t i = 0; i < sizeof addresses && check.error == EDGEKIT_NACK; i++) {
        uint8_t identity = 0;
        const edgekit_error_t error = sensor_identify(addresses[i], &identity);
        check = figure(error, (uint32_t)addresses[i] << 8 | identity);
    }
    return check;
}

/* Free the lines, then count the transfers that fail; without anybody to answer there are none. */
static record_check_t check_bus(void)
{
    const edgekit_error_t lines = hal_bus_recover();
    if (lines != EDGEKIT_OK) {
        return figure(lines, 0);
    }
    const record_check_t found = check_sensor();
    if (found.error != EDGEKIT_OK && found.error != EDGEKIT_WRONG_DEVICE) {
        return found.error == EDGEKIT_NACK ? not_measured() : found;
    }
    uint32_t failed = 0;
    for (uint32_t i = 0; i < RECORD_CHECK_TRANSFERS; i++) {
        uint8_t identity = 0;
        const edgekit_error_t error = sensor_identify((uint8_t)(found.value >> 8), &identity);
        failed += error != (edgekit_error_t)found.error || identity != (uint8_t)found.value;
        hal_watchdog_feed(); /* 20 ms each where they time out */
    }
    return figure(EDGEKIT_OK, failed);
}

static record_check_t check_flash(const app_t *app)
{
    uint32_t erase_us = 0;
    if (!app->journal.usable) {
        return not_measured();
    }
    hal_watchdog_feed();
    const edgekit_error_t error = store_check_flash(&app->journal.store, &erase_us);
    return error == EDGEKIT_FULL ? not_measured() : figure(error, erase_us);
}

static record_check_t check_stack(void)
{
    const uint32_t unused = hal_stack_unused();
    return unused == HAL_STACK_UNKNOWN ? not_measured() : figure(EDGEKIT_OK, unused);
}

/* Hang, asleep, until the watchdog resets the device. To return is to fail. */
static record_check_t check_watchdog(app_t *app)
{
    app_end_bout(app);
    app_stop_motor(app);
    hal_watchdog_feed();
    const uint64_t until_us = hal_time_us() + WATCHDOG_WAIT_MS * 1000u;
    while (hal_time_us() < until_us) {
        hal_rest_until(until_us);
    }
    return figure(EDGEKIT_TIMEOUT, WATCHDOG_WAIT_MS);
}

static record_check_t check_motor(app_t *app)
{
    if ((hal_features & HAL_FEATURE_MOTOR) == 0) {
        return not_measured();
    }
    hal_motor(MOTOR_STRENGTH);
    app->motor_off_us = hal_time_us() + MOTOR_MS * 1000u;
    return figure(EDGEKIT_OK, MOTOR_MS);
}

static record_check_t checked(app_t *app, uint8_t kind)
{
    switch (kind) {
    case RECORD_CHECK_CLOCK:
        return figure(EDGEKIT_OK, (uint32_t)hal_time_us());
    case RECORD_CHECK_SENSOR:
        return check_sensor();
    case RECORD_CHECK_BUS:
        return check_bus();
    case RECORD_CHECK_FLASH:
        return check_flash(app);
    case RECORD_CHECK_LINE:
        return figure(EDGEKIT_OK, LINE_PACKET_BYTES);
    case RECORD_CHECK_WINDOW:
        return app->recogniser.has_decided ? figure(EDGEKIT_OK, app->window_us) : not_measured();
    case RECORD_CHECK_STACK:
        return check_stack();
    case RECORD_CHECK_RESET:
        return figure(EDGEKIT_OK, app->journal.boot.reset_cause);
    case RECORD_CHECK_WATCHDOG:
        return check_watchdog(app);
    case RECORD_CHECK_MOTOR:
        return check_motor(app);
    default:
        return not_measured();
    }
}

void app_check_board(app_t *app, uint8_t kind)
{
    uint8_t record[RECORD_MOST_BYTES];
    if (kind == RECORD_CHECK_HEALTH) {
        app_report_health(app, false);
        return;
    }
    record_check_t check = checked(app, kind);
    check.kind = kind;
    const uint32_t bytes = record_encode_check(&check, record);
    (void)(kind == RECORD_CHECK_LINE ? line_send_filled(&app->line, record, bytes)
                                     : line_send(&app->line, record, bytes));
}
