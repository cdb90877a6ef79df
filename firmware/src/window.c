#include "window.h"

#include <string.h>

#define OVERLAP                                                                                    \
    (EDGEKIT_MODEL_WINDOW - EDGEKIT_MODEL_HOP) /* samples that the next window shares              \
                                                */

void window_restart(window_t *window)
{
    window->held = 0;
}

bool window_push(window_t *window, edgekit_sample_t sample)
{
    edgekit_sample_t *samples = window->samples;
    if (window->held == EDGEKIT_MODEL_WINDOW) {
        memmove(samples, samples + EDGEKIT_MODEL_HOP, OVERLAP * sizeof *samples);
        window->held = OVERLAP;
    }
    samples[window->held] = sample;
    return ++window->held == EDGEKIT_MODEL_WINDOW;
}
