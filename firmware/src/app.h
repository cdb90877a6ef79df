/* app: the wearable. Samples to decisions, decisions to flash and to the host, the whole night. */
#ifndef EDGEKIT_APP_H
#define EDGEKIT_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "adxl345.h"
#include "average.h"
#include "bout.h"
#include "dump.h"
#include "journal.h"
#include "line.h"
#include "recogniser.h"

typedef struct {
    adxl345_t sensor;
    average_t average;
    recogniser_t recogniser;
    bout_t bout;
    journal_t journal;
    line_t line;
    dump_t dump;
    record_samples_t samples; /* of the last drain, at the net's rate */

    bool streaming;       /* SAMPLES and DECISION are sent */
    uint32_t next_sample; /* the index that the next sample gets */
    uint64_t sampled_us;  /* when the last samples came */
    uint64_t drain_us;    /* when the sensor is looked at, if its interrupt does not tell */
    edgekit_error_t gap;  /* since the last samples; OK: none */
    uint64_t gap_told_us; /* when an EVENT said so */
    uint32_t failures;    /* drains in a row without samples */
    bool in_vain;         /* the last drain gave nothing: its interrupt line may be high for good */
    uint64_t health_sent_us, health_kept_us; /* when they are due next */
} app_t;

/* Once after reset. The sensor need not be there yet. */
void app_start(app_t *app);

/* Sleeps until there is something to do, does it, and returns: within a second, or within four
 * while the sensor does not answer. */
void app_step(app_t *app);

/* Both, as a board calls them after its start-up. */
_Noreturn void app_run(void);

#endif
