/* usb_control: control transfers and the standard requests (usb_control.c), and the serial port's
 * own requests (usb_cdc.c). (USB 2.0, 8.5.3 and 9.4) */
#ifndef EDGEKIT_USB_CONTROL_H
#define EDGEKIT_USB_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

/* bmRequestType: direction, type and recipient (table 9-2) */
#define USB_TO_HOST      0x80u
#define USB_CLASS        0x20u
#define USB_OF_DEVICE    0x00u
#define USB_OF_INTERFACE 0x01u
#define USB_OF_ENDPOINT  0x02u

typedef struct {
    uint8_t type, request;
    uint16_t value, index, length;
} usb_setup_t;

typedef struct {
    enum {
        USB_REFUSED,
        USB_DONE,   /* without data */
        USB_ANSWER, /* `bytes` of `data`, which stay valid, to the host */
        USB_WANTS,  /* exactly `bytes` from the host into `into` */
    } kind;
    const uint8_t *data;
    uint8_t *into;
    uint32_t bytes;
} usb_reply_t;

/* The serial port's: carry out a request to its control interface; open or close it. */
usb_reply_t usb_cdc_request(const usb_setup_t *setup);
void usb_cdc_configured(bool is_open);

#endif
