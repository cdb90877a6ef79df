#include "journal.h"

#include <string.h>

#include "edgekit_hal.h"

#define EVENT_EVERY_US 60000000u

/* What the store's mark holds. */
typedef struct {
    uint32_t boot_count;
    settings_t settings;
} mark_t;
_Static_assert(sizeof(mark_t) == STORE_MARK_WORDS * sizeof(uint32_t), "the mark is just so large");

static mark_t read_mark(const store_t *store)
{
    mark_t mark;
    memcpy(&mark, store->mark, sizeof mark);
    return mark;
}

static void write_mark(journal_t *journal)
{
    const mark_t mark = {.boot_count = journal->boot.boot_count, .settings = journal->settings};
    memcpy(journal->store.mark, &mark, sizeof mark);
}

/* Return how often the wearable was started before, from the last BOOT record of the newest page,
 * else from the page's header. Older pages are not read: a start must not take longer the more is
 * stored. */
static uint32_t starts_before(const store_t *store)
{
    uint8_t record[RECORD_MOST_BYTES];
    record_boot_t boot;
    for (uint32_t sequence = store->next_sequence; sequence > store->newest_first; sequence--) {
        uint32_t bytes = 0;
        if (store_read(store, sequence - 1, record, sizeof record, &bytes) == EDGEKIT_OK &&
            record_decode_boot(record, bytes, &boot)) {
            return boot.boot_count;
        }
    }
    return read_mark(store).boot_count;
}

static edgekit_error_t store_boot(journal_t *journal)
{
    uint8_t record[RECORD_MOST_BYTES];
    return journal_store(journal, record, record_encode_boot(&journal->boot, record));
}

edgekit_error_t journal_open(journal_t *journal, const uint8_t bundle_digest[32])
{
    memset(journal, 0, sizeof *journal);
    journal->boot.reset_cause = (uint8_t)hal_reset_cause();
    memcpy(journal->boot.bundle_start, bundle_digest, sizeof journal->boot.bundle_start);
    const edgekit_error_t error = store_open(&journal->store);
    journal->usable = error == EDGEKIT_OK;
    journal->boot.boot_count = journal->usable ? starts_before(&journal->store) + 1 : 1;
    journal->settings = read_mark(&journal->store).settings;
    journal->settings_damaged = settings_repair(&journal->settings);
    write_mark(journal);
    if (error != EDGEKIT_OK) {
        return error;
    }
    const edgekit_error_t stored = store_boot(journal);
    return stored == EDGEKIT_OK && journal_damage(journal) > 0 ? EDGEKIT_BAD_RECORD : stored;
}

uint32_t journal_damage(const journal_t *journal)
{
    const uint32_t records = journal->store.damaged, pages = journal->store.damaged_pages;
    return pages << 16 | (records < UINT16_MAX ? records : UINT16_MAX);
}

edgekit_error_t journal_store(journal_t *journal, const uint8_t *record, uint32_t bytes)
{
    return journal->usable ? store_append(&journal->store, record, bytes) : EDGEKIT_OK;
}

edgekit_error_t journal_store_event(journal_t *journal, const record_event_t *event)
{
    uint8_t record[RECORD_MOST_BYTES];
    if (event->error >= EDGEKIT_ERROR_COUNT || event->time_us < journal->next_us[event->error]) {
        return EDGEKIT_OK;
    }
    journal->next_us[event->error] = event->time_us + EVENT_EVERY_US;
    return journal_store(journal, record, record_encode_event(event, record));
}

edgekit_error_t journal_set(journal_t *journal, const settings_t *settings)
{
    const settings_t before = journal->settings;
    if (!journal->settings_damaged && memcmp(settings, &before, sizeof before) == 0) {
        return EDGEKIT_OK; /* to write it again would cost the oldest page of records */
    }
    journal->settings = *settings;
    write_mark(journal);
    const edgekit_error_t error = journal->usable ? store_write_mark(&journal->store) : EDGEKIT_OK;
    if (error != EDGEKIT_OK) {
        journal->settings = before;
        write_mark(journal);
    } else {
        journal->settings_damaged = false;
    }
    return error;
}

edgekit_error_t journal_erase(journal_t *journal)
{
    const edgekit_error_t error = journal->usable ? store_erase(&journal->store) : EDGEKIT_OK;
    return error == EDGEKIT_OK ? store_boot(journal) : error;
}
