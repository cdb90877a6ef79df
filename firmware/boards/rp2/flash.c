/* The flash cannot be read while it is written, not even for code: the boot ROM's functions are
 * called from RAM. Their own waits end with the chip's: 0.4 s for a sector at most (W25Q16JV). */
#include "flash.h"

#include "edgekit_hal.h"
#include "rom.h"
#include "rp2.h"

#include <string.h>

#define XIP             0x10000000u
#define PROGRAM_BYTES   256u
#define BLOCK_BYTES     65536u
#define BLOCK_ERASE     0xD8u
#define XIP_SETUP_WORDS 64u
#define RECORDS_BYTES   (FLASH_RECORD_PAGES * HAL_FLASH_PAGE_BYTES)

static rom_flash_t rom;
static uint32_t xip_setup[XIP_SETUP_WORDS];
static uint8_t device_id[8];

/* Program a page, or erase a sector where `data` is NULL. Nothing here may be in flash: no memcpy,
 * no constant. */
IN_RAM static void change(const rom_flash_t *with, const uint32_t *setup, uint32_t offset,
                          const uint8_t *data)
{
    with->connect();
    with->exit_xip();
    if (data) {
        with->program(offset, data, PROGRAM_BYTES);
    } else {
        with->erase(offset, HAL_FLASH_PAGE_BYTES, BLOCK_BYTES, BLOCK_ERASE);
    }
    with->flush_cache();
    rom_xip_setup(setup)();
}

/* Called by a pointer, because RAM is too far from flash for a direct call. */
static void (*volatile const change_in_ram)(const rom_flash_t *, const uint32_t *, uint32_t,
                                            const uint8_t *) = change;

void flash_start(void)
{
    rom.connect = (void (*)(void))chip_rom_function(ROM_CODE('I', 'F'));
    rom.exit_xip = (void (*)(void))chip_rom_function(ROM_CODE('E', 'X'));
    rom.erase =
        (void (*)(uint32_t, uint32_t, uint32_t, uint8_t))chip_rom_function(ROM_CODE('R', 'E'));
    rom.program =
        (void (*)(uint32_t, const uint8_t *, uint32_t))chip_rom_function(ROM_CODE('R', 'P'));
    rom.flush_cache = (void (*)(void))chip_rom_function(ROM_CODE('F', 'C'));
    memcpy(xip_setup, chip_xip_setup, sizeof xip_setup);
    chip_read_id(&rom, xip_setup, device_id);
}

void hal_device_id(uint8_t id[8])
{
    memcpy(id, device_id, sizeof device_id);
}

uint32_t hal_flash_pages(void)
{
    return FLASH_RECORD_PAGES;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    memcpy(data, (const void *)(uintptr_t)(XIP + FLASH_RECORDS + offset), bytes);
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    if (page >= FLASH_RECORD_PAGES) {
        return EDGEKIT_FLASH;
    }
    change_in_ram(&rom, xip_setup, FLASH_RECORDS + page * HAL_FLASH_PAGE_BYTES, NULL);
    return EDGEKIT_OK;
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    if (((offset | bytes) & 3u) != 0 || offset > RECORDS_BYTES || bytes > RECORDS_BYTES - offset) {
        return EDGEKIT_FLASH;
    }
    static uint8_t page[PROGRAM_BYTES];
    const uint8_t *from = data;
    while (bytes > 0) {
        const uint32_t in_page = offset % PROGRAM_BYTES;
        const uint32_t room = PROGRAM_BYTES - in_page;
        const uint32_t now = bytes < room ? bytes : room;
        memset(page, 0xFF, sizeof page); /* programming 0xFF changes nothing */
        memcpy(page + in_page, from, now);
        change_in_ram(&rom, xip_setup, FLASH_RECORDS + offset - in_page, page);
        const uint8_t *written = (const uint8_t *)(uintptr_t)(XIP + FLASH_RECORDS + offset);
        for (uint32_t i = 0; i < now; i++) {
            if (written[i] & ~from[i] & 0xFFu) {
                return EDGEKIT_FLASH;
            }
        }
        offset += now;
        from += now;
        bytes -= now;
    }
    return EDGEKIT_OK;
}
