/* store_page: the header of a page of the store, written when the page's erase is complete.
 *
 * Pages are numbered by epoch as they are started; page `epoch % pages` of the flash holds it, so a
 * header of another page is recognised. A whole header proves that the erase before it was whole: a
 * page is never written without a header, nor started without an erase. */
#ifndef EDGEKIT_STORE_PAGE_H
#define EDGEKIT_STORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "crc32.h"
#include "edgekit_hal.h"
#include "store.h"

#define STORE_EPOCHS     0x80000000u /* more than the flash can be erased */
#define STORE_NO_EPOCH   0xFFFFFFFFu /* before the first page: the next epoch is 0 */
#define STORE_PAGE_BYTES HAL_FLASH_PAGE_BYTES

typedef struct {
    uint32_t epoch;
    uint32_t first_sequence; /* of the page's first record, or of the next one if it has none */
    uint32_t erased_before;  /* store_erase: records before this are no longer kept */
    uint32_t mark[STORE_MARK_WORDS]; /* the caller's own */
    uint32_t crc;
} store_page_t;

static inline uint32_t store_page_crc(const store_page_t *page)
{
    return crc32_over(0, page, offsetof(store_page_t, crc));
}

/* Read the header of a page of the flash; false when it is not whole. */
static inline bool store_page_read(uint32_t page, store_page_t *header)
{
    hal_flash_read(page * STORE_PAGE_BYTES, header, sizeof *header);
    return header->epoch < STORE_EPOCHS && header->epoch % hal_flash_pages() == page &&
           header->erased_before <= header->first_sequence && header->crc == store_page_crc(header);
}

/* Read the header of this epoch's page; false when another epoch's or none is there. */
static inline bool store_page_of(uint32_t epoch, store_page_t *header)
{
    return store_page_read(epoch % hal_flash_pages(), header) && header->epoch == epoch;
}

static inline bool store_page_is_blank(uint32_t page)
{
    uint32_t words[16];
    uint32_t all = 0xFFFFFFFFu;
    for (uint32_t at = 0; at < STORE_PAGE_BYTES && all == 0xFFFFFFFFu; at += sizeof words) {
        hal_flash_read(page * STORE_PAGE_BYTES + at, words, sizeof words);
        for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            all &= words[i];
        }
    }
    return all == 0xFFFFFFFFu;
}

/* Erase the page of header->epoch, unless it is blank, and write its header; EDGEKIT_FLASH when
 * either fails. */
static inline edgekit_error_t store_page_start(store_page_t *header, bool is_blank)
{
    const uint32_t page = header->epoch % hal_flash_pages();
    const uint32_t offset = page * STORE_PAGE_BYTES;
    store_page_t seen;
    header->crc = store_page_crc(header);
    if ((!is_blank && hal_flash_erase(page) != EDGEKIT_OK) ||
        hal_flash_write(offset, header, offsetof(store_page_t, crc)) != EDGEKIT_OK ||
        hal_flash_write(offset + offsetof(store_page_t, crc), &header->crc, sizeof header->crc) !=
            EDGEKIT_OK) {
        return EDGEKIT_FLASH;
    }
    return store_page_of(header->epoch, &seen) ? EDGEKIT_OK : EDGEKIT_FLASH;
}

#endif
