/* The chip's identity, read beside the driver, for the self-test. */
#include "adxl345_burst.h"
#include "adxl345_registers.h"
#include "edgekit_hal.h"
#include "sensor.h"

edgekit_error_t sensor_identify(uint8_t address, uint8_t *identity)
{
    const uint8_t reg = ADXL345_DEVID;
    *identity = 0;
    const edgekit_error_t error = hal_bus_transfer(address, &reg, 1, identity, 1);
    if (error != EDGEKIT_OK) {
        return error;
    }
    if (adxl345_undriven(identity, 1)) {
        return EDGEKIT_NACK; /* all ones: the pull-ups answered */
    }
    return *identity == ADXL345_DEVID_VALUE ? EDGEKIT_OK : EDGEKIT_WRONG_DEVICE;
}
