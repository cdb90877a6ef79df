/* USB's supply on GP24, and dormant: every oscillator stopped (RP2040 data sheet, 2.11.5
 * and 2.16.5). The board's own regulator and flash go on, some 0.2 to 1 mA. */
#include "power.h"

#include "../cortex-m/board.h"
#include "edgekit_hal.h"
#include "rp2.h"

#define USB_PIN         24u /* high with USB plugged in, by the board's divider */
#define BATTERY_PIN     29u
#define USB_PIN_IS_HIGH (1u << 1) /* of pin 24 in IO_DORMANT_INTE_3 */
#define MOST_READS      200000u
#define PLL_PWR_ALL     (PLL_PWR_VCO | PLL_PWR_POST)

void power_start(void)
{
    PADS_PIN(USB_PIN) = PADS_INPUT | PADS_SCHMITT;
    IO_CTRL(USB_PIN) = IO_CTRL_SIO;
    PADS_PIN(BATTERY_PIN) = PADS_OUTPUT_OFF; /* analogue: no input, no pull */
}

bool hal_usb_power(void)
{
    return (SIO_GPIO_IN & (1u << USB_PIN)) != 0;
}

static void wait_for(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t reads = 0; reads < MOST_READS && (*reg & bits) != bits; reads++) {
    }
}

/* The core runs from the crystal alone, which stops: it goes on where it was once USB is plugged
 * in. The ring oscillator must run again before the reset, because the boot ROM begins with it. */
void hal_power_off(void)
{
    hal_led(false);
    CLK_SYS_CTRL = CLK_SYS_CTRL_REF;
    wait_for(&CLK_SYS_SELECTED, 1u << CLK_SYS_CTRL_REF);
    RP2_SET(PLL_PWR(PLL_SYS_BASE)) = PLL_PWR_ALL;
    RP2_SET(PLL_PWR(PLL_USB_BASE)) = PLL_PWR_ALL;
    ROSC_CTRL = ROSC_CTRL_OFF;
    IO_DORMANT_INTE_3 = USB_PIN_IS_HIGH;
    cortex_barrier();
    XOSC_DORMANT = XOSC_DORMANT_WORD;
    wait_for(&XOSC_STATUS, XOSC_STATUS_STABLE);
    ROSC_CTRL = ROSC_CTRL_ON;
    wait_for(&ROSC_STATUS, ROSC_STATUS_STABLE);
    board_reset();
}
