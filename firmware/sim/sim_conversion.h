/* sim_conversion: the chip's clock, and from an acceleration to the counts of a sample. */
#ifndef SIM_CONVERSION_H
#define SIM_CONVERSION_H

#include "sim_adxl345.h"

/* Begin again after the rate or the mode was written; from standby the first sample takes 1.1 ms
 * longer. */
void sim_conversion_restart(sim_adxl345_t *chip, bool from_standby);

#endif
