#include "adxl345.h"

#include "adxl345_bus.h"
#include "adxl345_setup.h"
#include "edgekit_hal.h"

enum { SILENCE_US = 1000000 }; /* without a single sample: 25 periods of the slowest rate */

edgekit_error_t adxl345_start(adxl345_t *sensor, const adxl345_config_t *config)
{
    *sensor = (adxl345_t){.config = *config, .counters = sensor->counters};
    return adxl345_set_up(sensor);
}

/* Counts what is wrong and sets the chip up anew; should that fail, the next call tries again. */
static void meet_fault(adxl345_t *sensor, edgekit_error_t error)
{
    sensor->counters.register_losses += error == EDGEKIT_REGISTER_LOST;
    sensor->counters.frozen += error == EDGEKIT_FROZEN;
    (void)adxl345_set_up_anew(sensor);
}

static edgekit_error_t read_entries(adxl345_t *sensor, uint32_t *entries)
{
    uint8_t found[2] = {0}; /* FIFO_CTL, FIFO_STATUS */
    const edgekit_error_t error = adxl345_bus_read(sensor, ADXL345_FIFO_CTL, found, sizeof found);
    if (error == EDGEKIT_OK && found[0] != adxl345_fifo_ctl(sensor->config.watermark)) {
        return EDGEKIT_REGISTER_LOST;
    }
    if (error == EDGEKIT_OK && adxl345_cut(found[1])) {
        sensor->counters.nacks++;
        return EDGEKIT_NACK;
    }
    *entries = adxl345_entries(found[1]);
    if (error == EDGEKIT_OK && *entries == 0 && hal_time_us() > sensor->heard_us + SILENCE_US) {
        sensor->counters.timeouts++; /* it answers, but it no longer measures */
        return EDGEKIT_TIMEOUT;
    }
    return error;
}

/* The oldest sample; *lost: some before it are, or may be, missing. */
static edgekit_error_t pop(adxl345_t *sensor, edgekit_sample_t *counts, edgekit_error_t *lost)
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

/* A second of one sample: its noise alone would have moved a sensor that works. */
static bool is_frozen(adxl345_t *sensor, edgekit_sample_t counts)
{
    sensor->repeats = same(counts, sensor->last) ? sensor->repeats + 1 : 0;
    sensor->last = counts;
    return sensor->repeats + 1 >= adxl345_rate_hz(&sensor->config);
}

static edgekit_error_t take_gap(adxl345_t *sensor)
{
    const edgekit_error_t gap = sensor->gap;
    sensor->gap = EDGEKIT_OK;
    return gap;
}

/* Pops until the FIFO is empty, `samples` is full, or a gap lies before the sample just popped:
 * that one is held for the next call, unless it is this call's first. *before: the gap before the
 * first. */
static edgekit_error_t pop_all(adxl345_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
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
        /* A doubtful reading may have popped two: how many wait is read again. */
        entries = sensor->doubtful ? 0 : entries - 1;
    }
    return EDGEKIT_OK;
}

edgekit_error_t adxl345_drain(adxl345_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
                              uint32_t *count)
{
    *count = 0;
    adxl345_bus_begin(sensor);
    if (capacity == 0) {
        return EDGEKIT_OK;
    }
    edgekit_error_t error = sensor->running ? EDGEKIT_OK : adxl345_set_up_anew(sensor);
    edgekit_error_t before = take_gap(sensor);
    if (error == EDGEKIT_OK) {
        if (sensor->held) {
            sensor->held = false;
            samples[(*count)++] = sensor->held_counts;
        }
        error = pop_all(sensor, samples, capacity, count, &before);
        if (error != EDGEKIT_OK) {
            meet_fault(sensor, error);
        }
    }
    sensor->counters.samples += *count;
    if (error != EDGEKIT_OK && *count > 0) {
        sensor->gap = error; /* it lies behind these samples: the next call tells it */
        error = EDGEKIT_OK;
    }
    return before != EDGEKIT_OK ? before : error;
}

edgekit_error_t adxl345_check(adxl345_t *sensor)
{
    adxl345_bus_begin(sensor);
    if (!sensor->running) {
        return adxl345_set_up_anew(sensor);
    }
    const edgekit_error_t error = adxl345_verify(sensor);
    if (error != EDGEKIT_OK) {
        meet_fault(sensor, error);
        sensor->gap = EDGEKIT_OVERRUN;
    }
    return error;
}
