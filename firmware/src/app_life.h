/* app_life: the wearable's light, and its battery, which ends a night before the cell is harmed. */
#ifndef EDGEKIT_APP_LIFE_H
#define EDGEKIT_APP_LIFE_H

#include "app.h"

void app_start_life(app_t *app);

/* Set the light to what it shows now. */
void app_show_signs(app_t *app);

/* Measure the battery once a minute. A low one is an EVENT; an empty one ends the night and
 * switches the board off: this then does not return. */
void app_check_battery(app_t *app);

/* Return when the light or the battery needs attention next. */
uint64_t app_life_due_us(const app_t *app);

#endif
