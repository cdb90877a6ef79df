/* uart_out: the buffer of a board's UART, which hal_serial_write() fills and the chip sends in
 * uart_line_continue(). */
#ifndef EDGEKIT_UART_OUT_H
#define EDGEKIT_UART_OUT_H

#include "byte_ring.h"

extern byte_ring_t uart_out;

#endif
