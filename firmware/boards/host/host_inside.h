/* host_inside: what the host board's files tell each other. */
#ifndef EDGEKIT_HOST_INSIDE_H
#define EDGEKIT_HOST_INSIDE_H

#include "../../sim/sim_adxl345.h"
#include "host.h"

extern sim_adxl345_t host_chip;

/* Lets time pass: faults happen, the chip converts, the watchdog may end the run. */
void host_pass(uint64_t us);

/* Starts the application anew, out of whatever it was doing. */
_Noreturn void host_reset_as(hal_reset_cause_t cause);
/* The application does nothing more until the watchdog resets it. */
void host_hang(void);

/* Faults due at world_us happen; when the next one is due, UINT64_MAX: never. */
void host_forget_faults(void);
void host_meet_faults(uint64_t world_us);
uint64_t host_next_fault_us(void);

void host_blank_flash(void);

bool host_line_waits(void);                /* bytes came in */
void host_line_wait(uint64_t real_us);     /* until bytes come in, at most so long */
void host_line_set_patience(bool patient); /* a line of a run that does not keep real time */

void host_rest_at(const int16_t last[3]);

#endif
