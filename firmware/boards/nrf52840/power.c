/* USB's supply, and System OFF (5.3.5): 0.4 uA, from which a reset or VBUS wakes the chip. */
#include "edgekit_hal.h"
#include "nrf52840.h"
#include "usbd.h"
#include "wiring.h"

bool hal_usb_power(void)
{
    return (POWER_USBREGSTATUS & POWER_USBREGSTATUS_VBUS) != 0;
}

/* A pin that is sensed would wake the chip at once, and the serial line's would feed an adapter
 * that has no power. All other pins keep what they have: the battery's divider stays connected. */
void hal_power_off(void)
{
    GPIO_PIN_CNF(0, INT1_PIN) = GPIO_PIN_CNF_INPUT_OFF;
    GPIO_PIN_CNF(1, RXD_PIN) = GPIO_PIN_CNF_INPUT_OFF;
    GPIO_PIN_CNF(1, TXD_PIN) = GPIO_PIN_CNF_INPUT_OFF;
    hal_led(false);
    POWER_RESETREAS = POWER_RESETREAS_ALL;
    cortex_barrier();
    POWER_SYSTEMOFF = 1;
    for (;;) {
        cortex_wait();
    }
}
