/* blocks: the parts of a chip that its board.c starts and sleeps by; each chip implements them. */
#ifndef EDGEKIT_BLOCKS_H
#define EDGEKIT_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

/* Set up the I2C bus to the sensor. */
void bus_start(void);

/* Start the clocks, and the one that hal_time_us() reads. */
void clock_start(void);

/* Stop the core until an enabled interrupt is pending, or until until_us; may return early, and
 * returns at once when that is less than some 100 us ahead. */
void clock_wait_until(uint64_t until_us);

/* Start the serial line; let it go on with what waits to be sent and with its host's requests;
 * whether bytes from the host wait, a level has woken the line, or its host asks for the boot
 * loader; give the host 20 ms to take the answer to its last request. */
void serial_start(void);
void serial_continue(void);
bool serial_has_input(void);
void serial_finish(void);

/* The chip's UART: the same, of uart_out. */
void uart_line_start(void);
void uart_line_continue(void);
bool uart_line_has_input(void);
uint32_t uart_line_read(uint8_t *data, uint32_t capacity);

#endif
