/* The records' pages of the flash. The core stands still while the NVMC writes (41 us a word) or
 * erases (85 ms a page): product specification, 4.3. A word takes two writes between erasures
 * (nWRITE). */
#include "edgekit_hal.h"
#include "nrf52840.h"
#include "wiring.h"

#include <string.h>

#define READY_READS 10000000u /* more than a second */

static bool ready(void)
{
    for (uint32_t reads = 0; reads < READY_READS; reads++) {
        if (NVMC_READY & NVMC_READY_READY) {
            return true;
        }
    }
    return false;
}

uint32_t hal_flash_pages(void)
{
    return FLASH_RECORD_PAGES;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    memcpy(data, (const void *)(uintptr_t)(FLASH_RECORDS + offset), bytes);
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    if (page >= FLASH_RECORD_PAGES || !ready()) {
        return EDGEKIT_FLASH;
    }
    NVMC_CONFIG = NVMC_CONFIG_ERASE;
    NVMC_ERASEPAGE = FLASH_RECORDS + page * HAL_FLASH_PAGE_BYTES;
    const bool done = ready();
    NVMC_CONFIG = NVMC_CONFIG_READ;
    return done ? EDGEKIT_OK : EDGEKIT_TIMEOUT;
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    const uint32_t size = FLASH_RECORD_PAGES * HAL_FLASH_PAGE_BYTES;
    if (((offset | bytes) & 3u) != 0 || offset > size || bytes > size - offset || !ready()) {
        return EDGEKIT_FLASH;
    }
    bool good = true;
    NVMC_CONFIG = NVMC_CONFIG_WRITE;
    for (uint32_t at = 0; at < bytes && good; at += 4u) {
        uint32_t word;
        memcpy(&word, (const uint8_t *)data + at, 4);
        volatile uint32_t *place = &CORTEX_REGISTER(FLASH_RECORDS + offset + at);
        const uint32_t wanted = *place & word;
        *place = word;
        good = ready() && *place == wanted;
    }
    NVMC_CONFIG = NVMC_CONFIG_READ;
    return good ? EDGEKIT_OK : EDGEKIT_FLASH;
}
