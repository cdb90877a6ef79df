/* The self-test of the flash, on the page that no record is in yet.
 *
 * Every word of the pattern is another, so a page or word in another's place is seen; no word of it
 * begins a header (store_page.h: an epoch is below STORE_EPOCHS), so a power cut leaves a page that
 * the store erases before it is started, as any other. */
#include "store.h"
#include "store_page.h"

#define CHUNK_WORDS 64u

static uint32_t pattern(uint32_t word)
{
    const uint32_t spread = word * 0x9E3779B1u; /* odd: no two words of a page are equal */
    return word == 0 ? STORE_EPOCHS : spread;
}

static edgekit_error_t write_pattern(uint32_t offset)
{
    uint32_t words[CHUNK_WORDS];
    for (uint32_t at = 0; at < STORE_PAGE_BYTES; at += sizeof words) {
        for (uint32_t i = 0; i < CHUNK_WORDS; i++) {
            words[i] = pattern(at / sizeof words[0] + i);
        }
        if (hal_flash_write(offset + at, words, sizeof words) != EDGEKIT_OK) {
            return EDGEKIT_FLASH;
        }
    }
    return EDGEKIT_OK;
}

static edgekit_error_t read_pattern(uint32_t offset)
{
    uint32_t words[CHUNK_WORDS];
    uint32_t differing = 0;
    for (uint32_t at = 0; at < STORE_PAGE_BYTES; at += sizeof words) {
        hal_flash_read(offset + at, words, sizeof words);
        for (uint32_t i = 0; i < CHUNK_WORDS; i++) {
            differing |= words[i] ^ pattern(at / sizeof words[0] + i);
        }
    }
    return differing == 0 ? EDGEKIT_OK : EDGEKIT_FLASH;
}

edgekit_error_t store_check_flash(const store_t *store, uint32_t *erase_us)
{
    *erase_us = 0;
    const uint32_t page = (store->epoch + 1) % hal_flash_pages(); /* 0 after STORE_NO_EPOCH */
    if (!store_page_is_blank(page)) {
        return EDGEKIT_FULL;
    }
    edgekit_error_t error = write_pattern(page * STORE_PAGE_BYTES);
    if (error == EDGEKIT_OK) {
        error = read_pattern(page * STORE_PAGE_BYTES);
    }
    const uint64_t began_us = hal_time_us();
    const edgekit_error_t erased = hal_flash_erase(page);
    *erase_us = (uint32_t)(hal_time_us() - began_us);
    if (erased != EDGEKIT_OK || !store_page_is_blank(page)) {
        return EDGEKIT_FLASH;
    }
    return error;
}
