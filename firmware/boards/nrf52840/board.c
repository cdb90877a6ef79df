/* nRF52840: start-up, sleep, watchdog and the reset's cause. Not run on hardware.
 *
 * A board with this chip is a folder of its own with board.toml, a linker script, wiring.h and
 * idle_chips.c. */
#include "../cortex-m/board.h"
#include "../cortex-m/blocks.h"
#include "divider.h"
#include "idle_chips.h"
#include "motor.h"
#include "nrf52840.h"
#include "wiring.h"

#include <string.h>

#define WATCHDOG_TICKS (8u * 32768u - 1u) /* 8 s */

const char hal_board_name[] = BOARD_NAME;

const uint16_t hal_features =
    HAL_FEATURE_BATTERY | HAL_FEATURE_LED | HAL_FEATURE_MOTOR | HAL_FEATURE_USB;

void hal_led(bool on)
{
    if (on == LED_IS_LIT_BY_HIGH) {
        GPIO_OUTSET(0) = 1u << LED_PIN;
    } else {
        GPIO_OUTCLR(0) = 1u << LED_PIN;
    }
}

static void start_led(void)
{
    hal_led(false);
    GPIO_PIN_CNF(0, LED_PIN) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
}

static uint32_t reset_reasons;

static bool sensor_line(void)
{
    return (GPIO_IN(0) & (1u << INT1_PIN)) != 0;
}

/* Open the debug port where UICR allows it, as Nordic's SystemInit does: since revision 3 the chip
 * starts with it closed, and a probe then offers to erase all flash. (nrfx,
 * system_nrf52_approtect.h) */
static void open_debug_port(void)
{
    if (CHIP_PART == CHIP_PART_NRF52840 && CHIP_REVISION >= CHIP_REVISION_3) {
        APPROTECT_DISABLE = UICR_APPROTECT;
    }
}

void board_start(void)
{
    motor_start();
    divider_connect(); /* first: until then the ADC's pin sees the whole battery */
    open_debug_port();
    reset_reasons = POWER_RESETREAS;
    POWER_RESETREAS = reset_reasons;
    ANOMALY_246 = ANOMALY_246_WORKAROUND;
    POWER_DCDCEN = HAS_DCDC_INDUCTORS;
    POWER_POFCON = 0; /* anomaly 242: a write to flash during its warning stops the core */
    NVMC_ICACHECNF = 1;
    clock_start();
    /* The watchdog outlives a software reset: then this changes nothing, and is only fed. */
    WDT_CRV = WATCHDOG_TICKS;
    WDT_CONFIG = WDT_CONFIG_RUN_IN_SLEEP;
    WDT_START = 1;
    hal_watchdog_feed();
    GPIO_PIN_CNF(0, INT1_PIN) = GPIO_PIN_CNF_PULL_DOWN | GPIO_PIN_CNF_SENSE_HIGH;
    GPIOTE_INTENSET = GPIOTE_INT_PORT;
    cortex_enable_interrupt(GPIOTE_INTERRUPT);
    start_led();
    idle_chips_sleep();
    bus_start();
    serial_start();
}

static void clear_pin_event(void)
{
    GPIOTE_EVENTS_PORT = 0;
    (void)GPIOTE_EVENTS_PORT; /* the write has arrived */
    cortex_clear_pending(GPIOTE_INTERRUPT);
}

bool hal_sleep_until(uint64_t until_us)
{
    serial_continue();
    clear_pin_event();
    /* An event from here on is pending, so the core does not sleep over it. */
    if (!sensor_line() && !serial_has_input()) {
        clock_wait_until(until_us);
        clear_pin_event(); /* otherwise it would wake the core from each of the bus's waits */
        serial_continue();
    }
    return sensor_line();
}

/* A line that stays high makes no further event: there is nothing to mask. */
void hal_rest_until(uint64_t until_us)
{
    serial_continue();
    clear_pin_event();
    if (!serial_has_input()) {
        clock_wait_until(until_us);
        clear_pin_event();
        serial_continue();
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
        return HAL_RESET_PIN; /* anomaly 136: the other bits may be set too */
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

/* The UF2 boot loader stays where it finds this in GPREGRET, which a software reset keeps.
 * (5.3.7.11; Adafruit_nRF52_Bootloader, DFU_MAGIC_UF2_RESET) */
void board_boot_loader(void)
{
    serial_finish();
    POWER_GPREGRET = POWER_GPREGRET_UF2;
    board_reset();
}
