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

/* Start the serial line; send what it takes now of serial_out; whether bytes from the host wait, or
 * a level has woken the line. */
void serial_start(void);
void serial_continue(void);
bool serial_has_input(void);

#endif
