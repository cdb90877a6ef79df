/* clock: 48 MHz from the crystal's 12, the timer's microseconds, and sleep up to one of them. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

void clock_start(void);

/* Stops the core until an interrupt that was let through is pending, or until then. */
void clock_wait_until(uint64_t until_us);

/* Puts blocks into reset and takes them out of it, within some milliseconds. */
void clock_reset(uint32_t blocks);

#endif
