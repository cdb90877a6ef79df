/* receiver: receive bytes from the host.
 *
 * After 10 s without a byte it sleeps, because a listening UART takes more current than the rest of
 * the board, but not while USB supplies it; a change of level on the line wakes it. The bytes until
 * it listens again are lost: the first frame, which a host repeats when there is no answer. */
#ifndef EDGEKIT_RECEIVER_H
#define EDGEKIT_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

void receiver_start(void);
void receiver_continue(void); /* wake up or fall asleep, when it is time */
bool receiver_is_listening(void);
bool receiver_has_input(void); /* bytes wait, or the line has woken it */
uint32_t receiver_read(uint8_t *data, uint32_t capacity);

#endif
