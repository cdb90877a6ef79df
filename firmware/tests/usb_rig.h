/* usb_rig: a USB block without a chip, for tests of usb_control.c and usb_cdc.c: implements
 * usb_chip.h and shows what they asked of it. Host only. */
#ifndef EDGEKIT_USB_RIG_H
#define EDGEKIT_USB_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "usb_chip.h"

/* What endpoint 0 waits for. */
typedef enum {
    RIG_NOTHING,
    RIG_DATA_TO_HOST,
    RIG_DATA_FROM_HOST,
    RIG_STATUS_TO_HOST,
    RIG_STATUS_FROM_HOST,
    RIG_STALL,
} usb_rig_control_t;

typedef struct {
    uint32_t control; /* usb_rig_control_t */
    uint32_t control_bytes;
    uint8_t control_data[USB_PACKET_BYTES];
    uint32_t address;
    uint32_t is_open;
    uint32_t opened; /* how often: toggles begin anew */
    uint32_t is_sending, bulk_bytes;
    uint8_t bulk_data[USB_PACKET_BYTES];
    uint32_t is_out_ready;
    uint32_t is_halted[3]; /* interrupt, bulk OUT, bulk IN */
    uint32_t unhalted[3];  /* how often: toggles begin anew */
    uint32_t misuses;      /* calls that usb_chip.h does not allow */
} usb_rig_t;

extern usb_rig_t usb_rig;

#endif
