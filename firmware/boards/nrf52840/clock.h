/* clock: the chip's clocks, the time since start-up, and sleep until a time. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

/* Start the 32768 Hz crystal or, where it does not start within a second, the RC oscillator (250
 * ppm), and the RTC that counts it. */
void clock_start(void);

/* Start the 32 MHz crystal and wait until it runs. A UART needs it, because the chip's own
 * oscillator is up to 8 % off. */
void clock_crystal_on(void);
void clock_crystal_off(void);

/* Stop the core until an enabled interrupt is pending, or until until_us; may return early, and
 * returns at once when that is less than 100 us ahead. */
void clock_wait_until(uint64_t until_us);

#endif
