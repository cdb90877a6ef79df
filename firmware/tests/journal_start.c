/* The journal on 64 pages of flash in memory, for a count of what its start takes on a core. */
#include "journal.h"

#include <string.h>

#include "edgekit_hal.h"

#define PAGES 64u

static uint8_t flash[PAGES * HAL_FLASH_PAGE_BYTES];
static journal_t journal;

void power_on(void);
uint32_t start(void);
void keep_bouts(uint32_t bouts);
void damage_headers(void);

uint32_t hal_flash_pages(void)
{
    return PAGES;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    memcpy(data, flash + offset, bytes);
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    memset(flash + page * HAL_FLASH_PAGE_BYTES, 0xFF, HAL_FLASH_PAGE_BYTES);
    return EDGEKIT_OK;
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    memcpy(flash + offset, data, bytes);
    return EDGEKIT_OK;
}

hal_reset_cause_t hal_reset_cause(void)
{
    return HAL_RESET_POWER;
}

void power_on(void)
{
    memset(flash, 0xFF, sizeof flash);
}

/* Gives how often it was started. */
uint32_t start(void)
{
    const uint8_t digest[32] = {0};
    (void)journal_open(&journal, digest);
    return journal.boot.boot_count;
}

void keep_bouts(uint32_t bouts)
{
    uint8_t record[RECORD_MOST_BYTES];
    for (uint32_t bout = 0; bout < bouts; bout++) {
        const record_bout_t value = {.first_sample = bout * 60, .windows = 1};
        (void)journal_store(&journal, record, record_encode_bout(&value, record));
    }
}

/* A bit of each page's header is turned. */
void damage_headers(void)
{
    for (uint32_t page = 0; page < PAGES; page++) {
        flash[page * HAL_FLASH_PAGE_BYTES] ^= 1u;
    }
}
