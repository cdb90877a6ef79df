/* bus: set up the I2C bus to the sensor, TWIM0. */
#ifndef EDGEKIT_BUS_H
#define EDGEKIT_BUS_H

void bus_start(void);

#endif
