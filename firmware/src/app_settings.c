#include "app_settings.h"

#include "app_records.h"
#include "app_therapy.h"
#include "edgekit_bundle.h"
#include "settings_built.h"

static mounting_t mounting_in(const record_set_mounting_t *record)
{
    return (mounting_t){
        .matrix = {{record->xx, record->xy, record->xz},
                   {record->yx, record->yy, record->yz},
                   {record->zx, record->zy, record->zz}},
        .offset = {record->offset_x, record->offset_y, record->offset_z},
    };
}

/* Encode MOUNTING; return the record's bytes. */
static uint32_t encode_mounting(const app_t *app, uint8_t *out)
{
    const settings_t *settings = &app->journal.settings;
    const mounting_t none = {0};
    const mounting_t *kept = settings->has_mounting != 0 ? &settings->mounting : &none;
    const record_mounting_t record = {
        .is_kept = settings->has_mounting,
        .xx = kept->matrix[0][0],
        .xy = kept->matrix[0][1],
        .xz = kept->matrix[0][2],
        .yx = kept->matrix[1][0],
        .yy = kept->matrix[1][1],
        .yz = kept->matrix[1][2],
        .zx = kept->matrix[2][0],
        .zy = kept->matrix[2][1],
        .zz = kept->matrix[2][2],
        .offset_x = kept->offset[0],
        .offset_y = kept->offset[1],
        .offset_z = kept->offset[2],
    };
    return record_encode_mounting(&record, out);
}

static void send_mounting(app_t *app)
{
    uint8_t record[RECORD_MOST_BYTES];
    (void)line_send(&app->line, record, encode_mounting(app, record));
}

static void store_mounting(app_t *app)
{
    uint8_t record[RECORD_MOST_BYTES];
    app_store(app, record, encode_mounting(app, record));
}

void app_store_mounting_if_kept(app_t *app)
{
    if (app->journal.settings.has_mounting != 0) {
        store_mounting(app);
    }
}

static void send_therapy(app_t *app)
{
    uint8_t bytes[RECORD_MOST_BYTES];
    const settings_t *settings = &app->journal.settings;
    const record_therapy_t record = {
        .mode = settings->mode,
        .after_ms = settings->policy.after_ms,
        .delay_ms = settings->policy.delay_ms,
        .every_ms = settings->policy.every_ms,
        .pause_ms = settings->policy.pause_ms,
    };
    (void)line_send(&app->line, bytes, record_encode_therapy(&record, bytes));
}

void app_send_settings(app_t *app)
{
    send_mounting(app);
    send_therapy(app);
}

void app_open_settings(app_t *app)
{
    settings_t settings = app->journal.settings;
    if (app->journal.settings_damaged) {
        app_report_event(app, EDGEKIT_BAD_RECORD, RECORD_MOUNTING);
    }
    if (settings_adopt_built(&settings)) {
        const edgekit_error_t error = journal_set(&app->journal, &settings);
        if (error != EDGEKIT_OK) {
            app_report_event(app, error, RECORD_MOUNTING);
        }
    }
    app_store_mounting_if_kept(app);
    if (!EDGEKIT_BODY_AXES) { /* an image before this one may have had them */
        app->journal.settings.mode = THERAPY_OFF;
    }
}

/* Windows and bouts do not mix two mountings, and a night of therapy has one policy. */
static void begin_anew(app_t *app)
{
    recogniser_restart(&app->recogniser);
    app_end_bout(app);
    app_restart_therapy(app);
}

void app_set_mounting(app_t *app, const record_set_mounting_t *wanted)
{
    settings_t settings = app->journal.settings;
    settings.mounting = mounting_in(wanted);
    settings.has_mounting = wanted->is_kept != 0;
    if (settings.has_mounting == 0 || mounting_is_valid(&settings.mounting)) {
        const edgekit_error_t error = journal_set(&app->journal, &settings);
        if (error != EDGEKIT_OK) {
            app_report_event(app, error, RECORD_SET_MOUNTING);
        }
        begin_anew(app);
        store_mounting(app);
    }
    send_mounting(app);
}

void app_set_therapy(app_t *app, const record_set_therapy_t *wanted)
{
    settings_t settings = app->journal.settings;
    settings.policy = (therapy_policy_t){
        .after_ms = wanted->after_ms,
        .delay_ms = wanted->delay_ms,
        .every_ms = wanted->every_ms,
        .pause_ms = wanted->pause_ms,
    };
    if ((EDGEKIT_BODY_AXES || wanted->mode == THERAPY_OFF) &&
        settings_policy_is_valid(wanted->mode, &settings.policy)) {
        settings.mode = wanted->mode;
        const edgekit_error_t error = journal_set(&app->journal, &settings);
        if (error != EDGEKIT_OK) {
            app_report_event(app, error, RECORD_SET_THERAPY);
        }
        app_restart_therapy(app);
    }
    send_therapy(app);
}

edgekit_sample_t app_to_body(const app_t *app, edgekit_sample_t counts)
{
    const settings_t *settings = &app->journal.settings;
    return settings->has_mounting != 0 ? mounting_apply(&settings->mounting, counts) : counts;
}
