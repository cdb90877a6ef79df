/* board: what each board gives the common start-up, and gets from it; the rest is edgekit_hal.h. */
#ifndef EDGEKIT_BOARD_H
#define EDGEKIT_BOARD_H

#include "edgekit_hal.h"

/* Clocks, pins, watchdog. .data and .bss stand; nothing else was set up. */
void board_start(void);
hal_reset_cause_t board_reset_cause(void); /* as the chip's own register has it */
_Noreturn void board_reset(void);

/* Keeps what the last run left behind; once, before anything asks for it. */
void restart_begin(void);

/* The application: the linked image has one, or a test does. */
_Noreturn void app_run(void);

#endif
