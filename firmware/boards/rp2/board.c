/* Raspberry Pi Pico and Pico 2: start-up, sleep, watchdog and the reset's cause. Not run on
 * hardware. */
#include "../cortex-m/board.h"
#include "../cortex-m/blocks.h"
#include "../usb/usb_chip.h"
#include "clock.h"
#include "flash.h"
#include "motor.h"
#include "power.h"
#include "rom.h"
#include "rp2.h"

#define INT1_PIN 6u
#define LED_PIN  25u

const uint16_t hal_features =
    HAL_FEATURE_BATTERY | HAL_FEATURE_LED | HAL_FEATURE_MOTOR | HAL_FEATURE_USB;

void hal_led(bool on)
{
    if (on) {
        SIO_GPIO_OUT_SET = 1u << LED_PIN;
    } else {
        SIO_GPIO_OUT_CLR = 1u << LED_PIN;
    }
}

static void start_led(void)
{
    PADS_PIN(LED_PIN) = PADS_DRIVE_4_MA;
    IO_CTRL(LED_PIN) = IO_CTRL_SIO;
    SIO_GPIO_OE_SET = 1u << LED_PIN;
}

hal_clock_source_t hal_clock_source(void)
{
    return HAL_CLOCK_CRYSTAL;
}

static bool sensor_line(void)
{
    return (SIO_GPIO_IN & (1u << INT1_PIN)) != 0;
}

void board_start(void)
{
    clock_start();
    clock_reset(RESETS_IO_BANK0 | RESETS_PADS | RESETS_I2C0 | RESETS_UART0 | RESETS_PWM);
    motor_start();
    PSM_WDSEL = PSM_WDSEL_ALL;
    hal_watchdog_feed();
    RP2_SET(WATCHDOG_CTRL) = WATCHDOG_CTRL_ENABLE;
    PADS_PIN(INT1_PIN) = PADS_INPUT | PADS_SCHMITT | PADS_PULL_DOWN;
    IO_CTRL(INT1_PIN) = IO_CTRL_SIO;
    IO_INTE_0 = IO_INTE_HIGH(INT1_PIN);
    cortex_enable_interrupt(IO_BANK0_INTERRUPT);
    start_led();
    power_start();
    flash_start();
    bus_start();
    serial_start();
}

bool hal_sleep_until(uint64_t until_us)
{
    serial_continue();
    cortex_clear_pending(IO_BANK0_INTERRUPT);
    /* An event from here on is pending, so the core does not sleep over it. */
    if (!sensor_line() && !serial_has_input()) {
        clock_wait_until(until_us);
        serial_continue();
    }
    return sensor_line();
}

void hal_rest_until(uint64_t until_us)
{
    serial_continue();
    IO_INTE_0 = 0; /* masked, because it is pending as long as the line is high */
    cortex_clear_pending(IO_BANK0_INTERRUPT);
    if (!serial_has_input()) {
        clock_wait_until(until_us);
        serial_continue();
    }
    IO_INTE_0 = IO_INTE_HIGH(INT1_PIN);
}

void hal_watchdog_feed(void)
{
    WATCHDOG_LOAD = WATCHDOG_LOAD_8_S;
}

hal_reset_cause_t board_reset_cause(void)
{
    if (WATCHDOG_REASON & WATCHDOG_REASON_TIMER) {
        return HAL_RESET_WATCHDOG;
    }
    if (WATCHDOG_REASON & WATCHDOG_REASON_FORCE) {
        return HAL_RESET_SOFTWARE;
    }
    return CHIP_RESET & CHIP_RESET_RUN ? HAL_RESET_PIN : HAL_RESET_POWER;
}

/* Reset by the watchdog, because SYSRESETREQ would leave the peripherals as they are. */
void board_reset(void)
{
    PSM_WDSEL = PSM_WDSEL_ALL;
    RP2_SET(WATCHDOG_CTRL) = WATCHDOG_CTRL_TRIGGER;
    for (;;) {
    }
}

/* The boot ROM sets the watchdog for itself, so ours must not run into it. */
void board_boot_loader(void)
{
    serial_finish();
    usb_chip_detach();
    RP2_CLR(WATCHDOG_CTRL) = WATCHDOG_CTRL_ENABLE;
    chip_boot_loader();
}
