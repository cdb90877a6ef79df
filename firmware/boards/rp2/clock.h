/* clock: resets of blocks. clock_start() makes 48 MHz from the crystal's 12. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

/* Put blocks into reset and take them out of it, within some milliseconds. */
void clock_reset(uint32_t blocks);

#endif
