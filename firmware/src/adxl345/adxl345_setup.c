#include "adxl345_setup.h"

#include "adxl345_bus.h"
#include "edgekit_hal.h"

edgekit_error_t adxl345_write_checked(sensor_t *sensor, adxl345_setting_t setting)
{
    uint8_t value_read = 0;
    edgekit_error_t error = adxl345_bus_write(sensor, setting);
    if (error == EDGEKIT_OK) {
        error = adxl345_bus_read(sensor, setting.reg, &value_read, 1);
    }
    if (error == EDGEKIT_OK && value_read != setting.value) {
        error = EDGEKIT_REGISTER_LOST;
    }
    return error;
}

edgekit_error_t adxl345_write_all(sensor_t *sensor, const adxl345_setting_t *settings,
                                  uint32_t count)
{
    edgekit_error_t error = EDGEKIT_OK;
    for (uint32_t i = 0; i < count && error == EDGEKIT_OK; i++) {
        error = adxl345_write_checked(sensor, settings[i]);
    }
    return error;
}

edgekit_error_t adxl345_quieten(sensor_t *sensor)
{
    static const adxl345_setting_t quiet[] = {
        {ADXL345_POWER_CTL, ADXL345_STANDBY},
        {ADXL345_INT_ENABLE, 0},
        {ADXL345_FIFO_CTL, ADXL345_FIFO_BYPASS},
    };
    return adxl345_write_all(sensor, quiet, sizeof quiet / sizeof quiet[0]);
}

static edgekit_error_t identify(sensor_t *sensor)
{
    uint8_t devid = 0;
    const edgekit_error_t error = adxl345_bus_read(sensor, ADXL345_DEVID, &devid, 1);
    if (error == EDGEKIT_OK && devid != ADXL345_DEVID_VALUE) {
        return EDGEKIT_WRONG_DEVICE;
    }
    return error;
}

edgekit_error_t adxl345_verify(sensor_t *sensor)
{
    adxl345_setting_t settings[ADXL345_SETTINGS];
    adxl345_settings(&sensor->config, settings);
    edgekit_error_t error = EDGEKIT_OK;
    for (uint32_t i = 0; i < ADXL345_SETTINGS && error == EDGEKIT_OK; i++) {
        uint8_t value_read = 0;
        error = adxl345_bus_read(sensor, settings[i].reg, &value_read, 1);
        if (error == EDGEKIT_OK && value_read != settings[i].value) {
            error = EDGEKIT_REGISTER_LOST;
        }
    }
    return error;
}

edgekit_error_t adxl345_set_up(sensor_t *sensor)
{
    adxl345_setting_t settings[ADXL345_SETTINGS];
    adxl345_settings(&sensor->config, settings);
    sensor->running = false;
    sensor->held = false;
    sensor->repeats = 0;
    edgekit_error_t error = identify(sensor);
    if (error == EDGEKIT_OK) {
        error = adxl345_quieten(sensor);
    }
    if (error == EDGEKIT_OK) {
        error = adxl345_write_all(sensor, settings, ADXL345_SETTINGS);
    }
    if (error == EDGEKIT_OK) {
        error = adxl345_verify(sensor); /* a brown-out between two writes leaves the earlier lost */
    }
    sensor->running = error == EDGEKIT_OK;
    sensor->heard_us = hal_time_us();
    return error;
}

edgekit_error_t adxl345_set_up_again(sensor_t *sensor)
{
    sensor->counters.reinitialisations++;
    return adxl345_set_up(sensor);
}
