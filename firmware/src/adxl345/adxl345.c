/* The ADXL345 behind sensor.h: drains its FIFO and accounts for every lost sample. */
#include "adxl345_burst.h"
#include "adxl345_bus.h"
#include "adxl345_setup.h"
#include "edgekit_hal.h"

enum { SILENCE_US = 1000000 }; /* without a single sample: 25 periods of the slowest rate */

edgekit_error_t sensor_start(sensor_t *sensor, const sensor_config_t *config)
{
    *sensor = (sensor_t){.config = *config, .counters = sensor->counters};
    return adxl345_set_up(sensor);
}

/* Count the fault and set the chip up again; if that fails, the next call tries again. */
static void recover(sensor_t *sensor, edgekit_error_t error)
{
    sensor->counters.register_losses += error == EDGEKIT_REGISTER_LOST;
    sensor->counters.frozen += error == EDGEKIT_FROZEN;
    (void)adxl345_set_up_again(sensor);
}

/* Read how many samples wait in the FIFO, and whether the chip still measures. */
static edgekit_error_t read_entries(sensor_t *sensor, uint32_t *entries)
{
    uint8_t registers[2] = {0}; /* FIFO_CTL, FIFO_STATUS */
    const edgekit_error_t error =
        adxl345_bus_read(sensor, ADXL345_FIFO_CTL, registers, sizeof registers);
    if (error == EDGEKIT_OK && registers[0] != adxl345_fifo_ctl(sensor->config.watermark)) {
        return EDGEKIT_REGISTER_LOST;
    }
    if (error == EDGEKIT_OK && adxl345_cut(registers[1])) {
        sensor->counters.nacks++;
        return EDGEKIT_NACK;
    }
    *entries = adxl345_entries(registers[1]);
    if (error == EDGEKIT_OK && *entries == 0 && hal_time_us() > sensor->heard_us + SILENCE_US) {
        sensor->counters.timeouts++; /* it answers, but no longer measures */
        return EDGEKIT_TIMEOUT;
    }
    return error;
}

/* Read the oldest sample; *lost is why samples before it are, or may be, missing. */
static edgekit_error_t pop(sensor_t *sensor, edgekit_sample_t *counts, edgekit_error_t *lost)
{
    uint8_t bytes[ADXL345_BURST_BYTES] = {0};
    sensor->doubtful = false;
    const edgekit_error_t error = adxl345_bus_read(sensor, ADXL345_INT_SOURCE, bytes, sizeof bytes);
    if (error != EDGEKIT_OK) {
        return error;
    }
    const adxl345_burst_t burst = adxl345_burst(bytes);
    if (adxl345_cut(burst.fifo_status)) {
        sensor->counters.nacks++;
        return EDGEKIT_NACK;
    }
    if (!adxl345_burst_holds(&burst, ADXL345_DATA_FORMAT_USED,
                             adxl345_fifo_ctl(sensor->config.watermark))) {
        return EDGEKIT_REGISTER_LOST;
    }
    sensor->heard_us = hal_time_us();
    *counts = burst.counts;
    *lost = EDGEKIT_OK;
    if (adxl345_lost_before(&burst)) {
        sensor->counters.overruns++;
        *lost = EDGEKIT_OVERRUN;
    } else if (sensor->doubtful) {
        *lost = sensor->fault;
    }
    return EDGEKIT_OK;
}

static bool same(edgekit_sample_t a, edgekit_sample_t b)
{
    return a.x == b.x && a.y == b.y && a.z == b.z;
}

/* Whether the chip has repeated one sample for a second: a working sensor's noise would move it. */
static bool is_frozen(sensor_t *sensor, edgekit_sample_t counts)
{
    sensor->repeats = same(counts, sensor->last) ? sensor->repeats + 1 : 0;
    sensor->last = counts;
    return sensor->repeats + 1 >= adxl345_rate_hz(&sensor->config);
}

/* Return the gap that the call before left to report, once. */
static edgekit_error_t pending_gap(sensor_t *sensor)
{
    const edgekit_error_t gap = sensor->gap;
    sensor->gap = EDGEKIT_OK;
    return gap;
}

/* Pop samples until the FIFO is empty, `samples` is full, or a gap lies before the sample just
 * popped, which is then held for the next call unless it is this call's first. *before is the gap
 * before the first sample. */
static edgekit_error_t pop_all(sensor_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
                               uint32_t *count, edgekit_error_t *before)
{
    uint32_t entries = 0;
    while (*count < capacity) {
        if (entries == 0) {
            const edgekit_error_t error = read_entries(sensor, &entries);
            if (error != EDGEKIT_OK || entries == 0) {
                return error;
            }
        }
        edgekit_sample_t counts = {0};
        edgekit_error_t lost = EDGEKIT_OK;
        const edgekit_error_t error = pop(sensor, &counts, &lost);
        if (error != EDGEKIT_OK) {
            return error;
        }
        if (is_frozen(sensor, counts)) {
            return EDGEKIT_FROZEN;
        }
        if (lost != EDGEKIT_OK && *count > 0) {
            sensor->gap = lost;
            sensor->held = true;
            sensor->held_counts = counts;
            return EDGEKIT_OK;
        }
        *before = *before == EDGEKIT_OK ? lost : *before;
        samples[(*count)++] = counts;
        /* A doubtful reading may have popped two samples, so the level is read again. */
        entries = sensor->doubtful ? 0 : entries - 1;
    }
    return EDGEKIT_OK;
}

edgekit_error_t sensor_drain(sensor_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
                             uint32_t *count)
{
    *count = 0;
    adxl345_bus_begin(sensor);
    if (capacity == 0) {
        return EDGEKIT_OK;
    }
    edgekit_error_t error = sensor->running ? EDGEKIT_OK : adxl345_set_up_again(sensor);
    edgekit_error_t before = pending_gap(sensor);
    if (error == EDGEKIT_OK) {
        if (sensor->held) {
            sensor->held = false;
            samples[(*count)++] = sensor->held_counts;
        }
        error = pop_all(sensor, samples, capacity, count, &before);
        if (error != EDGEKIT_OK) {
            recover(sensor, error);
        }
    }
    sensor->counters.samples += *count;
    if (error != EDGEKIT_OK && *count > 0) {
        sensor->gap = error; /* it lies behind these samples: the next call reports it */
        error = EDGEKIT_OK;
    }
    return before != EDGEKIT_OK ? before : error;
}

edgekit_error_t sensor_check(sensor_t *sensor)
{
    adxl345_bus_begin(sensor);
    if (!sensor->running) {
        return adxl345_set_up_again(sensor);
    }
    const edgekit_error_t error = adxl345_verify(sensor);
    if (error != EDGEKIT_OK) {
        recover(sensor, error);
        sensor->gap = EDGEKIT_OVERRUN;
    }
    return error;
}

edgekit_error_t sensor_stop(sensor_t *sensor)
{
    adxl345_bus_begin(sensor);
    sensor->running = false;
    return adxl345_quieten(sensor);
}
