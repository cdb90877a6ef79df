/* board: the functions between a board and the common start-up; all others are edgekit_hal.h's. */
#ifndef EDGEKIT_BOARD_H
#define EDGEKIT_BOARD_H

#include "edgekit_hal.h"

/* Of the board: set up clocks, pins and watchdog. .data and .bss are initialised, nothing else. */
void board_start(void);
hal_reset_cause_t board_reset_cause(void); /* from the chip's own register */
_Noreturn void board_reset(void);
_Noreturn void board_boot_loader(void);

/* Of restart.c: read what the last run left in memory, once, at start-up. */
void restart_begin(void);

/* Of the application, or of a test in its place. */
_Noreturn void app_run(void);

#endif
