/* host: a board that is this machine. The application as it is, an ADXL345 as a model, virtual
 * time, flash in a file, a serial line in two file descriptors. Host only: libc and POSIX. */
#ifndef EDGEKIT_HOST_H
#define EDGEKIT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_hal.h"

#define HOST_SPEED_MOST 0.0 /* as fast as it goes */

/* Power on, at time 0: an ADXL345 whose noise comes from the seed, the body at rest, blank flash,
 * no line. Everything below is told after this. */
void host_power_on(uint64_t seed);

/* What the sensor measures: these counts, sample by sample, then the body lies still as at the
 * last one. The buffer stays the caller's. */
void host_give_counts(const int16_t *xyz, uint64_t samples);
/* A sleeper who breathes, and turns over every few minutes. */
void host_give_motion(void);

/* Seconds of virtual time in one of real time. */
void host_set_speed(double speed);
/* The serial line; -1: none. The descriptors become non-blocking. */
void host_set_line(int in, int out);
/* Flash in a file, made if it is not there. False when that cannot be. */
bool host_set_flash(const char *path);

/* KIND[:COUNT]@SECONDS, as host_faults.h lists. False for what is none. */
bool host_add_fault(const char *text);

/* Runs the application until then, through every reset on the way. */
void host_run_until(uint64_t world_us);
/* Runs it until the given counts are all fetched from the sensor. */
void host_run_counts(void);

uint64_t host_world_us(void); /* since host_power_on: resets do not set it back */
uint32_t host_starts(void);   /* of the application */

#endif
