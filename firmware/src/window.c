#include "window.h"

#include <string.h>

#define KEPT (EDGEKIT_MODEL_WINDOW - EDGEKIT_MODEL_HOP) /* samples that the next window shares */

void window_restart(window_t *window)
{
    window->held = 0;
}

bool window_push(window_t *window, adxl345_counts_t counts)
{
    if (window->held == EDGEKIT_MODEL_WINDOW) {
        memmove(window->samples, window->samples + EDGEKIT_MODEL_HOP * 3, KEPT * 3);
        window->held = KEPT;
    }
    int8_t *sample = window->samples + window->held * 3;
    sample[0] = edgekit_model_quantise(counts.x);
    sample[1] = edgekit_model_quantise(counts.y);
    sample[2] = edgekit_model_quantise(counts.z);
    return ++window->held == EDGEKIT_MODEL_WINDOW;
}
