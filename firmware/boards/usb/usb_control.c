#include "usb_control.h"

#include "usb_cdc.h"
#include "usb_chip.h"
#include "usb_descriptors.h"

#include <string.h>

/* bRequest (table 9-4) */
#define GET_STATUS        0u
#define CLEAR_FEATURE     1u
#define SET_FEATURE       3u
#define SET_ADDRESS       5u
#define GET_DESCRIPTOR    6u
#define GET_CONFIGURATION 8u
#define SET_CONFIGURATION 9u
#define GET_INTERFACE     10u
#define SET_INTERFACE     11u

/* A request's type and number as one, so that neither counts without the other. */
#define TO_DEVICE(recipient, request) ((uint32_t)(recipient) << 8 | (request))
#define TO_HOST(recipient, request)   TO_DEVICE(USB_TO_HOST | (recipient), request)

#define ENDPOINT_HALT 0u /* a feature */
#define MOST_ADDRESS  127u
#define ENDPOINTS     3u

/* The data stage under way: to the host what is left of an answer, or what is wanted from it. */
static struct {
    const uint8_t *data;
    uint32_t left;
    uint32_t packet;  /* bytes of them that are under way */
    bool needs_empty; /* an answer shorter than asked for, in whole packets, ends by an empty one */
    uint8_t *into;
    uint32_t wanted;
} stage;

static uint8_t configuration; /* 0: none */
static bool is_halted[ENDPOINTS];
static const uint8_t endpoints[ENDPOINTS] = {USB_INTERRUPT, USB_BULK_OUT, USB_BULK_IN};

static usb_reply_t refuse(void)
{
    return (usb_reply_t){.kind = USB_REFUSED};
}

static usb_reply_t done(void)
{
    return (usb_reply_t){.kind = USB_DONE};
}

static usb_reply_t answer(const uint8_t *data, uint32_t bytes)
{
    return (usb_reply_t){.kind = USB_ANSWER, .data = data, .bytes = bytes};
}

/* Answer one byte, or two of which the second is 0. */
static usb_reply_t answer_small(uint8_t value, uint32_t bytes)
{
    static uint8_t small[2];
    small[0] = value;
    return answer(small, bytes);
}

static usb_reply_t set_address(uint16_t address)
{
    if (address > MOST_ADDRESS) {
        return refuse();
    }
    usb_chip_set_address((uint8_t)address);
    return done();
}

static usb_reply_t get_descriptor(uint16_t value)
{
    const uint8_t *data;
    const uint32_t bytes = usb_descriptor(value, &data);
    return bytes > 0 ? answer(data, bytes) : refuse();
}

static usb_reply_t set_configuration(uint16_t value)
{
    if (value > USB_CONFIGURATION) {
        return refuse();
    }
    configuration = (uint8_t)value;
    memset(is_halted, 0, sizeof is_halted);
    usb_chip_configure(value != 0);
    usb_cdc_configured(value != 0);
    return done();
}

static bool has_interface(const usb_setup_t *setup)
{
    return configuration != 0 && setup->index <= USB_DATA_INTERFACE;
}

static void halt(uint32_t which, bool on)
{
    is_halted[which] = on;
    usb_chip_halt(endpoints[which], on);
}

/* Each interface has one setting, 0; to choose it again begins its endpoints anew. (9.4.10) */
static usb_reply_t set_interface(const usb_setup_t *setup)
{
    if (!has_interface(setup) || setup->value != 0) {
        return refuse();
    }
    const bool is_data = setup->index == USB_DATA_INTERFACE;
    for (uint32_t which = is_data; which < (is_data ? ENDPOINTS : 1u); which++) {
        halt(which, false);
    }
    return done();
}

/* Return which of `endpoints` is meant, ENDPOINTS where it is none, or not open. */
static uint32_t endpoint_of(const usb_setup_t *setup)
{
    uint32_t which = configuration != 0 ? 0 : ENDPOINTS;
    while (which < ENDPOINTS && endpoints[which] != setup->index) {
        which++;
    }
    return which;
}

static bool is_control_endpoint(const usb_setup_t *setup)
{
    return (setup->index & ~USB_IN) == 0;
}

static usb_reply_t endpoint_status(const usb_setup_t *setup)
{
    const uint32_t which = endpoint_of(setup);
    if (which == ENDPOINTS) {
        return is_control_endpoint(setup) ? answer_small(0, 2) : refuse();
    }
    return answer_small(is_halted[which], 2);
}

static usb_reply_t change_halt(const usb_setup_t *setup, bool on)
{
    const uint32_t which = endpoint_of(setup);
    if (setup->value != ENDPOINT_HALT) {
        return refuse();
    }
    if (which == ENDPOINTS) { /* endpoint 0 is never halted */
        return is_control_endpoint(setup) && !on ? done() : refuse();
    }
    halt(which, on);
    return done();
}

/* No standard request here takes data from the host. */
static usb_reply_t carry_out(const usb_setup_t *setup)
{
    const bool is_class = (setup->type & USB_CLASS) != 0;
    if (!is_class && (setup->type & USB_TO_HOST) == 0 && setup->length > 0) {
        return refuse();
    }
    switch (TO_DEVICE(setup->type, setup->request)) {
    case TO_HOST(USB_OF_DEVICE, GET_STATUS):
        return answer_small(0, 2); /* powered by the bus, no remote wake-up */
    case TO_DEVICE(USB_OF_DEVICE, SET_ADDRESS):
        return set_address(setup->value);
    case TO_HOST(USB_OF_DEVICE, GET_DESCRIPTOR):
        return get_descriptor(setup->value);
    case TO_HOST(USB_OF_DEVICE, GET_CONFIGURATION):
        return answer_small(configuration, 1);
    case TO_DEVICE(USB_OF_DEVICE, SET_CONFIGURATION):
        return set_configuration(setup->value);
    case TO_HOST(USB_OF_INTERFACE, GET_STATUS):
        return has_interface(setup) ? answer_small(0, 2) : refuse();
    case TO_HOST(USB_OF_INTERFACE, GET_INTERFACE):
        return has_interface(setup) ? answer_small(0, 1) : refuse();
    case TO_DEVICE(USB_OF_INTERFACE, SET_INTERFACE):
        return set_interface(setup);
    case TO_HOST(USB_OF_ENDPOINT, GET_STATUS):
        return endpoint_status(setup);
    case TO_DEVICE(USB_OF_ENDPOINT, SET_FEATURE):
        return change_halt(setup, true);
    case TO_DEVICE(USB_OF_ENDPOINT, CLEAR_FEATURE):
        return change_halt(setup, false);
    default:
        return configuration != 0 ? usb_cdc_request(setup) : refuse();
    }
}

static void send_packet(void)
{
    stage.packet = stage.left < USB_PACKET_BYTES ? stage.left : USB_PACKET_BYTES;
    usb_chip_control_in(stage.data, stage.packet);
}

void usb_cdc_setup(const uint8_t setup[USB_SETUP_BYTES])
{
    const usb_setup_t request = {
        .type = setup[0],
        .request = setup[1],
        .value = (uint16_t)(setup[2] | setup[3] << 8),
        .index = (uint16_t)(setup[4] | setup[5] << 8),
        .length = (uint16_t)(setup[6] | setup[7] << 8),
    };
    memset(&stage, 0, sizeof stage);
    const usb_reply_t reply = carry_out(&request);
    if (reply.kind == USB_ANSWER && request.length > 0) {
        stage.data = reply.data;
        stage.left = reply.bytes < request.length ? reply.bytes : request.length;
        stage.needs_empty = stage.left < request.length && stage.left % USB_PACKET_BYTES == 0;
        send_packet();
    } else if (reply.kind == USB_WANTS && request.length == reply.bytes) {
        stage.into = reply.into;
        stage.wanted = reply.bytes;
        usb_chip_control_out();
    } else if (reply.kind == USB_ANSWER || (reply.kind == USB_DONE && request.length == 0)) {
        usb_chip_control_status(true);
    } else {
        usb_chip_control_stall();
    }
}

void usb_cdc_control_in_done(void)
{
    stage.data += stage.packet;
    stage.left -= stage.packet;
    if (stage.left > 0 || stage.needs_empty) {
        stage.needs_empty = stage.left > 0 && stage.needs_empty;
        send_packet();
    } else {
        usb_chip_control_status(false);
    }
}

/* Nothing that is wanted is longer than a packet. */
void usb_cdc_control_out(const uint8_t *data, uint32_t bytes)
{
    if (stage.wanted > 0 && bytes == stage.wanted) {
        memcpy(stage.into, data, bytes);
        usb_chip_control_status(true);
    } else {
        usb_chip_control_stall();
    }
    stage.wanted = 0;
}

void usb_cdc_bus_reset(void)
{
    configuration = 0;
    memset(&stage, 0, sizeof stage);
    memset(is_halted, 0, sizeof is_halted);
    usb_cdc_configured(false);
    usb_cdc_suspended(false);
}
