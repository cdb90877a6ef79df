/* The serial line of a board whose UART is the only one. */
#include "uart_out.h"

#include "blocks.h"
#include "edgekit_hal.h"

#define WRITE_US 20000u

byte_ring_t uart_out;

void serial_start(void)
{
    uart_line_start();
}

void serial_continue(void)
{
    uart_line_continue();
}

bool serial_has_input(void)
{
    return uart_line_has_input();
}

uint32_t hal_serial_read(uint8_t *data, uint32_t capacity)
{
    return uart_line_read(data, capacity);
}

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    const uint64_t until_us = hal_time_us() + WRITE_US;
    serial_continue();
    bool put = byte_ring_put(&uart_out, data, bytes);
    while (!put && bytes <= BYTE_RING_BYTES && hal_time_us() < until_us) {
        clock_wait_until(until_us);
        serial_continue();
        put = byte_ring_put(&uart_out, data, bytes);
    }
    serial_continue();
    return put;
}

hal_listener_t hal_listener(void)
{
    return HAL_LISTENER_UNKNOWN;
}

bool hal_wants_boot_loader(void)
{
    return false;
}
