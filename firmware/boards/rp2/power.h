/* power: what feeds the board, and how it stops. */
#ifndef EDGEKIT_POWER_H
#define EDGEKIT_POWER_H

/* Set up the pins that say whether USB feeds the board, and what the battery has. */
void power_start(void);

#endif
