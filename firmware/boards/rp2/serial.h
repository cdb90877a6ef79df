/* serial: UART0 to a host, through its FIFOs of 32 bytes. */
#ifndef EDGEKIT_SERIAL_H
#define EDGEKIT_SERIAL_H

#include <stdbool.h>

void serial_start(void);
void serial_continue(void);  /* send as many waiting bytes as the FIFO takes */
bool serial_has_input(void); /* bytes from the host wait */

#endif
