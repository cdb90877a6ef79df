/* usb_descriptors: what the device tells a host about itself. (USB 2.0, 9.5 and 9.6) */
#ifndef EDGEKIT_USB_DESCRIPTORS_H
#define EDGEKIT_USB_DESCRIPTORS_H

#include <stdint.h>

/* The interfaces and the one configuration, by their numbers. */
#define USB_CONTROL_INTERFACE 0u
#define USB_DATA_INTERFACE    1u
#define USB_CONFIGURATION     1u

/* Find a descriptor by GET_DESCRIPTOR's wValue; return its bytes, 0 where there is none. *data is
 * valid until the next call. */
uint32_t usb_descriptor(uint16_t value, const uint8_t **data);

#endif
