/* idle_chips: what is on the board and not used here, told to sleep. */
#ifndef EDGEKIT_IDLE_CHIPS_H
#define EDGEKIT_IDLE_CHIPS_H

void idle_chips_sleep(void);

#endif
