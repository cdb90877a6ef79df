/* usb_cdc: a USB serial port (CDC-ACM) without a vendor's stack. Pure: of the board it knows
 * usb_chip.h and hal_device_id() alone. (USB 2.0, chapter 9; CDC 1.2; PSTN 1.2, 6.3)
 *
 * A host that has opened the port has set DTR: then it listens. A host that sets 1200 baud and then
 * drops DTR asks for the boot loader, as for an Arduino.
 */
#ifndef EDGEKIT_USB_CDC_H
#define EDGEKIT_USB_CDC_H

#include <stdbool.h>
#include <stdint.h>

#define USB_SETUP_BYTES 8u

/* For the chip's file, called from usb_chip_poll() in the order in which things happened. */
void usb_cdc_bus_reset(void);        /* also when VBUS is gone */
void usb_cdc_suspended(bool is_now); /* false: resumed */
void usb_cdc_setup(const uint8_t setup[USB_SETUP_BYTES]);
void usb_cdc_control_in_done(void); /* of a data packet; not called for a status stage */
void usb_cdc_control_out(const uint8_t *data, uint32_t bytes);
void usb_cdc_bulk_in_done(void);
void usb_cdc_bulk_out(const uint8_t *data, uint32_t bytes);

/* For the serial line. */
bool usb_cdc_is_ready(void); /* configured and not suspended: a host could speak */
bool usb_cdc_has_dtr(void);  /* ready, and a program has opened the port */
bool usb_cdc_has_input(void);
uint32_t usb_cdc_read(uint8_t *data, uint32_t capacity);

/* Send bytes, all or none; false at once when the port is not ready or the buffer has no room. */
bool usb_cdc_write(const uint8_t *data, uint32_t bytes);

/* Whether a host asked for the boot loader. */
bool usb_cdc_wants_boot_loader(void);

#endif
