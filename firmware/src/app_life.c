#include "app_life.h"

#include "app_records.h"
#include "app_therapy.h"
#include "edgekit_hal.h"

#define MEASURE_EVERY_US 60000000u
#define NO_SENSOR_US     2000000u /* without a sample: the driver's own retries have failed */
#define LAST_WORDS_US    200000u  /* for the line to send what waits: 2 KiB at 115200 baud */

static void light(app_t *app, signs_code_t code)
{
    const bool was_lit = app->signs.is_lit;
    signs_show(&app->signs, code, hal_time_us());
    if (app->signs.is_lit != was_lit) {
        hal_led(app->signs.is_lit);
    }
}

static signs_code_t code_of(const app_t *app)
{
    if (app->gap != EDGEKIT_OK && hal_time_us() - app->sampled_us >= NO_SENSOR_US) {
        return SIGNS_NO_SENSOR;
    }
    if (app->flash_fails || !app->journal.usable) {
        return SIGNS_FLASH_FAILS;
    }
    if (app->battery.state == BATTERY_LOW) {
        return SIGNS_LOW_BATTERY;
    }
    return app->sensor.counters.samples > 0 ? SIGNS_SAMPLES_FLOW : SIGNS_START;
}

void app_start_life(app_t *app)
{
    signs_start(&app->signs, hal_time_us());
    hal_led(app->signs.is_lit);
    app_check_battery(app);
}

void app_show_signs(app_t *app)
{
    light(app, code_of(app));
}

static void rest_us(uint64_t us)
{
    const uint64_t until_us = hal_time_us() + us;
    while (hal_time_us() < until_us) {
        hal_rest_until(until_us);
    }
}

/* End the night: everything is stored, and sent where somebody listens, before the board is off. */
static _Noreturn void end_night(app_t *app)
{
    hal_watchdog_feed();
    app_stop_motor(app);
    app_end_bout(app);
    app_report_health(app, true);
    app_report_event(app, EDGEKIT_BATTERY_EMPTY, app->battery_mv);
    (void)sensor_stop(&app->sensor);
    light(app, SIGNS_NIGHT_ENDS);
    rest_us(app->signs.due_us - hal_time_us());
    light(app, SIGNS_NIGHT_ENDS);
    rest_us(LAST_WORDS_US);
    hal_power_off();
}

void app_check_battery(app_t *app)
{
    const uint64_t now_us = hal_time_us();
    if (now_us < app->battery_due_us) {
        return;
    }
    app->battery_due_us = now_us + MEASURE_EVERY_US;
    app->battery_mv = hal_battery_mv();
    if (!battery_push(&app->battery, app->battery_mv, hal_usb_power())) {
        return;
    }
    if (app->battery.state == BATTERY_LOW) {
        app_report_event(app, EDGEKIT_LOW_BATTERY, app->battery_mv);
    } else if (app->battery.state == BATTERY_EMPTY) {
        end_night(app);
    }
}

uint64_t app_life_due_us(const app_t *app)
{
    const uint64_t signs_us = app->signs.due_us;
    return signs_us < app->battery_due_us ? signs_us : app->battery_due_us;
}
