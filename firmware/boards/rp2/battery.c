/* A third of VSYS on the ADC's input 3 (GP29), as a Pico and a Pico 2 wire it; on a Pico W that pin
 * is the radio's. With USB plugged in VSYS is USB's and says nothing of a battery. (RP2040 data
 * sheet, 4.9) */
#include "clock.h"
#include "edgekit_hal.h"
#include "rp2.h"

#define INPUT        3u
#define READINGS     16u
#define MOST_READS   2000u
#define REFERENCE_MV 3300u /* ADC_VREF, the board's 3.3 V */
#define FULL_SCALE   4096u
#define DIVIDER      3u

/* Wait until a conversion is over, 2 us; false where it never is. */
static bool is_ready(void)
{
    for (uint32_t reads = 0; reads < MOST_READS; reads++) {
        if (ADC_CS & ADC_CS_READY) {
            return true;
        }
    }
    return false;
}

uint16_t hal_battery_mv(void)
{
    if (hal_usb_power()) {
        return 0;
    }
    CLK_ADC_CTRL = CLK_ADC_CTRL_PLL; /* first: without its clock the block stays in reset */
    clock_reset(RESETS_ADC);
    const uint32_t control = ADC_CS_ON | ADC_CS_INPUT(INPUT);
    ADC_CS = control;
    bool is_good = is_ready();
    uint32_t sum = 0;
    for (uint32_t reading = 0; reading < READINGS && is_good; reading++) {
        ADC_CS = control | ADC_CS_START_ONCE;
        is_good = is_ready() && !(ADC_CS & ADC_CS_ERROR);
        sum += ADC_RESULT;
    }
    ADC_CS = 0;
    CLK_ADC_CTRL = 0;
    return is_good ? (uint16_t)(sum * (REFERENCE_MV * DIVIDER) / (READINGS * FULL_SCALE)) : 0;
}
