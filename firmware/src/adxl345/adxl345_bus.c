/* I2C transfers to the chip, retried within a bound. */
#include "adxl345_bus.h"

#include <stddef.h>

#include "adxl345_burst.h"
#include "edgekit_hal.h"

enum {
    TRIES = 4,               /* of one transfer */
    FAILURES = 8,            /* of all transfers in a call: 160 ms at most */
    FIRST_BACK_OFF_US = 250, /* doubled at each further try */
    WAKE_UPS = 8192,         /* serial bytes end a rest at once: this bounds the loop */
};

void adxl345_bus_begin(sensor_t *sensor)
{
    sensor->failures = 0;
}

void adxl345_wait_us(uint32_t us)
{
    const uint64_t until_us = hal_time_us() + us;
    for (uint32_t i = 0; i < WAKE_UPS && hal_time_us() < until_us; i++) {
        hal_rest_until(until_us);
    }
}

static void free_bus(sensor_t *sensor)
{
    sensor->counters.bus_recoveries++;
    (void)hal_bus_recover();
}

/* Count a failed transfer and prepare the next attempt. A NACK means that the chip took no part:
 * waiting helps, and the FIFO is as it was. After any other failure the chip may hold the line, or
 * may have popped a sample that never arrived. */
static void recover(sensor_t *sensor, edgekit_error_t error, uint32_t attempt)
{
    sensor->fault = error;
    sensor->failures++;
    sensor->counters.nacks += error == EDGEKIT_NACK;
    sensor->counters.timeouts += error == EDGEKIT_TIMEOUT;
    if (error == EDGEKIT_NACK && attempt + 1 < TRIES) {
        adxl345_wait_us((uint32_t)FIRST_BACK_OFF_US << attempt);
    } else {
        free_bus(sensor);
    }
    sensor->doubtful = sensor->doubtful || error != EDGEKIT_NACK;
}

static edgekit_error_t transfer(sensor_t *sensor, const uint8_t *out, uint32_t out_bytes,
                                uint8_t *in, uint32_t in_bytes)
{
    for (uint32_t attempt = 0; attempt < TRIES && sensor->failures < FAILURES; attempt++) {
        edgekit_error_t error =
            hal_bus_transfer(sensor->config.address, out, out_bytes, in, in_bytes);
        if (error == EDGEKIT_OK && !adxl345_undriven(in, in_bytes)) {
            return EDGEKIT_OK;
        }
        if (error == EDGEKIT_OK) {
            error = EDGEKIT_NACK;
            sensor->doubtful = true;
        }
        recover(sensor, error, attempt);
    }
    return sensor->fault;
}

edgekit_error_t adxl345_bus_read(sensor_t *sensor, uint8_t reg, uint8_t *values, uint32_t count)
{
    return transfer(sensor, &reg, 1, values, count);
}

edgekit_error_t adxl345_bus_write(sensor_t *sensor, adxl345_setting_t setting)
{
    const uint8_t out[2] = {setting.reg, setting.value};
    return transfer(sensor, out, sizeof out, NULL, 0);
}
