/* clock: the 32 MHz crystal, which the UART needs: the chip's own oscillator is up to 8 % off.
 * clock_start() starts the 32768 Hz crystal or, where that does not run within a second, the RC
 * oscillator (250 ppm). */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

void clock_crystal_on(void); /* returns when it runs */
void clock_crystal_off(void);

#endif
