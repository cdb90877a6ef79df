/* idle_chips: put the board's unused chips to sleep; each board implements it. */
#ifndef EDGEKIT_IDLE_CHIPS_H
#define EDGEKIT_IDLE_CHIPS_H

void idle_chips_sleep(void);

#endif
