/* rom: the boot ROM's functions for the flash, which cannot be read while they work. */
#ifndef EDGEKIT_ROM_H
#define EDGEKIT_ROM_H

#include <stdint.h>

/* RP2040 data sheet, 2.8.3.1.3; RP2350 data sheet, 5.4.8: the same codes and arguments. */
typedef struct {
    void (*connect)(void);
    void (*exit_xip)(void);
    void (*erase)(uint32_t offset, uint32_t bytes, uint32_t block_bytes, uint8_t block_command);
    void (*program)(uint32_t offset, const uint8_t *data, uint32_t bytes);
    void (*flush_cache)(void);
} rom_flash_t;

#define ROM_CODE(a, b) ((uint32_t)(a) | (uint32_t)(b) << 8)

/* What differs between the chips: the address of a ROM function by its code, the code that sets up
 * reading from flash (64 words, at any address), and 8 bytes that are unique to the board. */
uintptr_t chip_rom_function(uint32_t code);
extern const uint32_t *const chip_xip_setup;
_Noreturn void chip_boot_loader(void); /* as if BOOTSEL had been held */
void chip_read_id(const rom_flash_t *rom, const uint32_t *xip_setup, uint8_t id[8]);

/* Place a function in RAM. */
#define IN_RAM __attribute__((section(".ramcode"), noinline))

typedef void (*xip_setup_t)(void);
static inline xip_setup_t rom_xip_setup(const uint32_t *code)
{
    return (xip_setup_t)((uintptr_t)code | 1u);
}

#endif
