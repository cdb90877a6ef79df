/* The serial line of a board with a UART and USB, of which a host has one.
 *
 * A program that has the USB port open (DTR) is the host, and bytes from the UART are dropped. Else
 * the host is on the line that spoke last, at the start the UART. A host on USB that has gone
 * leaves nobody, until either line speaks. */
#include "uart_out.h"

#include "../usb/usb_cdc.h"
#include "../usb/usb_chip.h"
#include "blocks.h"
#include "edgekit_hal.h"

#define WRITE_US  20000u
#define FINISH_US 20000u

typedef enum {
    HOST_ON_UART,
    HOST_ON_USB,      /* it spoke without DTR, as a few programs do */
    HOST_ON_OPEN_USB, /* with DTR */
    HOST_GONE,
} host_t;

byte_ring_t uart_out;
static host_t host;

void serial_start(void)
{
    uart_line_start();
    usb_chip_start();
}

static void drop_uart_input(void)
{
    uint8_t byte;
    while (uart_line_has_input() && uart_line_read(&byte, 1) > 0) {
    }
}

void serial_continue(void)
{
    uart_line_continue();
    usb_chip_poll();
    if (usb_cdc_has_dtr()) {
        host = HOST_ON_OPEN_USB;
        drop_uart_input(); /* which would wake the core from every sleep */
    } else if (host == HOST_ON_OPEN_USB || (host == HOST_ON_USB && !usb_cdc_is_ready())) {
        host = HOST_GONE;
    }
}

bool serial_has_input(void)
{
    return usb_cdc_has_input() || usb_cdc_wants_boot_loader() ||
           (host != HOST_ON_OPEN_USB && uart_line_has_input());
}

uint32_t hal_serial_read(uint8_t *data, uint32_t capacity)
{
    const uint32_t from_usb = usb_cdc_read(data, capacity);
    if (from_usb > 0) {
        host = usb_cdc_has_dtr() ? HOST_ON_OPEN_USB : HOST_ON_USB;
        return from_usb;
    }
    const uint32_t from_uart = host == HOST_ON_OPEN_USB ? 0 : uart_line_read(data, capacity);
    host = from_uart > 0 ? HOST_ON_UART : host;
    return from_uart;
}

static bool put(const uint8_t *data, uint32_t bytes)
{
    if (host == HOST_ON_UART) {
        return byte_ring_put(&uart_out, data, bytes);
    }
    return host != HOST_GONE && usb_cdc_write(data, bytes);
}

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    const uint64_t until_us = hal_time_us() + WRITE_US;
    serial_continue();
    bool is_put = put(data, bytes);
    while (!is_put && host != HOST_GONE && bytes <= BYTE_RING_BYTES && hal_time_us() < until_us) {
        clock_wait_until(until_us);
        serial_continue();
        is_put = put(data, bytes);
    }
    serial_continue();
    return is_put;
}

hal_listener_t hal_listener(void)
{
    switch (host) {
    case HOST_ON_OPEN_USB:
        return HAL_LISTENER_SOMEBODY;
    case HOST_GONE:
        return HAL_LISTENER_NOBODY;
    default:
        return HAL_LISTENER_UNKNOWN;
    }
}

bool hal_wants_boot_loader(void)
{
    return usb_cdc_wants_boot_loader();
}

void serial_finish(void)
{
    const uint64_t until_us = hal_time_us() + FINISH_US;
    while (hal_time_us() < until_us) {
        serial_continue();
        clock_wait_until(until_us);
    }
}
