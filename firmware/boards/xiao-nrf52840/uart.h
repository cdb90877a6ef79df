/* uart: UARTE0, switched on while it sends or listens. On, it keeps the chip's fast clock and the
 * 32 MHz crystal running; off, neither. */
#ifndef EDGEKIT_UART_H
#define EDGEKIT_UART_H

#include <stdint.h>

void uart_start(void); /* set up, off */
void uart_on(void);    /* waits for the crystal, some 0.4 ms; at once where it is on already */
void uart_off(void);   /* sends nothing more; the receiver has been stopped */

/* Until an event, which it clears, at most some milliseconds: longer than any of the UARTE's. */
void uart_await(volatile uint32_t *event);

#endif
