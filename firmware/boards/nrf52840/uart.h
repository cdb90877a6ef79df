/* uart: UARTE0, on while it sends or listens. Only then the chip's fast clock and the 32 MHz
 * crystal run. */
#ifndef EDGEKIT_UART_H
#define EDGEKIT_UART_H

#include <stdint.h>

void uart_start(void); /* set it up, off */
void uart_on(void);    /* switch it on; waits some 0.4 ms for the crystal */
void uart_off(void);   /* stop sending and switch it off; the receiver has been stopped */

/* Wait for an event and clear it, at most some milliseconds: longer than any of the UARTE's. */
void uart_wait_for(volatile uint32_t *event);

#endif
