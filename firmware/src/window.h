/* window: samples one by one into the net's windows, cut as edgekit.windows.WindowCutter does:
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

/* At the start, and after a gap: no window may hold both sides of it. */
void window_restart(window_t *window);

/* True when window->samples is a whole window; it stays so until the next call. */
bool window_push(window_t *window, edgekit_sample_t sample);

#endif
