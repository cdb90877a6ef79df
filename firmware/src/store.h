/* The record store: numbered records of 1 to 255 bytes in a ring over the flash of edgekit_hal.h.
 *
 * Appending is atomic: after a power cut at any moment the records before are there, unchanged and
 * in order, and the last one whole or not at all. When the ring is full the oldest page of records
 * gives way, so every page is erased once a turn. Opening reads each page's header and one page,
 * and writes nothing. What is in store_t is all the RAM it needs.
 *
 * A page starts with a header (store_page.h), then records (store_record.h) until it is full. */
#ifndef EDGEKIT_STORE_H
#define EDGEKIT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"

#define STORE_RECORD_MOST_BYTES 255u

typedef struct {
    uint32_t first_sequence; /* the oldest record kept */
    uint32_t next_sequence;  /* the one to be appended next; equal to first when none is kept */
    uint32_t newest_first;   /* the first record of the newest page, or the next to come */
    uint32_t damaged;        /* records of the newest page that were not readable when opened */
    /* The caller's own word. It is written with each page that is started, and that of the newest
     * page is here after opening: what must outlive every record. */
    uint32_t mark;

    uint32_t erased_before; /* records before this sequence number are no longer kept */
    uint32_t epoch;         /* of the newest page: how many were started before it */
    uint32_t tail;          /* bytes of the newest page that are used */
    bool fenced;            /* the word at the tail was never written */
    uint32_t to_wipe;       /* pages that may hold bytes of forgotten records: store_wipe */
} store_t;

/* EDGEKIT_OK, whatever the flash holds; EDGEKIT_FULL where it has fewer than two pages. */
edgekit_error_t store_open(store_t *store);

/* EDGEKIT_OK once the record is in flash and was read back. EDGEKIT_FLASH when it could not be
 * written, EDGEKIT_BAD_RECORD when it has no bytes or more than STORE_RECORD_MOST_BYTES. May erase
 * a page, which takes some 85 ms on an nRF52840. */
edgekit_error_t store_append(store_t *store, const uint8_t *record, uint32_t bytes);

/* EDGEKIT_BAD_RECORD when the record of this number is damaged or not kept, EDGEKIT_FULL when it
 * has more bytes than capacity; *bytes is then 0. */
edgekit_error_t store_read(const store_t *store, uint32_t sequence, uint8_t *record,
                           uint32_t capacity, uint32_t *bytes);

/* Forgets every record, all at once or (after a power cut) none. Numbers go on where they were. It
 * erases one page; the bytes of the others are there until store_wipe. */
edgekit_error_t store_erase(store_t *store);

/* Erases one page of forgotten records; it is to be called while store->to_wipe is not 0, after an
 * opening too: the power may have gone before the last. EDGEKIT_FLASH when that page kept them. */
edgekit_error_t store_wipe(store_t *store);

#endif
