/* sensor: the driver of an accelerometer, as the application sees it: samples in order, and where
 * some are missing.
 *
 * One driver is linked. Its folder is on the include path, implements the functions below and has
 * two headers: sensor_chip.h, the chip's constants, and sensor_state.h, which completes sensor_t.
 *
 * Every call ends within a bounded number of bus transfers, whatever the sensor does: a transfer
 * that fails is tried again, then the bus is freed and the chip set up again, once a call. What a
 * call returns lies BEFORE the samples it delivers: anything but EDGEKIT_OK is a gap there. */
#ifndef EDGEKIT_SENSOR_H
#define EDGEKIT_SENSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"
#include "edgekit_sample.h"
#include "sensor_chip.h"

typedef struct {
    uint8_t address;   /* 7 bits: SENSOR_ADDRESS or SENSOR_ADDRESS_ALT */
    uint8_t watermark; /* samples that raise the interrupt: 1 to SENSOR_FIFO_SAMPLES - 1 */
    bool low_power;    /* less current, more noise */
    uint16_t rate_hz;  /* one of SENSOR_RATES_HZ */
} sensor_config_t;

/* Counted since the first sensor_start(). */
typedef struct {
    uint32_t nacks;             /* transfers that nobody answered, or answered with all ones */
    uint32_t timeouts;          /* transfers that took too long, and seconds without a sample */
    uint32_t bus_recoveries;    /* times the bus was freed by clocks */
    uint32_t overruns;          /* gaps because the FIFO was read too late */
    uint32_t register_losses;   /* times a register no longer held what was written */
    uint32_t frozen;            /* seconds of one sample repeated */
    uint32_t reinitialisations; /* times the chip was set up again after a fault */
    uint32_t samples;           /* delivered */
} sensor_counters_t;

typedef struct sensor sensor_t; /* sensor_state.h */

/* Identify the chip, set it up and start measuring. When that fails, every later call tries again:
 * a sensor that is absent at start-up may be connected later. Before the first call *sensor is {0};
 * a later call, for another address, keeps the counters. */
edgekit_error_t sensor_start(sensor_t *sensor, const sensor_config_t *config);

/* Read all waiting samples, at most `capacity`; *count is how many. When *count equals `capacity`
 * more may wait. EDGEKIT_OVERRUN: samples were lost before these; any other error is a gap too. */
edgekit_error_t sensor_drain(sensor_t *sensor, edgekit_sample_t *samples, uint32_t capacity,
                             uint32_t *count);

/* Read all settings back, and set the chip up again when one is lost: EDGEKIT_REGISTER_LOST, and
 * the next drain returns EDGEKIT_OVERRUN. A drain sees a brown-out as well; this also finds a
 * single register that changed. */
edgekit_error_t sensor_check(sensor_t *sensor);

/* Read the identity of the chip at an address in one transfer, apart from the driver's state and
 * counters: EDGEKIT_WRONG_DEVICE when it is another chip's, or the transfer's own error. */
edgekit_error_t sensor_identify(uint8_t address, uint8_t *identity);

/* Stop measuring: the chip takes the least current that it can. The next drain or check
 * starts it again. */
edgekit_error_t sensor_stop(sensor_t *sensor);

/* Run the chip's self-test, in under a second; the samples of that time are lost.
 * EDGEKIT_SELF_TEST when the chip fails it. */
edgekit_error_t sensor_self_test(sensor_t *sensor);

#endif
