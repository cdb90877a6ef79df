#include "store_flash.h"

#include <string.h>

#include "check.h"

flash_t flash;
static uint32_t steps_left;
static bool off;
static uint32_t random_state;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13; /* xorshift32 */
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

void flash_blank(uint32_t pages)
{
    CHECK(pages <= FLASH_MOST_PAGES);
    memset(&flash, 0, sizeof flash);
    memset(flash.bytes, 0xFF, sizeof flash.bytes);
    flash.pages = pages;
    flash.bad_page = flash.bad_word = FLASH_NEVER;
    flash_power_on(FLASH_NEVER, 1);
}

void flash_power_on(uint32_t steps, uint32_t seed)
{
    off = false;
    steps_left = steps;
    flash.steps = 0;
    random_state = seed * 2654435761u + 1u;
    random_state += random_state == 0;
}

/* True when this step is the one that the power cut falls in. */
static bool cut_now(void)
{
    flash.steps++;
    if (steps_left == FLASH_NEVER || steps_left-- > 0) {
        return false;
    }
    off = true;
    return true;
}

static void clear_bits(uint32_t offset, uint32_t kept)
{
    uint32_t word;
    memcpy(&word, flash.bytes + offset, sizeof word);
    word &= kept;
    memcpy(flash.bytes + offset, &word, sizeof word);
}

uint32_t hal_flash_pages(void)
{
    return flash.pages;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    CHECK(offset <= flash.pages * HAL_FLASH_PAGE_BYTES);
    CHECK(bytes <= flash.pages * HAL_FLASH_PAGE_BYTES - offset);
    flash.read_bytes += bytes;
    memcpy(data, flash.bytes + offset, bytes);
}

static void half_erase(uint8_t *page)
{
    const uint32_t way = random_word() % 4;
    const uint32_t from = way == 1 ? random_word() % HAL_FLASH_PAGE_BYTES : 0;
    if (way == 0) {
        return;
    }
    memset(page, 0xFF, from);
    for (uint32_t i = from; i < HAL_FLASH_PAGE_BYTES; i++) {
        const uint8_t bits = (uint8_t)random_word();
        page[i] = way == 2 ? (uint8_t)(page[i] | bits) : bits;
    }
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    CHECK(page < flash.pages);
    uint8_t *bytes = flash.bytes + (size_t)page * HAL_FLASH_PAGE_BYTES;
    if (off || page == flash.bad_page) {
        return EDGEKIT_FLASH;
    }
    if (cut_now()) {
        half_erase(bytes);
        return EDGEKIT_FLASH;
    }
    memset(bytes, 0xFF, HAL_FLASH_PAGE_BYTES);
    memset(flash.torn + (size_t)page * HAL_FLASH_PAGE_BYTES / 4, 0, HAL_FLASH_PAGE_BYTES / 4);
    memset(flash.writes + (size_t)page * HAL_FLASH_PAGE_BYTES / 4, 0, HAL_FLASH_PAGE_BYTES / 4);
    flash.erases[page]++;
    return EDGEKIT_OK;
}

/* The word is cut short; so are those after it on a chip that programs more than one at a time. */
static void cut_words(uint32_t offset, const uint8_t *data, uint32_t bytes)
{
    const uint32_t cut_bytes = random_word() % 2 ? bytes : 4;
    for (uint32_t at = 0; at < cut_bytes; at += 4) {
        uint32_t word;
        memcpy(&word, data + at, sizeof word);
        const uint32_t way = random_word() % 4;
        const uint32_t kept = way == 0 ? UINT32_MAX : way == 1 ? 0 : random_word();
        clear_bits(offset + at, word | kept);
        flash.torn[(offset + at) / 4] = true;
    }
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    CHECK(offset % 4 == 0 && bytes % 4 == 0 && offset < flash.pages * HAL_FLASH_PAGE_BYTES);
    CHECK(bytes <= flash.pages * HAL_FLASH_PAGE_BYTES - offset);
    for (uint32_t at = 0; at < bytes && !off; at += 4) {
        const uint32_t index = (offset + at) / 4;
        uint32_t word;
        memcpy(&word, (const uint8_t *)data + at, sizeof word);
        CHECK(word == 0 || !flash.torn[index]);
        flash.writes[index] = (uint8_t)(flash.writes[index] + (flash.writes[index] < UINT8_MAX));
        if (flash.writes[index] > flash.most_writes) {
            flash.most_writes = flash.writes[index];
        }
        if (cut_now()) {
            cut_words(offset + at, (const uint8_t *)data + at, bytes - at);
        } else {
            clear_bits(offset + at, offset + at == flash.bad_word ? word | 1u << 20 : word);
        }
    }
    return off ? EDGEKIT_FLASH : EDGEKIT_OK;
}
