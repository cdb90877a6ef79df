/* adxl345_settings: what each register must hold for a configuration. Pure; no bus, no state. */
#ifndef ADXL345_SETTINGS_H
#define ADXL345_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "adxl345_registers.h"
#include "sensor.h"

typedef struct {
    uint8_t reg;
    uint8_t value;
} adxl345_setting_t;

/* In the order of writing: measuring starts last, when everything else is set. */
#define ADXL345_SETTINGS 9u

#define ADXL345_LOWEST_HZ 25u /* that the driver sets; each code doubles the rate */

/* Return the code of the lowest of SENSOR_RATES_HZ that is not below rate_hz; 400 Hz for anything
 * above. */
static inline uint8_t adxl345_rate_code(uint16_t rate_hz)
{
    uint8_t code = ADXL345_RATE_25HZ;
    for (uint32_t hz = ADXL345_LOWEST_HZ; hz < rate_hz && code < ADXL345_RATE_400HZ; hz *= 2) {
        code++;
    }
    return code;
}

/* Return the rate that the chip then runs at, by its own clock. */
static inline uint16_t adxl345_rate_hz(const sensor_config_t *config)
{
    return (uint16_t)(ADXL345_LOWEST_HZ
                      << (adxl345_rate_code(config->rate_hz) - ADXL345_RATE_25HZ));
}

/* Full resolution keeps 3.9 mg per count over all of +-16 g: nothing a body does is cut off. */
#define ADXL345_DATA_FORMAT_USED (ADXL345_FULL_RES | ADXL345_RANGE_16G)

/* Return FIFO_CTL for a FIFO that keeps the newest 32 samples. The watermark is limited to what its
 * bits hold, and to 1 at least: 0 would hold INT1 high for good. */
static inline uint8_t adxl345_fifo_ctl(uint8_t watermark)
{
    const uint8_t most = ADXL345_FIFO_SAMPLES_MASK;
    const uint8_t samples = watermark == 0 ? 1 : watermark > most ? most : watermark;
    return (uint8_t)(ADXL345_FIFO_STREAM | samples);
}

/* Fill in every setting for a configuration. */
static inline void adxl345_settings(const sensor_config_t *config,
                                    adxl345_setting_t settings[ADXL345_SETTINGS])
{
    const uint8_t power = config->low_power ? ADXL345_LOW_POWER : 0;
    const adxl345_setting_t all[ADXL345_SETTINGS] = {
        {ADXL345_OFSX, 0},
        {ADXL345_OFSY, 0},
        {ADXL345_OFSZ, 0},
        {ADXL345_BW_RATE, (uint8_t)(power | adxl345_rate_code(config->rate_hz))},
        {ADXL345_DATA_FORMAT, ADXL345_DATA_FORMAT_USED},
        {ADXL345_INT_MAP, 0}, /* everything to INT1 */
        {ADXL345_FIFO_CTL, adxl345_fifo_ctl(config->watermark)},
        {ADXL345_INT_ENABLE, ADXL345_WATERMARK},
        {ADXL345_POWER_CTL, ADXL345_MEASURE},
    };
    for (uint32_t i = 0; i < ADXL345_SETTINGS; i++) {
        settings[i] = all[i];
    }
}

#endif
