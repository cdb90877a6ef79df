/* DEPTHWISE_CONV_2D over positions, one or some output channels for each input channel. */
#include "nn.h"
#include "nn_requantise.h"

void nn_depthwise(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                  nn_act *y)
{
    const int32_t rows = layer->rows, inputs = layer->inputs;
    const nn_channel_t *to = layer->channels;
    for (int32_t row = 0; row < rows; row++, to++) {
        const nn_act *slice = x;
        nn_act *out = y + row;
        for (int32_t position = 0; position < positions; position++) {
            const nn_act *from = slice;
            const int16_t *weight = layer->weights + row;
            int32_t sum = to->bias;
            for (int32_t tap = 0; tap < layer->taps; tap++) {
                sum += *weight * *from;
                weight += rows;
                from += inputs;
            }
            const int32_t value =
                nn_requantise(sum, to->multiplier, to->add, to->shift, layer->below_zero);
            *out = (nn_act)nn_clamped(value, layer->least, layer->most);
            out += rows;
            slice += step;
        }
        if ((row + 1) % layer->each == 0) {
            x++;
        }
    }
}
