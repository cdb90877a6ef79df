/* usb_identity: by which numbers and names a host knows a wearable.
 *
 * No vendor number is ours. 0x1209 is pid.codes', product 0x0001 its number for tests at one's own
 * desk: whoever hands boards to others gets a number of their own there. So programs look for the
 * two names, and for the serial number, which is hal_device_id() in hexadecimal digits. */
#ifndef EDGEKIT_USB_IDENTITY_H
#define EDGEKIT_USB_IDENTITY_H

#define USB_VENDOR_ID    0x1209u
#define USB_PRODUCT_ID   0x0001u
#define USB_MANUFACTURER "edgekit"
#define USB_PRODUCT      "edgekit wearable"

#endif
