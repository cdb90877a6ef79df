/* serial: the UART to a host, sent and received by DMA while the core sleeps, off when quiet. */
#ifndef EDGEKIT_SERIAL_H
#define EDGEKIT_SERIAL_H

#include <stdbool.h>

void serial_start(void);
void serial_go_on(void); /* the next piece to the DMA, when it is done with the last */
bool serial_waits(void); /* bytes from the host, or a line that woke */

#endif
