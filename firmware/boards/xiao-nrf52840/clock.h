/* clock: the chip's clocks, the microseconds since start-up, and sleep up to one of them. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

/* The 32768 Hz crystal, or where it does not start within a second, the RC oscillator (250 ppm). */
void clock_start(void);

/* The 32 MHz crystal, for a UART that a host understands: the chip's own oscillator is up to 8 %
 * off. Waits until it runs. */
void clock_crystal_on(void);
void clock_crystal_off(void);

/* Stops the core until an interrupt that was let through is pending, or until then; may return
 * early. Less than 100 us ahead it returns at once. */
void clock_wait_until(uint64_t until_us);

#endif
