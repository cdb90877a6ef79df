/* usb_endpoint: packets between the core and the USB block, through a buffer that belongs to one of
 * the two at a time. (RP2040 data sheet, 4.1.2.5; RP2350, 12.7.3.7) */
#ifndef EDGEKIT_USB_ENDPOINT_H
#define EDGEKIT_USB_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "../usb/usb_chip.h"

typedef struct {
    uint8_t address;     /* of usb_chip.h; 0: endpoint 0 */
    uint32_t control;    /* where its buffer control is, in USB_MEMORY */
    uint32_t ep_control; /* likewise; endpoint 0 has none */
    uint32_t type;
    uint32_t buffer;
    uint32_t bit;    /* in BUFF_STATUS and EP_ABORT */
    uint32_t toggle; /* of the next packet: 0 or USB_BUFFER_DATA1 */
    uint32_t armed;  /* the buffer control of the packet under way, without its toggle; 0: none */
    bool is_halted;
} endpoint_t;

/* Send a packet; let the host send one. */
void endpoint_arm_in(endpoint_t *endpoint, const uint8_t *data, uint32_t bytes);
void endpoint_arm_out(endpoint_t *endpoint);

/* Whether the packet under way is among those that have ended, of BUFF_STATUS; only once. What an
 * OUT endpoint received is copied. */
bool endpoint_has_ended(endpoint_t *endpoint, uint32_t ended, uint8_t data[USB_PACKET_BYTES],
                        uint32_t *bytes);

/* Forget the packet under way, also one that has just ended; not halted, at DATA0. */
void endpoint_forget(endpoint_t *endpoint);

/* Halt, or end that: from DATA0 on, and a packet under way goes on. */
void endpoint_halt(endpoint_t *endpoint, bool is_halted);

/* Copy from the block's memory. */
void endpoint_copy_out(uint8_t *data, uint32_t from, uint32_t bytes);

#endif
