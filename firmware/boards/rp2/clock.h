/* clock: resets of blocks. clock_start() makes CLOCK_SYS_MHZ from the crystal's 12 MHz. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

/* Put blocks into reset and take them out of it, within some milliseconds. A block with a clock of
 * its own (UART, USB, ADC) does not leave its reset before that runs. */
void clock_reset(uint32_t blocks);

#endif
