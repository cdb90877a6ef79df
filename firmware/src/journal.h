/* journal: the records that the wearable keeps, and how often it was started. */
#ifndef EDGEKIT_JOURNAL_H
#define EDGEKIT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"
#include "record.h"
#include "store.h"

typedef struct {
    store_t store;
    bool usable;                           /* the flash holds a store */
    record_boot_t boot;                    /* of this start */
    uint64_t kept_us[EDGEKIT_ERROR_COUNT]; /* when an EVENT of this error may be kept again */
} journal_t;

/* Opens the store and keeps a BOOT record: one more than the last that it holds. EDGEKIT_FULL where
 * there is no flash for it, EDGEKIT_BAD_RECORD when it held damaged records. */
edgekit_error_t journal_open(journal_t *journal, const uint8_t bundle_digest[32]);

edgekit_error_t journal_keep(journal_t *journal, const uint8_t *record, uint32_t bytes);

/* An EVENT of each error at most once a minute: a fault that lasts must not push out the night. */
edgekit_error_t journal_keep_event(journal_t *journal, const record_event_t *event);

/* Forgets all records but how often the wearable was started. Their bytes go by store_wipe. */
edgekit_error_t journal_erase(journal_t *journal);

#endif
