/* store: numbered records of 1 to 255 bytes in a ring over the flash of edgekit_hal.h.
 *
 * Appending is atomic: after a power cut at any moment the earlier records are there, unchanged and
 * in order, and the last one is whole or absent. When the ring is full the oldest page of records
 * is erased, so every page is erased once a turn. Opening reads each page's header and one page,
 * and the pages with a damaged header beside it; it writes nothing. store_t is all the RAM it
 * needs.
 *
 * A page starts with a header (store_page.h), then records (store_record.h) until it is full. */
#ifndef EDGEKIT_STORE_H
#define EDGEKIT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"

#define STORE_RECORD_MOST_BYTES 255u
#define STORE_MARK_WORDS        15u

typedef struct {
    uint32_t first_sequence; /* of the oldest record stored */
    uint32_t next_sequence;  /* of the record appended next; equal to first when none is stored */
    uint32_t newest_first;   /* of the newest page's first record, or next_sequence without any */
    uint32_t damaged;        /* records of the newest page that were not readable when opened */
    uint32_t damaged_pages;  /* with a damaged header, when opened; their whole records are kept */
    /* The caller's own, for what must outlive every record. It is written with each page that is
     * started; opening reads that of the newest page. */
    uint32_t mark[STORE_MARK_WORDS];

    uint32_t erased_before; /* records before this sequence number are forgotten */
    uint32_t epoch;         /* of the newest page: how many were started before it */
    uint32_t tail;          /* bytes of the newest page that are used */
    bool fenced;            /* the word at the tail was never written */
    uint32_t pages_to_wipe; /* pages that may hold bytes of forgotten records: store_wipe */
    uint32_t tried_epoch;   /* the page that store_prepare() erased or tried to, last */
    bool is_blank;          /* it did */
} store_t;

/* Open the store. EDGEKIT_OK, whatever the flash holds: what is damaged is counted, and a page
 * whose header is damaged is known by its records. EDGEKIT_FULL where it has fewer than two pages.
 */
edgekit_error_t store_open(store_t *store);

/* Append a record; EDGEKIT_OK once it is in flash and was read back. EDGEKIT_FLASH when it could
 * not be written, EDGEKIT_BAD_RECORD when it has no bytes or more than STORE_RECORD_MOST_BYTES,
 * EDGEKIT_FULL when numbers or epochs run out. Erases a page where store_prepare() did not. */
edgekit_error_t store_append(store_t *store, const uint8_t *record, uint32_t bytes);

/* Read a record by its number. EDGEKIT_BAD_RECORD when it is damaged or not stored, EDGEKIT_FULL
 * when it has more bytes than capacity; *bytes is then 0. */
edgekit_error_t store_read(const store_t *store, uint32_t sequence, uint8_t *record,
                           uint32_t capacity, uint32_t *bytes);

/* Forget every record, all at once or (after a power cut) none. Numbers continue. One page is
 * erased; the bytes of the others stay until store_wipe(). */
edgekit_error_t store_erase(store_t *store);

/* Start a page, so that the mark is in flash: whole, or (after a power cut) as it was. Costs what
 * is left of the newest page. EDGEKIT_FLASH when it could not be written. */
edgekit_error_t store_write_mark(store_t *store);

/* Write a pattern over the page that is started next, read it back, and erase it again, where that
 * page is blank: EDGEKIT_FULL where it is not, as in a ring that is full, and nothing is written.
 * *erase_us is how long the erase took. EDGEKIT_FLASH when the flash failed. No record is touched,
 * whenever the power is cut. */
edgekit_error_t store_check_flash(const store_t *store, uint32_t *erase_us);

/* Whether the newest page is nearly full, and store_prepare() has not tried the next one. */
bool store_wants_page(const store_t *store);

/* Erase the page that comes next, and with it the oldest records, so that no later append has to:
 * an erasure may take longer (400 ms on a Pico) than there is time for beside other work. Call it
 * while store_wants_page(). EDGEKIT_FLASH when the page could not be erased: it is not tried again,
 * and left out by the next append. */
edgekit_error_t store_prepare(store_t *store);

/* Erase one page of forgotten records. Call it while store->pages_to_wipe is not 0, after an
 * opening too, because a power cut may have come first. EDGEKIT_FLASH when the page could not be
 * erased. */
edgekit_error_t store_wipe(store_t *store);

#endif
