/* host_inside: the functions between the host board's files. */
#ifndef EDGEKIT_HOST_INSIDE_H
#define EDGEKIT_HOST_INSIDE_H

#include "../../sim/sim_adxl345.h"
#include "host.h"

/* host_world.c: begin a world at time 0, and let time pass in it. */
void host_world_start(uint64_t seed);
void host_pass(uint64_t us);

/* host_motion.c: sources of acceleration for the chip. The context of rest is its field in g. */
void host_motion(void *context, uint64_t time_us, double g[3]);
void host_rest(void *context, uint64_t time_us, double g[3]);

void host_blank_flash(void);
void host_set_flash_refusing(bool refuses);
void host_clear_motor(void);

/* host_serial.c */
bool host_line_has_input(void);            /* bytes came in */
void host_line_wait(uint64_t real_us);     /* wait until bytes come in, at most this long */
void host_line_set_patience(bool patient); /* for a run that does not keep real time */
void host_line_forget_touch(void);

#endif
