/* Seeed Studio XIAO nRF52840: start-up, sleep, watchdog, and why it was reset.
 *
 * Not run on hardware. Pins of the XIAO (Seeed's pinout): D1 P0.03, D4 P0.04, D5 P0.05, D6 P1.11,
 * D7 P1.12.
 */
#include "../cortex-m/board.h"
#include "bus.h"
#include "clock.h"
#include "idle_chips.h"
#include "nrf52840.h"
#include "serial.h"

#include <string.h>

#define INT1_PIN       3u /* D1 */
#define WATCHDOG_TICKS (8u * 32768u - 1u)

const char hal_board_name[] = "xiao-nrf52840";

static uint32_t reset_reasons;

static bool sensor_line(void)
{
    return (GPIO_IN(0) & (1u << INT1_PIN)) != 0;
}

void board_start(void)
{
    reset_reasons = POWER_RESETREAS;
    POWER_RESETREAS = reset_reasons;
    ANOMALY_246 = ANOMALY_246_CURED;
    POWER_DCDCEN = 1; /* the XIAO has the inductors */
    NVMC_ICACHECNF = 1;
    clock_start();
    /* It outlives a software reset: then this changes nothing, and feeding is what counts. */
    WDT_CRV = WATCHDOG_TICKS;
    WDT_CONFIG = WDT_CONFIG_RUN_IN_SLEEP;
    WDT_START = 1;
    hal_watchdog_feed();
    GPIO_PIN_CNF(0, INT1_PIN) = GPIO_PIN_CNF_PULL_DOWN | GPIO_PIN_CNF_SENSE_HIGH;
    GPIOTE_INTENSET = GPIOTE_INT_PORT;
    cortex_let_through(GPIOTE_INTERRUPT);
    idle_chips_sleep();
    bus_start();
    serial_start();
}

static void forget_pin_event(void)
{
    GPIOTE_EVENTS_PORT = 0;
    (void)GPIOTE_EVENTS_PORT; /* the write has arrived */
    cortex_clear_pending(GPIOTE_INTERRUPT);
}

bool hal_sleep_until(uint64_t until_us)
{
    serial_go_on();
    forget_pin_event();
    /* What comes from here on is pending, and the core does not sleep over it. */
    if (!sensor_line() && !serial_waits()) {
        clock_wait_until(until_us);
        forget_pin_event(); /* or it would wake the core from each of the bus's waits */
        serial_go_on();
    }
    return sensor_line();
}

/* A line that stays high makes no further event: there is nothing to hold back. */
void hal_rest_until(uint64_t until_us)
{
    serial_go_on();
    forget_pin_event();
    if (!serial_waits()) {
        clock_wait_until(until_us);
        forget_pin_event();
        serial_go_on();
    }
}

void hal_device_id(uint8_t id[8])
{
    const uint32_t words[2] = {FICR_DEVICEID(0), FICR_DEVICEID(1)};
    memcpy(id, words, sizeof words);
}

void hal_watchdog_feed(void)
{
    WDT_RR_0 = WDT_RR_RELOAD;
}

hal_reset_cause_t board_reset_cause(void)
{
    if (reset_reasons & POWER_RESETREAS_PIN) {
        return HAL_RESET_PIN; /* anomaly 136: the other bits may be set, too */
    }
    if (reset_reasons & POWER_RESETREAS_DOG) {
        return HAL_RESET_WATCHDOG;
    }
    if (reset_reasons & POWER_RESETREAS_LOCKUP) {
        return HAL_RESET_FAULT;
    }
    return reset_reasons & POWER_RESETREAS_SREQ ? HAL_RESET_SOFTWARE : HAL_RESET_POWER;
}

void board_reset(void)
{
    SCB_AIRCR = SCB_AIRCR_RESET;
    for (;;) {
    }
}
