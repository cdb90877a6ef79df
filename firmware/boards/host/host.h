/* host: a board that is this machine: the application itself, a simulated ADXL345, virtual time,
 * flash in a file, a serial line in two file descriptors. Host only: libc and POSIX. */
#ifndef EDGEKIT_HOST_H
#define EDGEKIT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_hal.h"

#define HOST_BATTERY_MV 3900u
#define HOST_SPEED_MOST 0.0 /* as fast as it goes */

/* Begin at time 0, with an ADXL345 whose noise comes from the seed, the body at rest, blank flash,
 * a battery of HOST_BATTERY_MV and no line. All calls below come after this. */
void host_power_on(uint64_t seed);

/* Let the sensor measure these counts, sample by sample; then the body lies still as at the last
 * one. The buffer stays the caller's. */
void host_set_counts(const int16_t *xyz, uint64_t samples);
/* Let it measure a sleeper who breathes, and turns over every few minutes. */
void host_set_motion(void);

/* Set the seconds of virtual time in one of real time. */
void host_set_speed(double speed);
/* Connect the serial line; -1: none. The descriptors become non-blocking. */
void host_set_line(int in, int out);
/* Say what a USB port knows of its host (a test's pipes know nothing), or ask for the boot loader
 * as a host does by 1200 baud. */
void host_set_listener(hal_listener_t is_now);
void host_touch(void);
/* Keep the flash in a file, which is created if missing. False when that fails. */
bool host_set_flash(const char *path);

/* Add a fault, KIND[:COUNT]@SECONDS as host_faults.h lists. False for any other text. */
bool host_add_fault(const char *text);

/* Run the application until world_us, through every reset on the way. */
void host_run_until(uint64_t world_us);
/* Run it until all counts of host_set_counts() are read from the sensor. */
void host_run_counts(void);

/* What the motor did: the changes of its strength since host_power_on, at most HOST_MOTOR_MOST. */
#define HOST_MOTOR_MOST 4096u
uint32_t host_motor_changes(void);
/* Return when change `n` came, in us of the world, and its strength of 255. */
uint64_t host_motor_change(uint32_t n, uint8_t *strength);

uint64_t host_world_us(void); /* since host_power_on: resets do not set it back */
uint32_t host_starts(void);   /* of the application */
bool host_is_off(void);       /* it has switched itself off; a reset or USB starts it */

uint32_t host_boot_loaders(void); /* how often it asked for one */

/* How often the light was switched, and when: number 0 on, 1 off, and so on. The last
 * HOST_LIGHT_LOG of them are kept. */
#define HOST_LIGHT_LOG 1024u
uint32_t host_light_changes(void);
uint64_t host_light_us(uint32_t number);

#endif
