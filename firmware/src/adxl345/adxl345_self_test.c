#include "adxl345_burst.h"
#include "adxl345_bus.h"
#include "adxl345_self_test_limits.h"
#include "adxl345_setup.h"
#include "sensor_state.h"

enum {
    SETTLING = 8,  /* samples: the data sheet asks for four */
    AVERAGED = 16, /* samples: over 0.1 s, as the data sheet advises */
    POLLS = 128,   /* for SETTLING + AVERAGED samples at 100 Hz, half of it to spare */
    POLL_US = 2500,
};

/* Sum AVERAGED samples of each axis, after SETTLING that are left out. */
static edgekit_error_t sum_samples(sensor_t *sensor, uint8_t data_format, int32_t sums[3])
{
    uint32_t samples = 0;
    for (uint32_t i = 0; i < POLLS && samples < SETTLING + AVERAGED; i++) {
        adxl345_wait_us(POLL_US);
        uint8_t bytes[ADXL345_BURST_BYTES] = {0};
        const edgekit_error_t error =
            adxl345_bus_read(sensor, ADXL345_INT_SOURCE, bytes, sizeof bytes);
        if (error != EDGEKIT_OK) {
            return error;
        }
        const adxl345_burst_t burst = adxl345_burst(bytes);
        if (!adxl345_burst_holds(&burst, data_format, ADXL345_FIFO_BYPASS)) {
            return EDGEKIT_REGISTER_LOST;
        }
        if ((burst.int_source & ADXL345_DATA_READY) == 0) {
            continue;
        }
        if (samples >= SETTLING) {
            sums[0] += burst.counts.x;
            sums[1] += burst.counts.y;
            sums[2] += burst.counts.z;
        }
        samples++;
    }
    return samples == SETTLING + AVERAGED ? EDGEKIT_OK : EDGEKIT_TIMEOUT;
}

/* Compare the output with the self-test off and on, at 100 Hz, full resolution, +-16 g and normal
 * power, as the data sheet asks; without the FIFO. */
static edgekit_error_t measure_self_test(sensor_t *sensor)
{
    const uint8_t still = ADXL345_DATA_FORMAT_USED;
    const uint8_t moved = ADXL345_DATA_FORMAT_USED | ADXL345_SELF_TEST;
    const adxl345_setting_t quiet[] = {
        {ADXL345_BW_RATE, ADXL345_RATE_100HZ},
        {ADXL345_DATA_FORMAT, still},
        {ADXL345_POWER_CTL, ADXL345_MEASURE},
    };
    int32_t off[3] = {0};
    int32_t on[3] = {0};
    edgekit_error_t error = adxl345_quieten(sensor);
    if (error == EDGEKIT_OK) {
        error = adxl345_write_all(sensor, quiet, sizeof quiet / sizeof quiet[0]);
    }
    if (error == EDGEKIT_OK) {
        error = sum_samples(sensor, still, off);
    }
    if (error == EDGEKIT_OK) {
        error = adxl345_write_checked(sensor, (adxl345_setting_t){ADXL345_DATA_FORMAT, moved});
    }
    if (error == EDGEKIT_OK) {
        error = sum_samples(sensor, moved, on);
    }
    if (error == EDGEKIT_OK && !adxl345_self_test_passes(off, on, AVERAGED)) {
        error = EDGEKIT_SELF_TEST;
    }
    return error;
}

edgekit_error_t sensor_self_test(sensor_t *sensor)
{
    adxl345_bus_begin(sensor);
    const edgekit_error_t tested = measure_self_test(sensor);
    adxl345_bus_begin(sensor);
    const edgekit_error_t restored = adxl345_set_up(sensor);
    if (sensor->counters.samples > 0) {
        sensor->gap = EDGEKIT_OVERRUN;
    }
    return tested != EDGEKIT_OK ? tested : restored;
}
