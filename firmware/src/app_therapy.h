/* app_therapy: run the therapy on each window, store and send its alarms, and drive the motor. */
#ifndef EDGEKIT_APP_THERAPY_H
#define EDGEKIT_APP_THERAPY_H

#include "app.h"

/* Begin a night of therapy anew, as at SET_THERAPY, with the motor off. */
void app_restart_therapy(app_t *app);

/* Decide on the window that the recogniser holds; window->time_us is its start. */
void app_treat(app_t *app, const bout_window_t *window);

/* Switch the motor off once its time is up. */
void app_stop_motor_if_due(app_t *app);

/* Switch the motor off now, as before a reset and at the night's end. */
void app_stop_motor(app_t *app);

#endif
