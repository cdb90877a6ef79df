/* battery: what the voltage of one lithium cell means for a night. Pure; no ADC, no clock.
 *
 * For a single lithium-polymer cell (4.2 V full, 3.7 V nominal), whose data sheets allow a
 * discharge to 3.0 V. At the 0.2 mA of this wearable the cell's own resistance does not matter.
 * Between the cell and the figure lie the divider's resistors (1 %) and the ADC's gain (3 %),
 * together 130 mV at 3.2 V: so EMPTY is 0.2 V above the cell's limit. */
#ifndef EDGEKIT_BATTERY_H
#define EDGEKIT_BATTERY_H

#include <stdbool.h>
#include <stdint.h>

#define BATTERY_LOW_MV         3500u /* about a tenth is left */
#define BATTERY_GOOD_MV        3600u /* a low battery is good again: 0.1 V more than low */
#define BATTERY_EMPTY_MV       3200u
#define BATTERY_EMPTY_READINGS 3u    /* in a row: one may be noise, or a motor's load */
#define BATTERY_LEAST_MV       2000u /* below it no cell is connected: none could run a board */

typedef enum {
    BATTERY_UNKNOWN, /* not measured, or USB feeds the board */
    BATTERY_GOOD,
    BATTERY_LOW,
    BATTERY_EMPTY,
} battery_state_t;

/* Start with {0}. */
typedef struct {
    battery_state_t state;
    bool was_above_empty;   /* a cell was measured since the start */
    uint8_t empty_readings; /* in a row */
} battery_t;

/* Process a reading, 0 where there is none; true when the state has changed.
 *
 * EMPTY needs an earlier reading above it: a board that is fed at its 3.3 V pin measures some 3 V
 * that come backwards through its regulator, and must not switch itself off. */
bool battery_push(battery_t *battery, uint16_t mv, bool on_usb);

#endif
