/* clock: 48 MHz from the crystal's 12, the time since start-up, and sleep until a time. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

void clock_start(void);

/* Stop the core until an enabled interrupt is pending, or until until_us. */
void clock_wait_until(uint64_t until_us);

/* Put blocks into reset and take them out of it, within some milliseconds. */
void clock_reset(uint32_t blocks);

#endif
