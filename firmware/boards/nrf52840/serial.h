/* serial: the UART to a host, by DMA while the core sleeps, switched off when quiet. */
#ifndef EDGEKIT_SERIAL_H
#define EDGEKIT_SERIAL_H

#include <stdbool.h>

void serial_start(void);
void serial_continue(void);  /* start the DMA on the next piece when it is done with the last */
bool serial_has_input(void); /* bytes from the host, or a level that woke the receiver */

#endif
