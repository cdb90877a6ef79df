/* sensor_chip: the ADXL345's constants that the application needs. Pure. */
#ifndef EDGEKIT_SENSOR_CHIP_H
#define EDGEKIT_SENSOR_CHIP_H

#include "adxl345_registers.h"

#define SENSOR_ADDRESS      ADXL345_ADDRESS
#define SENSOR_ADDRESS_ALT  ADXL345_ADDRESS_ALT
#define SENSOR_COUNTS_PER_G ADXL345_COUNTS_PER_G
#define SENSOR_FIFO_SAMPLES ADXL345_FIFO_LEVELS

/* The rates that the driver sets, lowest first (data sheet, table 7). */
#define SENSOR_RATES_HZ(X) X(25) X(50) X(100) X(200) X(400)

#endif
