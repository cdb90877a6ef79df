/* adxl345_setup: identify the chip, write its settings and read them back, in one attempt: the
 * caller decides what follows a failure. */
#ifndef ADXL345_SETUP_H
#define ADXL345_SETUP_H

#include "adxl345_settings.h"
#include "sensor_state.h"

/* Write a register and read it back; EDGEKIT_REGISTER_LOST when it does not hold the value. */
edgekit_error_t adxl345_write_checked(sensor_t *sensor, adxl345_setting_t setting);
/* Do so for each of `count` settings, up to the first error. */
edgekit_error_t adxl345_write_all(sensor_t *sensor, const adxl345_setting_t *settings,
                                  uint32_t count);

/* Put the chip into standby, without interrupts, the FIFO in bypass, which empties it. */
edgekit_error_t adxl345_quieten(sensor_t *sensor);

/* Read all settings of sensor->config back; EDGEKIT_REGISTER_LOST when one is not held. */
edgekit_error_t adxl345_verify(sensor_t *sensor);

/* Bring the chip from any state to measuring. EDGEKIT_WRONG_DEVICE when another chip answers. */
edgekit_error_t adxl345_set_up(sensor_t *sensor);

/* Do so after a fault, and count it. */
edgekit_error_t adxl345_set_up_again(sensor_t *sensor);

#endif
