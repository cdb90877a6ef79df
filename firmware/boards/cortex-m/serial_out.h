/* serial_out: the buffer of a board's serial line, which hal_serial_write() fills and the board
 * sends in serial_continue(). */
#ifndef EDGEKIT_SERIAL_OUT_H
#define EDGEKIT_SERIAL_OUT_H

#include "byte_ring.h"

extern byte_ring_t serial_out;

#endif
