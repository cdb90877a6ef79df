#include "usb_cdc.h"

#include "../cortex-m/byte_ring.h"
#include "usb_chip.h"
#include "usb_control.h"
#include "usb_descriptors.h"

#include <string.h>

/* bRequest (PSTN 1.2, table 13) */
#define SET_LINE_CODING        0x20u
#define GET_LINE_CODING        0x21u
#define SET_CONTROL_LINE_STATE 0x22u

#define LINE_STATE_DTR    1u
#define LINE_CODING_BYTES 7u /* baud u32, stop bits, parity, data bits */
#define BOOT_LOADER_BAUD  1200u

static uint8_t line_coding[LINE_CODING_BYTES] = {0x00, 0xC2, 0x01, 0x00, 0, 0, 8}; /* 115200, 8N1 */
static bool is_configured, is_suspended, dtr, wants_boot_loader;

static byte_ring_t out;
static uint32_t in_flight; /* bytes of it that are under way */
static bool is_sending;    /* also of an empty packet */
static bool needs_empty;   /* after a whole packet the host would wait for more */

static uint8_t in[USB_PACKET_BYTES];
static uint32_t in_bytes, in_read;

static void send(void)
{
    const uint8_t *piece;
    const uint32_t waiting = byte_ring_piece(&out, &piece);
    if (usb_cdc_is_ready() && !is_sending && (waiting > 0 || needs_empty)) {
        in_flight = waiting < USB_PACKET_BYTES ? waiting : USB_PACKET_BYTES;
        needs_empty = in_flight == USB_PACKET_BYTES;
        is_sending = true;
        usb_chip_bulk_in(piece, in_flight);
    }
}

void usb_cdc_configured(bool is_open)
{
    is_configured = is_open;
    dtr = is_sending = needs_empty = false;
    out.sent = out.put;
    in_flight = in_bytes = in_read = 0;
    if (is_open) {
        usb_chip_bulk_out_ready();
    }
}

void usb_cdc_suspended(bool is_now)
{
    is_suspended = is_now;
    send();
}

void usb_cdc_bulk_in_done(void)
{
    out.sent += in_flight;
    in_flight = 0;
    is_sending = false;
    send();
}

void usb_cdc_bulk_out(const uint8_t *data, uint32_t bytes)
{
    in_bytes = bytes < sizeof in ? bytes : sizeof in;
    in_read = 0;
    memcpy(in, data, in_bytes);
    if (in_bytes == 0) {
        usb_chip_bulk_out_ready();
    }
}

static uint32_t baud(void)
{
    return (uint32_t)line_coding[0] | (uint32_t)line_coding[1] << 8 |
           (uint32_t)line_coding[2] << 16 | (uint32_t)line_coding[3] << 24;
}

/* When DTR drops, nobody is left to read what waits. */
static void set_dtr(bool is_on)
{
    if (dtr && !is_on) {
        wants_boot_loader = wants_boot_loader || baud() == BOOT_LOADER_BAUD;
        out.put = out.sent + in_flight;
    }
    dtr = is_on;
}

usb_reply_t usb_cdc_request(const usb_setup_t *setup)
{
    usb_reply_t reply = {.kind = USB_REFUSED, .bytes = LINE_CODING_BYTES};
    const bool is_to_host = setup->type == (USB_TO_HOST | USB_CLASS | USB_OF_INTERFACE);
    const bool is_from_host = setup->type == (USB_CLASS | USB_OF_INTERFACE);
    if (setup->index != USB_CONTROL_INTERFACE) {
        return reply;
    }
    if (is_to_host && setup->request == GET_LINE_CODING) {
        reply.kind = USB_ANSWER;
        reply.data = line_coding;
    } else if (is_from_host && setup->request == SET_LINE_CODING) {
        reply.kind = USB_WANTS;
        reply.into = line_coding;
    } else if (is_from_host && setup->request == SET_CONTROL_LINE_STATE && setup->length == 0) {
        reply.kind = USB_DONE;
        set_dtr((setup->value & LINE_STATE_DTR) != 0);
    }
    return reply;
}

bool usb_cdc_is_ready(void)
{
    return is_configured && !is_suspended;
}

bool usb_cdc_has_dtr(void)
{
    return dtr && usb_cdc_is_ready();
}

bool usb_cdc_wants_boot_loader(void)
{
    return wants_boot_loader;
}

bool usb_cdc_has_input(void)
{
    return in_read < in_bytes;
}

uint32_t usb_cdc_read(uint8_t *data, uint32_t capacity)
{
    const uint32_t left = in_bytes - in_read;
    const uint32_t bytes = left < capacity ? left : capacity;
    memcpy(data, in + in_read, bytes);
    in_read += bytes;
    if (bytes > 0 && in_read == in_bytes) {
        usb_chip_bulk_out_ready();
    }
    return bytes;
}

bool usb_cdc_write(const uint8_t *data, uint32_t bytes)
{
    const bool is_put = usb_cdc_is_ready() && byte_ring_put(&out, data, bytes);
    send();
    return is_put;
}
