/* clock: the 32 MHz crystal, which the UART and USB need: the chip's own oscillator is up to 8 %
 * off. It runs while one of them uses it. clock_start() starts the 32768 Hz crystal or, where that
 * does not run within a second, the RC oscillator (250 ppm). */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdbool.h>

/* Each user switches it on once, and off once. On returns when it runs, after 10 ms at most. */
void clock_crystal_on(void);
void clock_crystal_off(void);
bool clock_crystal_runs(void);

#endif
