/* A window of samples to the first layer's input. */
#include "nn.h"

void nn_read(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, nn_act *y)
{
    edgekit_read(front_end, window, y);
}
