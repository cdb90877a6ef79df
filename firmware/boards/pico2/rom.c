/* The RP2350's boot ROM (data sheet, 5.4) and its serial number. */
#include "../rp2/rom.h"

#include "chip.h"
#include "edgekit_hal.h"

#include <string.h>

#define ROM_LOOKUP            0x16u /* a halfword: the function that looks up */
#define ROM_FUNCTION_SECURE   0x0004u
#define REBOOT_TO_BOOTSEL     0x002u
#define REBOOT_WITHOUT_RETURN 0x100u
#define REBOOT_DELAY_MS       10u
#define OTP_CHIP_ID           0x40130000u /* rows 0 to 3, 16 bits of each (13.10) */

const char hal_board_name[] = "pico2";

/* 5.9: the boot ROM leaves the code that sets up this flash chip at the start of boot RAM. */
const uint32_t *const chip_xip_setup = (const uint32_t *)0x400E0000u;

/* IMAGE_DEF (5.9.5): an executable, Armv8-M, secure, for the RP2350; a list of one block. */
__attribute__((section(".image_def"), used)) const uint32_t image_def[5] = {
    0xFFFFDED3u, 0x10210142u, 0x000001FFu, 0x00000000u, 0xAB123579u,
};

uintptr_t chip_rom_function(uint32_t code)
{
    typedef uintptr_t (*lookup_t)(uint32_t code, uint32_t mask);
    uintptr_t at = ROM_LOOKUP;
    __asm__("" : "+r"(at)); /* hide it from gcc, which takes so low an address for a null pointer */
    const lookup_t lookup = (lookup_t)(uintptr_t)*(const volatile uint16_t *)at;
    return lookup(code, ROM_FUNCTION_SECURE);
}

/* 5.4.8.24: it returns only where it refuses. */
void chip_boot_loader(void)
{
    typedef int (*reboot_t)(uint32_t flags, uint32_t delay_ms, uint32_t disabled_interfaces,
                            uint32_t activity_pin);
    (void)((reboot_t)chip_rom_function(ROM_CODE('R', 'B')))(
        REBOOT_TO_BOOTSEL | REBOOT_WITHOUT_RETURN, REBOOT_DELAY_MS, 0, 0);
    for (;;) {
    }
}

void chip_read_id(const rom_flash_t *rom, const uint32_t *xip_setup, uint8_t id[8])
{
    (void)rom;
    (void)xip_setup;
    const uint32_t words[2] = {CORTEX_REGISTER(OTP_CHIP_ID), CORTEX_REGISTER(OTP_CHIP_ID + 4u)};
    memcpy(id, words, sizeof words);
}
