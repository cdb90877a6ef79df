/* window: cut samples, one by one, into the net's windows as edgekit.windows.WindowCutter does:
 * the first after EDGEKIT_MODEL_WINDOW samples, then one every EDGEKIT_MODEL_HOP. */
#ifndef EDGEKIT_WINDOW_H
#define EDGEKIT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_sample.h"
#include "model.h"

typedef struct {
    edgekit_sample_t samples[EDGEKIT_MODEL_WINDOW]; /* oldest first */
    uint32_t held;
} window_t;

/* Begin a new window, at the start and after a gap: none may hold samples of both sides. */
void window_restart(window_t *window);

/* Add a sample; true when window->samples is a whole window, until the next call. */
bool window_push(window_t *window, edgekit_sample_t sample);

#endif
