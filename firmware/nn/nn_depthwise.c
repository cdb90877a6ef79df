/* DEPTHWISE_CONV_2D over positions, some output channels for each input channel. */
#include "nn.h"
#include "nn_requantise.h"

void nn_depthwise(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                  nn_act *y)
{
    const int32_t rows = layer->rows, inputs = layer->inputs;
    for (int32_t channel = 0; channel < rows; channel++) {
        const nn_channel_t *to = &layer->channels[channel];
        for (int32_t position = 0; position < positions; position++) {
            const nn_act *from = x + position * step + channel * inputs / rows;
            const int16_t *weight = layer->weights + channel;
            int32_t sum = to->bias;
            for (int32_t tap = 0; tap < layer->taps; tap++) {
                sum += *weight * *from;
                weight += rows;
                from += inputs;
            }
            const int32_t value =
                nn_requantise(sum, to->multiplier, to->add, to->shift, layer->below_zero);
            y[position * rows + channel] = (nn_act)nn_clamped(value, layer->least, layer->most);
        }
    }
}
