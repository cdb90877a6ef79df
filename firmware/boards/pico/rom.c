/* The RP2040's boot ROM (data sheet, 2.8.3) and the flash chip's serial number. */
#include "../rp2/rom.h"

#include "chip.h"
#include "edgekit_hal.h"

#define ROM_TABLE        0x14u /* halfwords: the table, the function that looks up */
#define ROM_LOOKUP       0x18u
#define FLASH_UNIQUE_ID  0x4Bu /* W25Q16JV: command, 4 bytes of nothing, 8 bytes */
#define UNIQUE_ID_AT     5u
#define UNIQUE_ID_BYTES  8u
#define SSI_SR           CORTEX_REGISTER(0x18000028u)
#define SSI_DR0          CORTEX_REGISTER(0x18000060u)
#define SSI_SR_RX_WAITS  (1u << 3)
#define QSPI_SS_CTRL     CORTEX_REGISTER(0x4001800Cu)
#define QSPI_SS_OVERRIDE (3u << 8)
#define QSPI_SS_LOW      (2u << 8)
#define QSPI_SS_HIGH     (3u << 8)
#define MOST_READS       100000u

const char hal_board_name[] = "pico";

const uint32_t *const chip_xip_setup = (const uint32_t *)0x10000000u;

static uint16_t rom_halfword(uintptr_t at)
{
    __asm__("" : "+r"(at)); /* hide it from gcc, which takes so low an address for a null pointer */
    return *(const volatile uint16_t *)at;
}

uintptr_t chip_rom_function(uint32_t code)
{
    typedef uintptr_t (*lookup_t)(uintptr_t table, uint32_t code);
    const lookup_t lookup = (lookup_t)(uintptr_t)rom_halfword(ROM_LOOKUP);
    return lookup(rom_halfword(ROM_TABLE), code);
}

/* 2.8.3.1.5: no pin shows activity, both of its USB interfaces are there. */
void chip_boot_loader(void)
{
    typedef void (*reset_to_usb_boot_t)(uint32_t activity_pins, uint32_t disabled_interfaces);
    ((reset_to_usb_boot_t)chip_rom_function(ROM_CODE('U', 'B')))(0, 0);
    for (;;) {
    }
}

IN_RAM static void read_id(const rom_flash_t *rom, const uint32_t *xip_setup, uint8_t *id)
{
    rom->connect();
    rom->exit_xip();
    const uint32_t control = QSPI_SS_CTRL & ~QSPI_SS_OVERRIDE;
    QSPI_SS_CTRL = control | QSPI_SS_LOW;
    for (uint32_t at = 0; at < UNIQUE_ID_AT + UNIQUE_ID_BYTES; at++) {
        SSI_DR0 = at == 0 ? FLASH_UNIQUE_ID : 0;
        for (uint32_t reads = 0; reads < MOST_READS && !(SSI_SR & SSI_SR_RX_WAITS); reads++) {
        }
        const uint8_t byte = (uint8_t)SSI_DR0;
        if (at >= UNIQUE_ID_AT) {
            id[at - UNIQUE_ID_AT] = byte;
        }
    }
    QSPI_SS_CTRL = control | QSPI_SS_HIGH;
    QSPI_SS_CTRL = control;
    rom->flush_cache();
    rom_xip_setup(xip_setup)();
}

void chip_read_id(const rom_flash_t *rom, const uint32_t *xip_setup, uint8_t id[8])
{
    void (*volatile const in_ram)(const rom_flash_t *, const uint32_t *, uint8_t *) = read_id;
    in_ram(rom, xip_setup, id);
}
