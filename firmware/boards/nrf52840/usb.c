/* USBD's endpoints. (6.35; USB 2.0, 8.5)
 *
 * The host sees NAK while a buffer is empty, or still full. The hardware takes
 * SET_ADDRESS by itself, status stage included. It accepts a bulk OUT packet when the one before
 * was copied, before anybody asks for it: such a packet waits in the endpoint. */
#include "../usb/usb_chip.h"

#include "../usb/usb_cdc.h"
#include "usb_dma.h"
#include "usb_power.h"
#include "usbd.h"

#define CONTROL     0u
#define INTERRUPT   1u
#define BULK        2u
#define SET_ADDRESS 5u

static enum { NO_DATA, DATA_IN, DATA_OUT } control_data; /* that the host may take or send now */
static bool is_detached;
static bool is_on_bus; /* registers are within reach */
static bool is_suspended;
static bool has_address;
static bool is_sending;   /* a bulk packet waits for the host */
static bool out_accepts;  /* the bulk OUT endpoint's buffer has been given to the host once */
static bool out_waits;    /* a packet of the host waits there */
static bool out_is_ready; /* somebody waits for it */

static void forget_packets(void)
{
    control_data = NO_DATA;
    is_sending = out_accepts = out_waits = out_is_ready = false;
}

/* Whether a SETUP has come that was not read: the control transfer before it has ended. */
static bool is_superseded(void)
{
    return !is_on_bus || USBD_EVENTS_EP0SETUP != 0;
}

void usb_chip_control_in(const uint8_t *data, uint32_t bytes)
{
    if (!is_superseded()) {
        control_data = DATA_IN;
        usb_dma_send(CONTROL, data, bytes);
    }
}

void usb_chip_control_out(void)
{
    if (!is_superseded()) {
        control_data = DATA_OUT;
        USBD_EP0RCVOUT = 1;
    }
}

void usb_chip_control_status(bool to_host)
{
    (void)to_host; /* the hardware knows the direction from the SETUP */
    if (!is_superseded()) {
        USBD_EP0STATUS = 1;
    }
}

void usb_chip_control_stall(void)
{
    if (!is_superseded()) {
        USBD_EP0STALL = 1;
    }
}

void usb_chip_set_address(uint8_t address)
{
    (void)address;
}

/* What waits in the OUT endpoint is dropped by the write to SIZE that opens it. */
static void empty_bulk_in(void)
{
    USBD_BUFFER_SELECT = USBD_BUFFER_IN(BULK);
    USBD_BUFFER |= USBD_BUFFER_EMPTY;
    (void)USBD_BUFFER;
}

static void end_halt(uint8_t endpoint)
{
    USBD_DTOGGLE = endpoint; /* selects it */
    USBD_DTOGGLE = endpoint | USBD_DTOGGLE_DATA0;
    USBD_EPSTALL = endpoint;
}

void usb_chip_configure(bool is_open)
{
    forget_packets();
    if (!is_on_bus) {
        return;
    }
    USBD_EPINEN = is_open ? 1u << CONTROL | 1u << INTERRUPT | 1u << BULK : 1u << CONTROL;
    USBD_EPOUTEN = is_open ? 1u << CONTROL | 1u << BULK : 1u << CONTROL;
    empty_bulk_in();
    USBD_EPDATASTATUS = USBD_EPDATASTATUS_IN(BULK) | USBD_EPDATASTATUS_OUT(BULK);
    if (is_open) {
        end_halt(USB_INTERRUPT);
        end_halt(USB_BULK_IN);
        end_halt(USB_BULK_OUT);
    }
}

void usb_chip_halt(uint8_t endpoint, bool is_halted)
{
    if (!is_on_bus) {
        return;
    }
    if (is_halted) {
        USBD_EPSTALL = endpoint | USBD_EPSTALL_STALL;
        return;
    }
    end_halt(endpoint);
    const bool has_packet = out_waits || USBD_EPDATASTATUS & USBD_EPDATASTATUS_OUT(BULK);
    if (endpoint == USB_BULK_OUT && out_accepts && !has_packet) {
        USBD_SIZE_EPOUT(BULK) = 0; /* a halt may have closed the buffer */
    }
}

void usb_chip_bulk_in(const uint8_t *data, uint32_t bytes)
{
    if (is_on_bus) {
        is_sending = true;
        usb_dma_send(BULK, data, bytes);
    }
}

void usb_chip_bulk_out_ready(void)
{
    out_is_ready = true;
    if (is_on_bus && !out_accepts) {
        out_accepts = true;
        USBD_SIZE_EPOUT(BULK) = 0; /* any write opens the buffer */
    }
}

static void wake(void)
{
    if (is_suspended) {
        usb_power_wake();
        is_suspended = false;
        is_on_bus = true;
        usb_cdc_suspended(false);
    }
}

/* A bus that is idle before the host has given an address is not asleep: it was just plugged in. */
static void handle_usb_event(void)
{
    USBD_EVENTS_USBEVENT = 0;
    const uint32_t cause = USBD_EVENTCAUSE;
    USBD_EVENTCAUSE = cause;
    if (cause & USBD_EVENTCAUSE_RESUME) {
        wake();
    } else if (cause & USBD_EVENTCAUSE_SUSPEND && has_address && !is_suspended) {
        is_suspended = true;
        is_on_bus = false;
        usb_cdc_suspended(true);
        usb_power_sleep();
    }
}

static void handle_bus_reset(void)
{
    USBD_EVENTS_USBRESET = 0;
    wake();
    USBD_EVENTS_EPDATA = 0;
    USBD_EVENTS_EP0DATADONE = 0;
    has_address = false;
    usb_chip_configure(false);
    usb_cdc_bus_reset();
}

static void handle_bulk(void)
{
    USBD_EVENTS_EPDATA = 0;
    (void)USBD_EVENTS_EPDATA; /* what comes from here on makes another event */
    const uint32_t done = USBD_EPDATASTATUS;
    USBD_EPDATASTATUS = done;
    out_waits = out_waits || done & USBD_EPDATASTATUS_OUT(BULK);
    if (is_sending && done & USBD_EPDATASTATUS_IN(BULK)) {
        is_sending = false;
        usb_cdc_bulk_in_done();
    }
}

static void handle_setup(void)
{
    uint8_t setup[USB_SETUP_BYTES];
    USBD_EVENTS_EP0SETUP = 0;
    USBD_EVENTS_EP0DATADONE = 0; /* of the control transfer before */
    control_data = NO_DATA;
    (void)USBD_EVENTS_EP0SETUP;
    for (uint32_t byte = 0; byte < USB_SETUP_BYTES; byte++) {
        setup[byte] = (uint8_t)USBD_SETUP(byte);
    }
    if (is_superseded()) {
        return; /* the bytes may be of two SETUPs; the next poll reads the later */
    }
    if (setup[0] == 0 && setup[1] == SET_ADDRESS) {
        has_address = setup[2] != 0;
    } else {
        usb_cdc_setup(setup);
    }
}

static void handle_control_data(void)
{
    USBD_EVENTS_EP0DATADONE = 0;
    if (control_data == DATA_IN) {
        control_data = NO_DATA;
        usb_cdc_control_in_done();
    } else if (control_data == DATA_OUT) {
        control_data = NO_DATA;
        const uint32_t bytes = usb_dma_receive(CONTROL);
        usb_cdc_control_out(usb_dma_received, bytes);
    }
}

static void leave_bus(void)
{
    if (is_suspended) {
        usb_power_wake(); /* asleep it copies nothing */
    }
    if (is_on_bus || is_suspended) {
        usb_dma_end();
    }
    usb_power_down();
    is_on_bus = is_suspended = has_address = false;
    forget_packets();
    usb_cdc_bus_reset();
}

void usb_chip_start(void)
{
    usb_power_start();
}

void usb_chip_detach(void)
{
    leave_bus();
    is_detached = true;
}

void usb_chip_poll(void)
{
    if (usb_power_is_lost()) {
        leave_bus();
    }
    if (is_detached || !usb_power_up()) {
        return;
    }
    is_on_bus = !is_suspended;
    if (USBD_EVENTS_USBEVENT) {
        handle_usb_event();
    }
    if (USBD_EVENTS_USBRESET) {
        handle_bus_reset();
    }
    if (USBD_EVENTS_EPDATA) {
        handle_bulk();
    }
    if (USBD_EVENTS_EP0SETUP) {
        handle_setup();
    } else if (USBD_EVENTS_EP0DATADONE) {
        handle_control_data();
    }
    if (is_on_bus && out_waits && out_is_ready) {
        out_waits = out_is_ready = false;
        const uint32_t bytes = usb_dma_receive(BULK);
        usb_cdc_bulk_out(usb_dma_received, bytes);
    }
    (void)USBD_EVENTS_EPDATA; /* the writes have arrived before pending is cleared */
    cortex_clear_pending(USBD_INTERRUPT);
}
