/* store_record: a record in a page: one word of length and number, the data, one word of CRC.
 *
 *     byte 0 length   1 its complement   2-3 the sequence number's low half
 *     4.. data, filled up to whole words with 0xFF          last word: CRC-32
 *
 * The CRC also covers the record's place and whole sequence number, so neither old data nor a
 * record inside a record is taken for one. It is written last: without it there is no record.
 *
 * What is no record is skipped word by word, so damage costs only the records that it hit. */
#ifndef EDGEKIT_STORE_RECORD_H
#define EDGEKIT_STORE_RECORD_H

#include <string.h>

#include "store_page.h"

#define STORE_WORD        HAL_FLASH_WORD_BYTES
#define STORE_CHUNK_BYTES 64u /* copied through RAM at a time */
#define STORE_BLANK       0xFFFFFFFFu
#define STORE_FENCE       0x00000000u /* a word that is no record */

/* A place in a page, and the record there. */
typedef struct {
    uint32_t page_offset; /* of the page, in the flash */
    uint32_t at;          /* of the record, in the page */
    uint32_t bytes;       /* 0: no record yet */
    uint32_t sequence;
    uint32_t expected; /* the least number that the next record can have */
    uint32_t used_end; /* nothing was written at or after this, in the page */
} store_place_t;

static inline uint32_t store_record_extent(uint32_t bytes)
{
    return STORE_WORD + ((bytes + STORE_WORD - 1) & ~(STORE_WORD - 1)) + STORE_WORD;
}

static inline uint32_t store_record_word(uint32_t sequence, uint32_t bytes)
{
    return bytes | (bytes ^ 0xFFu) << 8 | (sequence & 0xFFFFu) << 16;
}

/* Return the bytes of the record that starts with this word; 0 when none does. */
static inline uint32_t store_record_bytes(uint32_t word)
{
    const uint32_t bytes = word & 0xFFu;
    return ((word >> 8) & 0xFFu) == (bytes ^ 0xFFu) ? bytes : 0;
}

static inline uint32_t store_record_crc_start(uint32_t offset, uint32_t sequence, uint32_t bytes)
{
    const uint32_t start[3] = {offset, sequence, bytes};
    return crc32_over(0, start, sizeof start);
}

static inline uint32_t store_word_at(uint32_t offset)
{
    uint32_t word;
    hal_flash_read(offset, &word, sizeof word);
    return word;
}

/* Return the CRC that the record's bytes should have. */
static inline uint32_t store_record_crc(const store_place_t *place)
{
    uint8_t chunk[STORE_CHUNK_BYTES];
    const uint32_t offset = place->page_offset + place->at;
    uint32_t crc = store_record_crc_start(offset, place->sequence, place->bytes);
    for (uint32_t done = 0; done < place->bytes; done += STORE_CHUNK_BYTES) {
        const uint32_t left = place->bytes - done;
        const uint32_t count = left < STORE_CHUNK_BYTES ? left : STORE_CHUNK_BYTES;
        hal_flash_read(offset + STORE_WORD + done, chunk, count);
        crc = crc32_over(crc, chunk, count);
    }
    return crc;
}

static inline bool store_record_whole(const store_place_t *place)
{
    const uint32_t last = place->at + store_record_extent(place->bytes) - STORE_WORD;
    return store_word_at(place->page_offset + last) == store_record_crc(place);
}

/* Return the start of a page whose header names its first record. */
static inline store_place_t store_place_start(uint32_t epoch, uint32_t first_sequence)
{
    return (store_place_t){
        .page_offset = epoch % hal_flash_pages() * STORE_PAGE_BYTES,
        .at = sizeof(store_page_t),
        .expected = first_sequence,
        .used_end = sizeof(store_page_t),
    };
}

/* Advance to the next record of the page; false when there is none. */
static inline bool store_place_next(store_place_t *place)
{
    place->at += place->bytes != 0 ? store_record_extent(place->bytes) : 0;
    for (; place->at < STORE_PAGE_BYTES; place->at += STORE_WORD) {
        const uint32_t word = store_word_at(place->page_offset + place->at);
        if (word == STORE_BLANK) {
            continue;
        }
        const uint32_t room = STORE_PAGE_BYTES - place->at;
        place->bytes = store_record_bytes(word);
        if (place->bytes != 0 && store_record_extent(place->bytes) > room) {
            place->bytes = 0;
        }
        /* Where a record was begun, its whole length may have been written. */
        const uint32_t end =
            place->at + (place->bytes != 0 ? store_record_extent(place->bytes) : STORE_WORD);
        place->used_end = end > place->used_end ? end : place->used_end;
        if (place->bytes == 0) {
            continue;
        }
        place->sequence = place->expected + (((word >> 16) - place->expected) & 0xFFFFu);
        if (place->sequence >= place->expected && store_record_whole(place)) {
            place->expected = place->sequence + 1;
            return true;
        }
    }
    place->bytes = 0;
    return false;
}

/* Write a record at a blank place, which holds its number and bytes. */
static inline edgekit_error_t store_record_write(const store_place_t *place, const uint8_t *record)
{
    uint32_t chunk[STORE_CHUNK_BYTES / STORE_WORD];
    uint32_t offset = place->page_offset + place->at;
    uint32_t crc = store_record_crc_start(offset, place->sequence, place->bytes);
    crc = crc32_over(crc, record, place->bytes);

    chunk[0] = store_record_word(place->sequence, place->bytes);
    edgekit_error_t error = hal_flash_write(offset, chunk, STORE_WORD);
    offset += STORE_WORD;
    for (uint32_t done = 0; done < place->bytes && error == EDGEKIT_OK; done += STORE_CHUNK_BYTES) {
        const uint32_t left = place->bytes - done;
        const uint32_t count = left < STORE_CHUNK_BYTES ? left : STORE_CHUNK_BYTES;
        const uint32_t words = (count + STORE_WORD - 1) / STORE_WORD;
        memset(chunk, 0xFF, sizeof chunk);
        memcpy(chunk, record + done, count);
        error = hal_flash_write(offset, chunk, words * STORE_WORD);
        offset += words * STORE_WORD;
    }
    return error == EDGEKIT_OK ? hal_flash_write(offset, &crc, STORE_WORD) : error;
}

#endif
