/* A flash of a few pages in memory, for tests of the store: implements hal_flash_* and loses its
 * power at any step. A step is the write of one word, or the erase of one page. Host only.
 *
 * A word cut short has some of its bits cleared: none, all, or any between; it is not to be trusted
 * with data until its page is erased, and the test ends where it is. A page cut short reads
 * as random bits, in whole or from somewhere on, or as if nothing had happened. After the cut
 * nothing is written until flash_power_on(). */
#ifndef EDGEKIT_STORE_FLASH_H
#define EDGEKIT_STORE_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_hal.h"

#define FLASH_MOST_PAGES 8u
#define FLASH_NEVER      0xFFFFFFFFu

typedef struct {
    uint32_t pages;
    uint32_t steps; /* since flash_power_on() */
    uint32_t read_bytes;
    uint32_t most_writes; /* of a word between erases */
    uint32_t bad_page;    /* its erase fails; FLASH_NEVER for none */
    uint32_t bad_word;    /* the offset of a word with a bit that stays 1; FLASH_NEVER for none */
    uint32_t erases[FLASH_MOST_PAGES];
    uint8_t bytes[FLASH_MOST_PAGES * HAL_FLASH_PAGE_BYTES];
    uint8_t writes[FLASH_MOST_PAGES * HAL_FLASH_PAGE_BYTES / 4]; /* of a word, since its erase */
    bool torn[FLASH_MOST_PAGES * HAL_FLASH_PAGE_BYTES / 4];
} flash_t;

extern flash_t flash; /* copy it to go back to it later */

void flash_blank(uint32_t pages);
/* steps_left: what is done whole before the step that is cut. */
void flash_power_on(uint32_t steps_left, uint32_t seed);

#endif
