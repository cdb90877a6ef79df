/* app: the wearable's main loop. Samples to decisions, decisions to flash and to the host. */
#ifndef EDGEKIT_APP_H
#define EDGEKIT_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "average.h"
#include "battery.h"
#include "bout.h"
#include "dump.h"
#include "journal.h"
#include "line.h"
#include "listener.h"
#include "recogniser.h"
#include "sensor_state.h"
#include "signs.h"
#include "therapy.h"
#include "wear.h"

typedef struct {
    sensor_t sensor;
    average_t average;
    recogniser_t recogniser;
    bout_t bout;
    wear_t wear;
    therapy_t therapy;
    journal_t journal;
    line_t line;
    listener_t listener;
    dump_t dump;
    battery_t battery;
    signs_t signs;
    record_samples_t samples; /* of the last drain, at the net's rate */

    bool streaming;       /* SAMPLES and DECISION are sent */
    uint32_t next_sample; /* the index that the next sample gets */
    uint64_t sampled_us;  /* when the last samples were read */
    uint64_t drain_us;   /* when the sensor is drained next, if its interrupt does not come first */
    edgekit_error_t gap; /* since the last samples; OK: none */
    uint64_t gap_reported_us; /* when the last EVENT of it was sent */
    uint32_t failures;        /* drains in a row that failed */
    bool ran_net;             /* in this step: there is no time left to erase flash */
    bool last_drain_empty;    /* then the sensor's interrupt line may be high for good */
    uint64_t alarm_us;        /* the newest alarm's, on the device's clock */
    uint64_t motor_off_us;    /* when the motor is switched off; UINT64_MAX: it is off */
    uint64_t health_send_due_us, health_store_due_us; /* when the next HEALTH is due */
    uint16_t battery_mv;                              /* as measured last; 0: not measured */
    uint64_t battery_due_us;                          /* when it is measured next */
    uint32_t window_us;                               /* the longest that a window took */
    bool flash_fails;                                 /* the last record was not stored */
} app_t;

/* Initialise everything, once after reset. The sensor may be connected later. */
void app_start(app_t *app);

/* Sleep until there is work, do it, and return: within a second, or within four while the sensor
 * does not answer. */
void app_step(app_t *app);

/* Start, then step for ever; a board calls this after its start-up. */
_Noreturn void app_run(void);

#endif
