/* journal: the records in flash, the settings, and how often the wearable was started. */
#ifndef EDGEKIT_JOURNAL_H
#define EDGEKIT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"
#include "record.h"
#include "settings.h"
#include "store.h"

typedef struct {
    store_t store;
    bool usable;                           /* the flash holds a store */
    record_boot_t boot;                    /* of this start */
    settings_t settings;                   /* outlive every record, and ERASE */
    bool settings_damaged;                 /* what was kept of them could not be used */
    uint64_t next_us[EDGEKIT_ERROR_COUNT]; /* when an EVENT of this error may be stored again */
} journal_t;

/* Open the store and store a BOOT record, whose count is one more than that of the last start.
 * EDGEKIT_FULL where there is no flash for a store, EDGEKIT_BAD_RECORD when it held damaged
 * records or pages: journal_damage().
 */
edgekit_error_t journal_open(journal_t *journal, const uint8_t bundle_digest[32]);

/* Return what was damaged at the opening, as an EVENT's detail: pages * 65536 + records. */
uint32_t journal_damage(const journal_t *journal);

/* Store a record; nothing where the flash is not usable. Errors of store_append(). */
edgekit_error_t journal_store(journal_t *journal, const uint8_t *record, uint32_t bytes);

/* Store an EVENT, at most one a minute of each error: a lasting fault must not displace the night.
 */
edgekit_error_t journal_store_event(journal_t *journal, const record_event_t *event);

/* Keep other settings, whole or (after a power cut) the ones before. Errors of store_write_mark();
 * where the flash is not usable they last until the next start. */
edgekit_error_t journal_set(journal_t *journal, const settings_t *settings);

/* Forget all records, but neither the settings nor how often the wearable was started. store_wipe()
 * erases their bytes.
 */
edgekit_error_t journal_erase(journal_t *journal);

#endif
