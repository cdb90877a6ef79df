/* divider: the resistors between the battery and the ADC's pin. */
#ifndef EDGEKIT_DIVIDER_H
#define EDGEKIT_DIVIDER_H

/* Connect the divider, for good: without it the pin would see the whole battery. */
void divider_connect(void);

#endif
