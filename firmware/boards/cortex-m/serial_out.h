/* serial_out: the bytes that wait for a board's serial line, and hal_serial_write, which puts them
 * there. The board sends them, in serial_go_on, and knows how to sleep meanwhile. */
#ifndef EDGEKIT_SERIAL_OUT_H
#define EDGEKIT_SERIAL_OUT_H

#include "byte_ring.h"

extern byte_ring_t serial_out;

/* Of the board: sends what the line takes now; sleeps until it may take more, or until_us. */
void serial_go_on(void);
void clock_wait_until(uint64_t until_us);

#endif
