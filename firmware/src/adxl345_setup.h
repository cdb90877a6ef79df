/* adxl345_setup: the chip identified, written, read back. One try: who calls decides what follows.
 */
#ifndef ADXL345_SETUP_H
#define ADXL345_SETUP_H

#include "adxl345.h"

/* Writes and reads back each; EDGEKIT_REGISTER_LOST at the first that did not take. */
edgekit_error_t adxl345_write_checked(adxl345_t *sensor, adxl345_setting_t setting);
edgekit_error_t adxl345_write_all(adxl345_t *sensor, const adxl345_setting_t *settings,
                                  uint32_t count);

/* Standby, no interrupts, the FIFO in bypass, which empties it. */
edgekit_error_t adxl345_quieten(adxl345_t *sensor);

/* Whether the chip holds all settings of sensor->config. */
edgekit_error_t adxl345_verify(adxl345_t *sensor);

/* From whatever state to measuring. */
edgekit_error_t adxl345_set_up(adxl345_t *sensor);

/* The same after a fault: counted. */
edgekit_error_t adxl345_set_up_anew(adxl345_t *sensor);

#endif
