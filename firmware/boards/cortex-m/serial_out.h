/* serial_out: the buffer of a board's serial line, and hal_serial_write, which fills it. The board
 * sends the bytes in serial_continue(). */
#ifndef EDGEKIT_SERIAL_OUT_H
#define EDGEKIT_SERIAL_OUT_H

#include "byte_ring.h"

extern byte_ring_t serial_out;

/* Of the board: send what the line takes now; sleep until it may take more, or until until_us. */
void serial_continue(void);
void clock_wait_until(uint64_t until_us);

#endif
