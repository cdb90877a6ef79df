/* A window of samples to the first layer's input. Helium has nn_read_mve.c. */
#include "nn.h"

#if !NN_MVE

void nn_read(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, nn_act *y)
{
    edgekit_read(front_end, window, y);
}

#endif
