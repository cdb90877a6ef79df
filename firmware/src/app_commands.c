#include "app_commands.h"

#include "app_records.h"
#include "edgekit_hal.h"
#include "greeting.h"

static void greet(app_t *app)
{
    app->streaming = true;
    greeting_send_labels(&app->line);
    greeting_send_hello(&app->line, &app->journal, app->next_sample);
}

/* What is not yet kept is forgotten with the rest. */
static void erase(app_t *app)
{
    app->bout = (bout_t){0};
    const edgekit_error_t error = journal_erase(&app->journal);
    if (error != EDGEKIT_OK) {
        app_tell_event(app, error, RECORD_ERASE);
    }
    greeting_send_hello(&app->line, &app->journal, app->next_sample);
}

/* The samples of its time are lost: the next drain tells of the gap. */
static void self_test(app_t *app)
{
    hal_watchdog_feed(); /* some seconds, if the bus makes every transfer wait */
    app_tell_event(app, adxl345_self_test(&app->sensor), RECORD_SELF_TEST);
}

static _Noreturn void reset(app_t *app)
{
    app_end_bout(app);
    hal_reset();
}

static void obey(app_t *app, const uint8_t *record, uint32_t bytes)
{
    union {
        record_set_clock_t set_clock;
        record_stream_t stream;
        record_dump_t dump;
        record_erase_t erase;
    } told;
    if (record[0] == RECORD_GREET && bytes == 1) {
        greet(app);
    } else if (record_decode_set_clock(record, bytes, &told.set_clock)) {
        app_tell_clock(app, told.set_clock.utc_us);
    } else if (record_decode_stream(record, bytes, &told.stream)) {
        app->streaming = told.stream.on != 0;
    } else if (record_decode_dump(record, bytes, &told.dump)) {
        app_end_bout(app); /* what was decided up to now is in it */
        dump_start(&app->dump, &app->journal.store, told.dump.sequence);
    } else if (record_decode_erase(record, bytes, &told.erase)) {
        if (told.erase.magic == RECORD_ERASE_MAGIC) {
            erase(app);
        }
    } else if (record[0] == RECORD_RESET && bytes == 1) {
        reset(app);
    } else if (record[0] == RECORD_SELF_TEST && bytes == 1) {
        self_test(app);
    }
}

void app_obey_command(app_t *app)
{
    if (line_receive(&app->line)) {
        obey(app, app->line.receiver.record, app->line.receiver.bytes);
    }
}
