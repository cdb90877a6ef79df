/* receiver: bytes from the host.
 *
 * When none came for 10 s it sleeps, since the UART that listens takes more current than the rest
 * of the board; a level on the line that changes wakes it. What the host sends until it listens
 * again is lost: the first frame, which a host repeats when nobody answers. */
#ifndef EDGEKIT_RECEIVER_H
#define EDGEKIT_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

void receiver_start(void);
void receiver_go_on(void); /* wakes, or falls asleep, when it is time */
bool receiver_listens(void);
bool receiver_waits(void); /* for somebody: with bytes, or woken */
uint32_t receiver_read(uint8_t *data, uint32_t capacity);

#endif
