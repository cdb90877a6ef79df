/* sensor_state: what the ADXL345's driver remembers between two calls of sensor.h.
 *
 * The meaning of each register is decided in adxl345_burst.h, _settings.h and _self_test_limits.h,
 * which touch no bus. */
#ifndef EDGEKIT_SENSOR_STATE_H
#define EDGEKIT_SENSOR_STATE_H

#include "sensor.h"

struct sensor {
    sensor_config_t config;
    sensor_counters_t counters;
    bool running;          /* set up and measuring, as far as is known */
    bool held;             /* a sample was read that lies behind a gap: the next call's first */
    bool doubtful;         /* a reading failed midway: it may have popped a sample */
    edgekit_error_t gap;   /* why samples are missing before the next one; OK: none are */
    edgekit_error_t fault; /* of the last transfer that failed */
    uint32_t failures;     /* of transfers, in this call */
    uint64_t heard_us;     /* when the last sample was read, or measuring started */
    uint32_t repeats;      /* samples in a row that equal their predecessor */
    edgekit_sample_t held_counts;
    edgekit_sample_t last;
};

#endif
