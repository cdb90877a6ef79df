/* edgekit_hal: the hardware abstraction layer that a board implements, all of it and no more.
 *
 * No call blocks without a bound. Times are of the board's own monotonic clock.
 */
#ifndef EDGEKIT_HAL_H
#define EDGEKIT_HAL_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"

/* The board's identity, for HELLO. */
extern const char hal_board_name[]; /* e.g. "xiao-nrf52840" */
void hal_device_id(uint8_t id[8]);  /* the chip's serial number, zeros where it has none */

/* What the board has, as a sum of these, for HELLO. */
#define HAL_FEATURE_BATTERY  (1u << 0) /* hal_battery_mv() measures */
#define HAL_FEATURE_LED      (1u << 1)
#define HAL_FEATURE_MOTOR    (1u << 2)
#define HAL_FEATURE_USB      (1u << 3)
#define HAL_FEATURE_MOUNTING (1u << 4) /* a mounting is kept */
extern const uint16_t hal_features;

/* Make one transfer on the I2C bus at 400 kHz: write out_bytes to the 7-bit address, then, after a
 * repeated start, read in_bytes. Either count may be 0. Ends within 20 ms whatever the bus does,
 * with EDGEKIT_OK, _NACK, _BUS_STUCK or _TIMEOUT. */
edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes);

/* Free a bus that a device holds low: up to nine clocks and a STOP, then set the bus up again.
 * EDGEKIT_OK when both lines are high afterwards, else EDGEKIT_BUS_STUCK. */
edgekit_error_t hal_bus_recover(void);

/* Return the microseconds since start-up; never goes back, does not wrap, runs in sleep. */
uint64_t hal_time_us(void);

/* Sleep with the core stopped until the sensor's interrupt line is high, serial bytes wait, or
 * hal_time_us() reaches until_us; may return early. True when the interrupt line is high. */
bool hal_sleep_until(uint64_t until_us);

/* Sleep likewise, but not woken by the sensor's line, which may be high for good. */
void hal_rest_until(uint64_t until_us);

/* The clock that hal_time_us() counts: a crystal (20 to 50 ppm), or an oscillator of resistor and
 * capacitor (250 ppm and more). */
typedef enum {
    HAL_CLOCK_UNKNOWN,
    HAL_CLOCK_CRYSTAL,
    HAL_CLOCK_RC,
} hal_clock_source_t;
hal_clock_source_t hal_clock_source(void);

/* Measure the battery in millivolts, within 5 ms; 0 where it cannot be measured. */
uint16_t hal_battery_mv(void);

/* Whether USB feeds the board, and charges its battery. */
bool hal_usb_power(void);

/* Switch off with as little current as the board can, until a reset or until USB feeds it: then it
 * starts anew. What the serial line still holds is lost. */
_Noreturn void hal_power_off(void);

/* Switch the board's light on or off; without a light this does nothing. */
void hal_led(bool on);

/* Let the motor run at this strength of 255 until the next call; 0 switches it off, as every reset
 * does. Without a motor this does nothing. */
void hal_motor(uint8_t strength);

/* Write to the serial line, 8N1 at 115200 or USB. Never waits for a host: bytes that the line
 * cannot take within 20 ms are dropped, whole calls only, and false is returned; at once where
 * hal_listener() is HAL_LISTENER_NOBODY. */
bool hal_serial_write(const uint8_t *data, uint32_t bytes);

/* Read waiting bytes, at most `capacity`; return how many, which may be 0. */
uint32_t hal_serial_read(uint8_t *data, uint32_t capacity);

/* Whether somebody reads what is written: a UART does not know, USB does. */
typedef enum {
    HAL_LISTENER_UNKNOWN,
    HAL_LISTENER_NOBODY,
    HAL_LISTENER_SOMEBODY,
} hal_listener_t;
hal_listener_t hal_listener(void);

/* The part of the flash for records, after the image; its first byte is offset 0. Erased bytes are
 * 0xFF; a write clears bits only. Offsets and counts of a write are multiples of 4. EDGEKIT_FLASH
 * or _TIMEOUT when the flash does not take it. */
#define HAL_FLASH_PAGE_BYTES 4096u
#define HAL_FLASH_WORD_BYTES 4u
uint32_t hal_flash_pages(void);
void hal_flash_read(uint32_t offset, void *data, uint32_t bytes);
edgekit_error_t hal_flash_erase(uint32_t page);
edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes);

/* Feed the watchdog, which the board starts at reset; it resets the device when not fed for 8 s. */
void hal_watchdog_feed(void);

typedef enum {
    HAL_RESET_POWER,
    HAL_RESET_PIN,
    HAL_RESET_WATCHDOG,
    HAL_RESET_FAULT,
    HAL_RESET_SOFTWARE,
} hal_reset_cause_t;

/* Return the bytes of the stack that were never used since the start. */
#define HAL_STACK_UNKNOWN UINT32_MAX
uint32_t hal_stack_unused(void);

/* What a fault handler stores in memory that a reset does not clear. */
typedef struct {
    uint32_t pc, lr, psr;   /* from the exception's stack frame */
    uint32_t fault_status;  /* CFSR; 0 on a core without one */
    uint32_t fault_address; /* BFAR or MMFAR where valid, else 0 */
} hal_post_mortem_t;

hal_reset_cause_t hal_reset_cause(void);

/* True, with *fault filled in, when the last run ended in a fault; only once. */
bool hal_post_mortem(hal_post_mortem_t *fault);
_Noreturn void hal_reset(void);

/* Start the board's boot loader, which takes a new image over USB and is left by flashing one or by
 * a reset. A board without one starts anew. */
_Noreturn void hal_boot_loader(void);

/* Whether a host asked for the boot loader by the serial line itself: 1200 baud, then DTR off. */
bool hal_wants_boot_loader(void);

#endif
