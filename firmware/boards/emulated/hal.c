/* The emulated board's HAL: each call accesses a few registers of machine.h. */
#include "machine.h"

#include "../cortex-m/board.h"

#include <string.h>

const char hal_board_name[] = "emulated";

const uint16_t hal_features = HAL_FEATURE_BATTERY | HAL_FEATURE_LED | HAL_FEATURE_MOTOR;

hal_clock_source_t hal_clock_source(void)
{
    return HAL_CLOCK_UNKNOWN;
}

uint16_t hal_battery_mv(void)
{
    return (uint16_t)MACHINE_BATTERY_MV;
}

bool hal_usb_power(void)
{
    return MACHINE_USB_POWER != 0;
}

void hal_led(bool on)
{
    MACHINE_LED = on;
}

void hal_power_off(void)
{
    MACHINE_POWER_OFF = 1;
    for (;;) {
        cortex_wait();
    }
}

static uint32_t address_of(const volatile void *pointer)
{
    return (uint32_t)(uintptr_t)pointer;
}

void board_start(void)
{
    hal_watchdog_feed();
}

hal_reset_cause_t board_reset_cause(void)
{
    return (hal_reset_cause_t)MACHINE_RESET_CAUSE;
}

void board_reset(void)
{
    SCB_AIRCR = SCB_AIRCR_RESET;
    for (;;) {
    }
}

/* There is none. */
void board_boot_loader(void)
{
    board_reset();
}

void hal_device_id(uint8_t id[8])
{
    const uint32_t words[2] = {MACHINE_ID_LOW, MACHINE_ID_HIGH};
    memcpy(id, words, sizeof words);
}

edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes)
{
    MACHINE_BUS_ADDRESS = address;
    MACHINE_BUS_OUT = address_of(out);
    MACHINE_BUS_OUT_SIZE = out_bytes;
    MACHINE_BUS_IN = address_of(in);
    MACHINE_BUS_IN_SIZE = in_bytes;
    cortex_barrier();
    MACHINE_BUS_GO = MACHINE_BUS_TRANSFER;
    cortex_barrier();
    return (edgekit_error_t)MACHINE_BUS_GO;
}

edgekit_error_t hal_bus_recover(void)
{
    MACHINE_BUS_GO = MACHINE_BUS_CLOCKS;
    return (edgekit_error_t)MACHINE_BUS_GO;
}

uint64_t hal_time_us(void)
{
    const uint32_t low = MACHINE_TIME_LOW;
    return ((uint64_t)MACHINE_TIME_HIGH << 32) | low;
}

static void sleep_until(uint64_t until_us, uint32_t wakes)
{
    MACHINE_WAKES = wakes;
    MACHINE_SLEEP_LOW = (uint32_t)until_us;
    MACHINE_SLEEP_HIGH = (uint32_t)(until_us >> 32);
}

void hal_rest_until(uint64_t until_us)
{
    sleep_until(until_us, MACHINE_LINE_SERIAL);
}

bool hal_sleep_until(uint64_t until_us)
{
    sleep_until(until_us, MACHINE_LINE_SERIAL | MACHINE_LINE_SENSOR);
    return (MACHINE_LINES & MACHINE_LINE_SENSOR) != 0;
}

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    MACHINE_SERIAL_OUT = address_of(data);
    cortex_barrier();
    MACHINE_SERIAL_SEND = bytes;
    return MACHINE_SERIAL_SEND != 0;
}

uint32_t hal_serial_read(uint8_t *data, uint32_t capacity)
{
    uint32_t count = 0;
    while (count < capacity) {
        const uint32_t word = MACHINE_SERIAL_IN;
        if (word == 0) {
            break;
        }
        data[count++] = (uint8_t)word;
    }
    return count;
}

hal_listener_t hal_listener(void)
{
    return HAL_LISTENER_UNKNOWN;
}

bool hal_wants_boot_loader(void)
{
    return false;
}

uint32_t hal_flash_pages(void)
{
    return MACHINE_RECORD_PAGES;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    memcpy(data, (const void *)(uintptr_t)(MACHINE_RECORDS + offset), bytes);
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    MACHINE_FLASH_ERASE = page;
    return (edgekit_error_t)MACHINE_FLASH_WRITE;
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    MACHINE_FLASH_OFFSET = offset;
    MACHINE_FLASH_FROM = address_of(data);
    cortex_barrier();
    MACHINE_FLASH_WRITE = bytes;
    return (edgekit_error_t)MACHINE_FLASH_WRITE;
}

void hal_watchdog_feed(void)
{
    MACHINE_WATCHDOG = 1;
}

void hal_motor(uint8_t strength)
{
    MACHINE_MOTOR = strength;
}
