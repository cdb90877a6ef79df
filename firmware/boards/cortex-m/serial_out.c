/* hal_serial_write, for boards whose line is slower than the application. */
#include "serial_out.h"

#include "blocks.h"
#include "edgekit_hal.h"

#define WRITE_US 20000u

byte_ring_t serial_out;

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    const uint64_t until_us = hal_time_us() + WRITE_US;
    serial_continue();
    bool put = byte_ring_put(&serial_out, data, bytes);
    while (!put && bytes <= BYTE_RING_BYTES && hal_time_us() < until_us) {
        clock_wait_until(until_us);
        serial_continue();
        put = byte_ring_put(&serial_out, data, bytes);
    }
    serial_continue();
    return put;
}
