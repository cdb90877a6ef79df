/* store_damage: what a store finds where its flash was altered: records of a page whose header is
 * damaged, and records that were damaged after the last whole one.
 *
 * A record's CRC covers its place and whole number, so it is recognised without the header. */
#ifndef EDGEKIT_STORE_DAMAGE_H
#define EDGEKIT_STORE_DAMAGE_H

#include "store_record.h"

/* More records than any flash here holds: 64 pages of the shortest are 21,376. The low half of a
 * number is known, so it is searched for from so many before the newest on. */
#define STORE_SEQUENCES_BACK 0x8000u

#define STORE_LEAST_EXTENT (3 * STORE_WORD)
/* Words in a row of no record, from which they were one: an append that was cut, and a fence that
 * was, leave one each. */
#define STORE_JUNK_WORDS 4u

/* Whether something else than a whole header is where one belongs. */
static inline bool store_header_is_damaged(uint32_t page)
{
    uint32_t all = STORE_BLANK;
    if (store_page_read(page, &(store_page_t){0})) {
        return false;
    }
    for (uint32_t at = 0; at < sizeof(store_page_t); at += STORE_WORD) {
        all &= store_word_at(page * STORE_PAGE_BYTES + at);
    }
    return all != STORE_BLANK;
}

/* Return the start of a page whose header is damaged. */
static inline store_place_t store_place_headless(const store_t *store, uint32_t epoch)
{
    const uint32_t next = store->next_sequence;
    const uint32_t least = next > STORE_SEQUENCES_BACK ? next - STORE_SEQUENCES_BACK : 0;
    return store_place_start(epoch, store->erased_before > least ? store->erased_before : least);
}

/* Find the page of an epoch; false when it has no record. `has_header`: place->expected is its
 * first number. */
static inline bool store_page_find(const store_t *store, uint32_t epoch, store_place_t *place,
                                   bool *has_header)
{
    store_page_t header;
    *has_header = store_page_of(epoch, &header);
    *place = *has_header ? store_place_start(epoch, header.first_sequence)
                         : store_place_headless(store, epoch);
    return *has_header || store_header_is_damaged(epoch % hal_flash_pages());
}

/* Whether a page with a damaged header holds a whole record that is not forgotten. */
static inline bool store_headless_has_record(const store_t *store, uint32_t epoch)
{
    store_place_t place = store_place_headless(store, epoch);
    return store_place_next(&place);
}

/* Whether the append of a record was cut, so that it was never stored: its CRC is not written, or
 * half: bits are still to be cleared. */
static inline bool store_record_is_cut(const store_place_t *place)
{
    const uint32_t last = place->at + store_record_extent(place->bytes) - STORE_WORD;
    const uint32_t written = store_word_at(place->page_offset + last);
    const uint32_t crc = store_record_crc(place);
    return (written & crc) == crc;
}

/* Return how many records were stored and damaged between the last whole record of a page and its
 * end. Where a number is damaged too, a row of them counts as one. */
static inline uint32_t store_damaged_at_end(uint32_t page_offset, uint32_t at, uint32_t end,
                                            uint32_t next_sequence)
{
    uint32_t damaged = 0, junk = 0;
    while (at < end) {
        const uint32_t word = store_word_at(page_offset + at);
        const uint32_t ahead = ((word >> 16) - (next_sequence + damaged)) & 0xFFFFu;
        const store_place_t place = {
            .page_offset = page_offset,
            .at = at,
            .bytes = store_record_bytes(word),
            .sequence = next_sequence + damaged + ahead,
        };
        const bool is_record = place.bytes != 0 &&
                               store_record_extent(place.bytes) <= STORE_PAGE_BYTES - at &&
                               ahead < STORE_PAGE_BYTES / STORE_LEAST_EXTENT;
        if (is_record) {
            damaged += store_record_is_cut(&place) ? 0 : ahead + 1;
            junk = 0;
        } else if (word != STORE_BLANK && word != STORE_FENCE) {
            junk++;
            damaged += junk == STORE_JUNK_WORDS;
        }
        at += is_record ? store_record_extent(place.bytes) : STORE_WORD;
    }
    return damaged;
}

#endif
