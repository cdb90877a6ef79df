/* The battery's voltage by the SAADC (6.23), one reading of 16 conversions in some 2 ms.
 *
 * A divider of high resistance needs the longest acquisition, 40 us (for 800 kOhm). Anomaly 252: an
 * offset calibration between START and END writes a wrong result, so it comes before START, with a
 * STOP behind it. Anomaly 241: 400 uA may flow on after a burst, until the block's own power was
 * off for a moment; that also puts all registers back, so each reading sets them. */
#include "divider.h"

#include "edgekit_hal.h"
#include "nrf52840.h"
#include "wiring.h"

#define WAIT_US       5000u /* a calibration's time is in no document; a reading takes 0.7 ms */
#define FULL_SCALE_MV 1800u /* at the gain of 1/3, by the reference of 0.6 V */
#define FULL_SCALE    4096u /* 12 bits */

static volatile int16_t result; /* in RAM, as EasyDMA wants it */

void divider_connect(void)
{
    GPIO_OUTCLR(0) = 1u << BATTERY_ENABLE_PIN;
    GPIO_PIN_CNF(0, BATTERY_ENABLE_PIN) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
}

/* Start a task and wait for its event, within a bound; false when it does not come. */
static bool did(volatile uint32_t *task, volatile uint32_t *event)
{
    const uint64_t until_us = hal_time_us() + WAIT_US;
    *event = 0;
    *task = 1;
    while (!*event) {
        if (hal_time_us() >= until_us) {
            return false;
        }
    }
    return true;
}

static void set_up(void)
{
    SAADC_CH_0_PSELP = BATTERY_INPUT;
    SAADC_CH_0_CONFIG = SAADC_CONFIG_GAIN_1_3 | SAADC_CONFIG_TACQ_40_US | SAADC_CONFIG_BURST;
    SAADC_RESOLUTION = SAADC_RESOLUTION_12_BITS;
    SAADC_OVERSAMPLE = SAADC_OVERSAMPLE_16;
    SAADC_RESULT_PTR = (uint32_t)(uintptr_t)&result;
    SAADC_RESULT_MAXCNT = 1;
    SAADC_ENABLE = 1;
}

static void switch_off(void)
{
    SAADC_ENABLE = 0;
    SAADC_POWER = 0;
    (void)SAADC_POWER; /* the write has arrived */
    SAADC_POWER = 1;
}

uint16_t hal_battery_mv(void)
{
    set_up();
    const bool is_measured = did(&SAADC_CALIBRATEOFFSET, &SAADC_EVENTS_CALIBRATEDONE) &&
                             did(&SAADC_STOP, &SAADC_EVENTS_STOPPED) &&
                             did(&SAADC_START, &SAADC_EVENTS_STARTED) &&
                             did(&SAADC_SAMPLE, &SAADC_EVENTS_END);
    (void)did(&SAADC_STOP, &SAADC_EVENTS_STOPPED);
    switch_off();
    const int32_t value = result;
    if (!is_measured || value < 0) {
        return 0;
    }
    const uint32_t divided = FULL_SCALE * BATTERY_LOWER_KOHM;
    return (uint16_t)((uint64_t)value * FULL_SCALE_MV * BATTERY_DIVIDER_KOHM / divided);
}
