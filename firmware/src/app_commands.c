#include "app_commands.h"

#include "app_check.h"
#include "app_records.h"
#include "app_settings.h"
#include "app_therapy.h"
#include "edgekit_hal.h"
#include "greeting.h"

static void greet(app_t *app)
{
    app->streaming = true;
    greeting_send_labels(&app->line);
    app_send_settings(app);
    greeting_send_hello(&app->line, &app->journal, app->next_sample);
}

/* Erase all records, and the open bout, which would have become one. */
static void erase(app_t *app)
{
    app->bout = (bout_t){0};
    const edgekit_error_t error = journal_erase(&app->journal);
    if (error != EDGEKIT_OK) {
        app_report_event(app, error, RECORD_ERASE);
    }
    app_store_mounting_if_kept(app);
    greeting_send_hello(&app->line, &app->journal, app->next_sample);
}

/* Run the sensor's self-test. Its time has no samples: the next drain reports the gap. */
static void self_test(app_t *app)
{
    hal_watchdog_feed(); /* it takes some seconds if every transfer on the bus times out */
    app_report_event(app, sensor_self_test(&app->sensor), RECORD_SELF_TEST);
}

static void reset(app_t *app, uint8_t mode)
{
    if (mode == RECORD_RESET_BOOT_LOADER) {
        app_enter_boot_loader(app);
    } else if (mode == RECORD_RESET_ANEW) {
        app_end_bout(app);
        app_stop_motor(app);
        hal_reset();
    }
}

static void handle(app_t *app, const uint8_t *record, uint32_t bytes)
{
    union {
        record_set_clock_t set_clock;
        record_stream_t stream;
        record_dump_t dump;
        record_erase_t erase;
        record_reset_t reset;
        record_set_mounting_t set_mounting;
        record_set_therapy_t set_therapy;
        record_check_board_t check_board;
    } command;
    if (record[0] == RECORD_GREET && bytes == 1) {
        greet(app);
    } else if (record_decode_set_clock(record, bytes, &command.set_clock)) {
        app_report_clock(app, command.set_clock.utc_us);
    } else if (record_decode_stream(record, bytes, &command.stream)) {
        app->streaming = command.stream.on != 0;
    } else if (record_decode_dump(record, bytes, &command.dump)) {
        app_end_bout(app); /* so that the dump holds every decision up to now */
        dump_start(&app->dump, &app->journal.store, command.dump.sequence);
    } else if (record_decode_erase(record, bytes, &command.erase)) {
        if (command.erase.magic == RECORD_ERASE_MAGIC) {
            erase(app);
        }
    } else if (record_decode_set_mounting(record, bytes, &command.set_mounting)) {
        app_set_mounting(app, &command.set_mounting);
    } else if (record_decode_set_therapy(record, bytes, &command.set_therapy)) {
        app_set_therapy(app, &command.set_therapy);
    } else if (record_decode_reset(record, bytes, &command.reset)) {
        reset(app, command.reset.mode);
    } else if (record_decode_check_board(record, bytes, &command.check_board)) {
        app_check_board(app, command.check_board.kind);
    } else if (record[0] == RECORD_SELF_TEST && bytes == 1) {
        self_test(app);
    }
}

void app_enter_boot_loader(app_t *app)
{
    app_end_bout(app);
    app_stop_motor(app);
    hal_boot_loader();
}

void app_handle_command(app_t *app)
{
    if (line_receive(&app->line)) {
        listener_heard(&app->listener, hal_time_us());
        handle(app, app->line.receiver.record, app->line.receiver.bytes);
    }
}
