/* The USB block as a device, polled.
 *
 * RP2040-E2 and -E5 (an abort that does not end, a device stuck in bus reset) are cured in silicon
 * B2 and not worked around here. RP2040-E15 (a packet made available late in a frame may hang the
 * block behind some hubs, a Pi 4's among them) is: see wait_for_frame(). */
#include "../usb/usb_chip.h"

#include "../cortex-m/blocks.h"
#include "../usb/usb_cdc.h"
#include "clock.h"
#include "edgekit_hal.h"
#include "usb_endpoint.h"
#include "usb_registers.h"

#include <stddef.h>

/* RP2350-E12: SETUP packets are lost where the core is not faster than USB's 48 MHz by a tenth. */
_Static_assert(CLOCK_SYS_MHZ * 10u >= 48u * 11u, "the core's clock is too slow for USB");

#define FRAME_US  1000u
#define LINGER_US 3000u /* a host's next step in a control transfer comes within a few frames */
#define EVENTS                                                                                     \
    (USB_INT_SETUP | USB_INT_RESUME | USB_INT_SUSPEND | USB_INT_BUS_RESET | USB_INT_BUFF_STATUS)

static endpoint_t control_in = {.control = 0x80u, .buffer = 0x100u, .bit = 1u << 0};
static endpoint_t control_out = {.control = 0x84u, .buffer = 0x100u, .bit = 1u << 1};
static endpoint_t interrupt_in = {.address = USB_INTERRUPT,
                                  .control = 0x88u,
                                  .ep_control = 0x08u,
                                  .type = USB_EP_CONTROL_INTERRUPT,
                                  .buffer = 0x180u,
                                  .bit = 1u << 2};
static endpoint_t bulk_in = {.address = USB_BULK_IN,
                             .control = 0x90u,
                             .ep_control = 0x10u,
                             .type = USB_EP_CONTROL_BULK,
                             .buffer = 0x1C0u,
                             .bit = 1u << 4};
static endpoint_t bulk_out = {.address = USB_BULK_OUT,
                              .control = 0x94u,
                              .ep_control = 0x14u,
                              .type = USB_EP_CONTROL_BULK,
                              .buffer = 0x200u,
                              .bit = 1u << 5};
static endpoint_t *const opened[] = {&interrupt_in, &bulk_in, &bulk_out};
#define OPENED (sizeof opened / sizeof opened[0])

static enum { NO_TRANSFER, DATA_STAGE, STATUS_STAGE } transfer; /* of endpoint 0 */
static uint32_t next_address;                                   /* 0: it stays */
static bool is_suspended;

void usb_chip_configure(bool is_open)
{
    for (uint32_t i = 0; i < OPENED; i++) {
        endpoint_t *endpoint = opened[i];
        endpoint_forget(endpoint);
        USB_MEMORY(endpoint->ep_control) =
            is_open ? USB_EP_CONTROL_ON | endpoint->type | endpoint->buffer : 0;
    }
}

static void forget_transfer(void)
{
    endpoint_forget(&control_in);
    endpoint_forget(&control_out);
    control_in.toggle = control_out.toggle = USB_BUFFER_DATA1;
    transfer = NO_TRANSFER;
    next_address = 0;
}

void usb_chip_start(void)
{
    clock_reset(RESETS_USB);
    for (uint32_t at = 0; at < USB_MEMORY_CONTROL_BYTES; at += 4u) {
        USB_MEMORY(at) = 0; /* a reset leaves it as it was */
    }
    USB_MUXING = USB_MUXING_TO_PHY;
    USB_PWR = USB_PWR_VBUS_IS_THERE;
    USB_MAIN_CTRL = USB_MAIN_CTRL_DEVICE;
    USB_SIE_CTRL = USB_SIE_CTRL_EP0_INT;
    USB_INTE = EVENTS;
    cortex_enable_interrupt(USBCTRL_INTERRUPT);
    RP2_SET(USB_SIE_CTRL) = USB_SIE_CTRL_PULL_UP;
}

void usb_chip_detach(void)
{
    RP2_CLR(USB_SIE_CTRL) = USB_SIE_CTRL_PULL_UP;
}

void usb_chip_set_address(uint8_t address)
{
    next_address = address;
}

void usb_chip_control_in(const uint8_t *data, uint32_t bytes)
{
    transfer = DATA_STAGE;
    endpoint_arm_in(&control_in, data, bytes);
}

void usb_chip_control_out(void)
{
    transfer = DATA_STAGE;
    endpoint_arm_out(&control_out);
}

void usb_chip_control_status(bool to_host)
{
    transfer = STATUS_STAGE;
    control_in.toggle = control_out.toggle = USB_BUFFER_DATA1;
    if (to_host) {
        endpoint_arm_in(&control_in, NULL, 0);
    } else {
        endpoint_arm_out(&control_out);
    }
}

/* The block ends the stall at the next SETUP: that is what the second register is for. */
void usb_chip_control_stall(void)
{
    transfer = NO_TRANSFER;
    USB_EP_STALL_ARM = USB_STALL_ARM_EP0;
    USB_MEMORY(control_in.control) = USB_BUFFER_STALL;
    USB_MEMORY(control_out.control) = USB_BUFFER_STALL;
}

/* RP2040-E15: let a bulk packet become available early in a frame. At most a frame and a bit, and
 * at once where the bus has none. */
static void wait_for_frame(void)
{
#if USB_HAS_E15
    const uint64_t until_us = hal_time_us() + FRAME_US + FRAME_US / 10u;
    (void)USB_SOF_RD;
    RP2_SET(USB_INTE) = USB_INT_DEV_SOF;
    while (!is_suspended && !(USB_INTS & USB_INT_DEV_SOF) && hal_time_us() < until_us) {
        cortex_clear_pending(USBCTRL_INTERRUPT);
        clock_wait_until(until_us);
    }
    RP2_CLR(USB_INTE) = USB_INT_DEV_SOF;
#endif
}

void usb_chip_halt(uint8_t address, bool is_halted)
{
    if (address == USB_BULK_IN && !is_halted) {
        wait_for_frame(); /* a packet may be under way, and is then armed anew */
    }
    for (uint32_t i = 0; i < OPENED; i++) {
        if (opened[i]->address == address) {
            endpoint_halt(opened[i], is_halted);
        }
    }
}

void usb_chip_bulk_in(const uint8_t *data, uint32_t bytes)
{
    wait_for_frame();
    endpoint_arm_in(&bulk_in, data, bytes);
}

void usb_chip_bulk_out_ready(void)
{
    endpoint_arm_out(&bulk_out);
}

static void reset_by_host(void)
{
    USB_ADDR_ENDP = 0;
    forget_transfer();
    usb_chip_configure(false);
    is_suspended = false;
    usb_cdc_bus_reset();
}

static void set_suspended(bool is_now)
{
    if (is_suspended != is_now) {
        is_suspended = is_now;
        usb_cdc_suspended(is_now);
    }
}

static void end_control_in(void)
{
    if (transfer == DATA_STAGE) {
        usb_cdc_control_in_done();
    } else {
        USB_ADDR_ENDP = next_address ? next_address : USB_ADDR_ENDP;
        next_address = 0;
        transfer = NO_TRANSFER;
    }
}

static void end_control_out(const uint8_t *data, uint32_t bytes)
{
    if (transfer == DATA_STAGE) {
        usb_cdc_control_out(data, bytes);
    } else {
        transfer = NO_TRANSFER;
    }
}

static void end_packets(void)
{
    const uint32_t ended = USB_BUFF_STATUS;
    uint8_t data[USB_PACKET_BYTES];
    uint32_t bytes;
    USB_BUFF_STATUS = ended;
    if (endpoint_has_ended(&bulk_in, ended, data, &bytes)) {
        usb_cdc_bulk_in_done();
    }
    if (endpoint_has_ended(&bulk_out, ended, data, &bytes)) {
        usb_cdc_bulk_out(data, bytes);
    }
    if (endpoint_has_ended(&control_in, ended, data, &bytes)) {
        end_control_in();
    }
    if (endpoint_has_ended(&control_out, ended, data, &bytes)) {
        end_control_out(data, bytes);
    }
}

/* A SETUP that comes while an earlier one is read comes again. */
static void begin_transfer(void)
{
    uint8_t setup[USB_SETUP_BYTES];
    USB_SIE_STATUS = USB_SIE_STATUS_SETUP;
    endpoint_copy_out(setup, USB_SETUP_PACKET, sizeof setup);
    forget_transfer();
    if (!(USB_SIE_STATUS & USB_SIE_STATUS_SETUP)) {
        usb_cdc_setup(setup);
    }
}

/* Handle all events there are; false when there are none. */
static bool handle_events(void)
{
    const uint32_t events = USB_INTS & EVENTS;
    if (events & USB_INT_BUS_RESET) {
        USB_SIE_STATUS = USB_SIE_STATUS_BUS_RESET;
        reset_by_host();
    }
    /* With both, the bus is as it was: the one followed the other. */
    if (events & (USB_INT_SUSPEND | USB_INT_RESUME)) {
        USB_SIE_STATUS = USB_SIE_STATUS_SUSPENDED | USB_SIE_STATUS_RESUME;
        const bool is_one = (events & USB_INT_SUSPEND) == 0 || (events & USB_INT_RESUME) == 0;
        set_suspended(is_one ? (events & USB_INT_SUSPEND) != 0 : is_suspended);
    }
    if (events & (USB_INT_BUFF_STATUS | USB_INT_SETUP)) {
        set_suspended(false); /* a bus that was idle before the host's first reset is not */
    }
    if (events & USB_INT_BUFF_STATUS) {
        end_packets();
    }
    if (events & USB_INT_SETUP) {
        begin_transfer();
    }
    return events != 0;
}

/* A control transfer that has begun is seen through, because a host gives a new address 2 ms only,
 * and the application may be busy for longer. */
void usb_chip_poll(void)
{
    if (handle_events()) {
        const uint64_t until_us = hal_time_us() + LINGER_US;
        while (transfer != NO_TRANSFER && hal_time_us() < until_us) {
            cortex_clear_pending(USBCTRL_INTERRUPT);
            if (!handle_events()) {
                clock_wait_until(until_us);
            }
        }
    }
    cortex_clear_pending(USBCTRL_INTERRUPT);
}
