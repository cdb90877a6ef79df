#include "app_therapy.h"

#include "app_records.h"
#include "edgekit_bundle.h"
#include "edgekit_hal.h"

#define WINDOW_US  (EDGEKIT_MODEL_WINDOW * (uint64_t)RECOGNISER_PERIOD_US)
#define MOTOR_MOST 255u /* hal_motor()'s full strength */
#define PERCENT    100u

void app_stop_motor(app_t *app)
{
    hal_motor(0);
    app->motor_off_us = UINT64_MAX;
}

void app_stop_motor_if_due(app_t *app)
{
    if (hal_time_us() >= app->motor_off_us) {
        app_stop_motor(app);
    }
}

void app_restart_therapy(app_t *app)
{
    app_stop_motor(app);
    app->therapy = (therapy_t){0};
    wear_restart(&app->wear);
}

static void start_motor(app_t *app, uint8_t percent)
{
    if (percent > 0) {
        hal_motor((uint8_t)(percent * MOTOR_MOST / PERCENT));
        app->motor_off_us = hal_time_us() + EDGEKIT_VIBRATION_MS * 1000u;
    }
}

/* Report the newest alarm. */
static void report(app_t *app, const therapy_alarm_t *alarm, uint32_t response_ms)
{
    const record_alarm_t record = {
        .time_us = app->alarm_us,
        .attempt = alarm->attempt,
        .level = alarm->level,
        .strength = alarm->strength,
        .response_ms = response_ms,
    };
    app_report_alarm(app, &record);
}

void app_treat(app_t *app, const bout_window_t *window)
{
    const settings_t *settings = &app->journal.settings;
    const uint32_t elapsed_ms = app->recogniser.elapsed_ms;
    if (settings->mode == THERAPY_OFF) {
        return;
    }
    if (elapsed_ms != RECOGNISER_HOP_MS) {
        wear_restart(&app->wear);
    }
    const wear_window_t wear =
        wear_push(&app->wear, app->recogniser.window.samples, EDGEKIT_BODY_AXES);
    const therapy_due_t due = therapy_push(&app->therapy, &settings->policy,
                                           (therapy_mode_t)settings->mode, elapsed_ms, wear);
    if (due.response_ms != THERAPY_UNANSWERED) {
        report(app, &due.answered, due.response_ms);
    }
    if (due.is_due) {
        app->alarm_us = window->time_us + WINDOW_US;
        start_motor(app, app->therapy.last.strength);
        report(app, &app->therapy.last, THERAPY_UNANSWERED);
    }
}
