#include "usb_endpoint.h"

#include "usb_registers.h"

#define MOST_READS 10000u

static void copy_in(uint32_t to, const uint8_t *data, uint32_t bytes)
{
    for (uint32_t at = 0; at < bytes; at += 4u) {
        uint32_t word = 0;
        for (uint32_t i = 0; i < 4u && at + i < bytes; i++) {
            word |= (uint32_t)data[at + i] << (8u * i);
        }
        USB_MEMORY(to + at) = word;
    }
}

void endpoint_copy_out(uint8_t *data, uint32_t from, uint32_t bytes)
{
    for (uint32_t at = 0; at < bytes; at += 4u) {
        const uint32_t word = USB_MEMORY(from + at);
        for (uint32_t i = 0; i < 4u && at + i < bytes; i++) {
            data[at + i] = (uint8_t)(word >> (8u * i));
        }
    }
}

/* Give the buffer to the block: AVAILABLE last, once the rest has settled on both sides, which
 * takes a cycle of the block's clock: 12 of the core's are enough up to 576 MHz. */
static void arm(endpoint_t *endpoint, uint32_t bits)
{
    endpoint->armed = bits;
    if (endpoint->is_halted) {
        return;
    }
    const uint32_t control = bits | endpoint->toggle;
    endpoint->toggle ^= USB_BUFFER_DATA1;
    USB_MEMORY(endpoint->control) = control;
    __asm__ volatile("nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\t"
                     "nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop" ::
                         : "memory");
    USB_MEMORY(endpoint->control) = control | USB_BUFFER_AVAILABLE;
}

void endpoint_arm_in(endpoint_t *endpoint, const uint8_t *data, uint32_t bytes)
{
    copy_in(endpoint->buffer, data, bytes);
    arm(endpoint, USB_BUFFER_FULL | USB_BUFFER_LAST | bytes);
}

void endpoint_arm_out(endpoint_t *endpoint)
{
    arm(endpoint, USB_BUFFER_LAST | USB_PACKET_BYTES);
}

bool endpoint_has_ended(endpoint_t *endpoint, uint32_t ended, uint8_t data[USB_PACKET_BYTES],
                        uint32_t *bytes)
{
    if (!(ended & endpoint->bit) || !endpoint->armed) {
        return false;
    }
    if (!(endpoint->armed & USB_BUFFER_FULL)) {
        const uint32_t received = USB_MEMORY(endpoint->control) & USB_BUFFER_BYTES;
        *bytes = received < USB_PACKET_BYTES ? received : USB_PACKET_BYTES;
        endpoint_copy_out(data, endpoint->buffer, *bytes);
    }
    endpoint->armed = 0;
    return true;
}

/* Write the buffer control, after the block has given up a buffer that it may have. */
static void take_back(const endpoint_t *endpoint, uint32_t control)
{
    if (endpoint->armed && !endpoint->is_halted) {
        RP2_SET(USB_EP_ABORT) = endpoint->bit;
        for (uint32_t reads = 0; reads < MOST_READS && !(USB_EP_ABORT_DONE & endpoint->bit);
             reads++) {
        }
    }
    USB_MEMORY(endpoint->control) = control;
    USB_EP_ABORT_DONE = endpoint->bit;
    RP2_CLR(USB_EP_ABORT) = endpoint->bit;
}

void endpoint_forget(endpoint_t *endpoint)
{
    take_back(endpoint, 0);
    USB_BUFF_STATUS = endpoint->bit;
    endpoint->armed = 0;
    endpoint->toggle = 0;
    endpoint->is_halted = false;
}

void endpoint_halt(endpoint_t *endpoint, bool is_halted)
{
    take_back(endpoint, is_halted ? USB_BUFFER_STALL : 0);
    endpoint->is_halted = is_halted;
    endpoint->toggle = 0;
    const bool has_ended = (USB_BUFF_STATUS & endpoint->bit) != 0;
    if (!is_halted && endpoint->armed && !has_ended) {
        arm(endpoint, endpoint->armed);
    }
}
