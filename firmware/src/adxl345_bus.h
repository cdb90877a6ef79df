/* adxl345_bus: register reads and writes that survive a bad bus, with a bound for a whole call. */
#ifndef ADXL345_BUS_H
#define ADXL345_BUS_H

#include "adxl345.h"

/* At the start of each call: a new budget of failed transfers. */
void adxl345_bus_begin(adxl345_t *sensor);

/* Consecutive registers from `reg`. A failure is counted and tried again while the budget lasts;
 * sensor->doubtful is set when the chip may have seen a reading that did not arrive here. */
edgekit_error_t adxl345_bus_read(adxl345_t *sensor, uint8_t reg, uint8_t *values, uint32_t count);
edgekit_error_t adxl345_bus_write(adxl345_t *sensor, adxl345_setting_t setting);

/* Sleeps at least this long; at most a few milliseconds while serial bytes wait. */
void adxl345_wait_us(uint32_t us);

#endif
