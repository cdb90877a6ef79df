/* adxl345: samples of the sensor in order, and where some are missing.
 *
 * Every call ends within a bounded number of bus transfers, whatever the sensor does: a transfer
 * that fails is tried again, then the bus is freed and the chip set up anew, once a call. What a
 * call returns lies BEFORE the samples it delivers: anything but EDGEKIT_OK is a gap there. Which
 * register means what is decided in adxl345_burst.h, _settings.h and _self_test_limits.h, without a
 * bus.
 */
#ifndef ADXL345_H
#define ADXL345_H

#include <stdbool.h>
#include <stdint.h>

#include "adxl345_burst.h"
#include "adxl345_settings.h"
#include "edgekit_error.h"

typedef struct {
    uint32_t nacks;             /* transfers that nobody answered, or answered with all ones */
    uint32_t timeouts;          /* transfers that took too long, and seconds without a sample */
    uint32_t bus_recoveries;    /* times the bus was freed by clocks */
    uint32_t overruns;          /* gaps because the FIFO was read too late */
    uint32_t register_losses;   /* times a register no longer held what was written */
    uint32_t frozen;            /* seconds of one sample repeated */
    uint32_t reinitialisations; /* times the chip was set up anew after a fault */
    uint32_t samples;           /* delivered */
} adxl345_counters_t;

typedef struct adxl345 {
    adxl345_config_t config;
    adxl345_counters_t counters;
    bool running;          /* set up and measuring, as far as is known */
    bool held;             /* a sample was read that lies behind a gap: the next call's first */
    bool doubtful;         /* a reading failed midway: it may have popped a sample */
    edgekit_error_t gap;   /* why samples are missing before the next one; OK: none are */
    edgekit_error_t fault; /* the last transfer's that failed */
    uint32_t failures;     /* of transfers, in this call */
    uint64_t heard_us;     /* when the last sample was read, or measuring started */
    uint32_t repeats;      /* samples in a row that equal their predecessor */
    edgekit_sample_t held_counts;
    edgekit_sample_t last;
} adxl345_t;

/* Identifies the chip, sets it up and starts measuring. When it fails, every later call tries
 * again: a sensor that is absent at start-up may come later. Before the first call *sensor is {0};
 * at a later one, for another address, its counters go on. */
edgekit_error_t adxl345_start(adxl345_t *sensor, const adxl345_config_t *config);

/* Drains the FIFO into samples, at most capacity; *count is how many. When *count equals capacity
 * more may wait. EDGEKIT_OVERRUN: samples were lost before these; any other error is a gap too. */
edgekit_error_t adxl345_drain(adxl345_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
                              uint32_t *count);

/* Reads all settings back, and sets the chip up anew when one is lost (EDGEKIT_REGISTER_LOST, and
 * the next drain returns EDGEKIT_OVERRUN). A brown-out is seen by every drain as well; this finds
 * the single register that changed. */
edgekit_error_t adxl345_check(adxl345_t *sensor);

/* The data sheet's self-test, under a second; the samples of that time are lost. */
edgekit_error_t adxl345_self_test(adxl345_t *sensor);

#endif
