/* adxl345_bus: register reads and writes that survive a bad bus, with a bound for a whole call. */
#ifndef ADXL345_BUS_H
#define ADXL345_BUS_H

#include "adxl345_settings.h"
#include "sensor_state.h"

/* Start a call of the driver with a new budget of failed transfers. */
void adxl345_bus_begin(sensor_t *sensor);

/* Read `count` consecutive registers from `reg`. A failure is counted and tried again while the
 * budget lasts; sensor->doubtful is set when the chip may have seen a reading that did not arrive.
 * EDGEKIT_NACK, _BUS_STUCK or _TIMEOUT when the budget is spent. */
edgekit_error_t adxl345_bus_read(sensor_t *sensor, uint8_t reg, uint8_t *values, uint32_t count);
/* Write one register, likewise. */
edgekit_error_t adxl345_bus_write(sensor_t *sensor, adxl345_setting_t setting);

/* Sleep for at least `us`; return early, after a few milliseconds, while serial bytes wait. */
void adxl345_wait_us(uint32_t us);

#endif
