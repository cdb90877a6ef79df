/* usb_power: USBD from VBUS up to its pull-up, and down again. Without VBUS nothing of it runs;
 * with VBUS it keeps the 32 MHz crystal on, also while the bus is suspended. */
#ifndef EDGEKIT_USB_POWER_H
#define EDGEKIT_USB_POWER_H

#include <stdbool.h>

/* Switch USBD off, as a boot loader may have left it on, and wake the core when VBUS changes. */
void usb_power_start(void);

/* Clear POWER's events; true when VBUS went since USBD was switched on, if only for a moment. */
bool usb_power_is_lost(void);

/* Where there is VBUS, switch USBD on, and its pull-up when its supply has settled. True when it
 * is on the bus. USBD that does not start is not tried again before VBUS went. */
bool usb_power_up(void);

/* Switch USBD, which is awake, and its crystal off. */
void usb_power_down(void);

void usb_power_sleep(void); /* of a suspended bus: most registers are out of reach until it wakes */
void usb_power_wake(void);

#endif
