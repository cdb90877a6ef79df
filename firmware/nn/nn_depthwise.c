/* DEPTHWISE_CONV_2D over positions, one or some output channels for each input channel. Helium has
 * nn_depthwise_mve.c. */
#include "nn.h"

#if !NN_MVE

#include "nn_requantise.h"

static nn_act answer(const nn_depthwise_t *layer, const nn_channel_t *to, int32_t sum)
{
    return (nn_act)nn_requantise(sum, to->multiplier, to->add, to->shift, layer->below_zero);
}

/* Adds to the sums of two channels, which lie beside each other, one tap's products. */
static inline void two_products(const int16_t *w, const nn_act *x, int32_t *a, int32_t *b)
{
#if NN_DSP
    const uint32_t weights = *(const uint32_t *)(const void *)w;
    const uint32_t values = *(const uint32_t *)(const void *)x;
    __asm__("smlabb %0, %1, %2, %0" : "+r"(*a) : "r"(weights), "r"(values));
    __asm__("smlatt %0, %1, %2, %0" : "+r"(*b) : "r"(weights), "r"(values));
#else
    *a += w[0] * x[0];
    *b += w[1] * x[1];
#endif
}

/* An even number of rows, each its own input channel. */
static void by_pairs(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                     nn_act *y)
{
    const int32_t rows = layer->rows, taps = layer->taps;
    for (int32_t row = 0; row < rows; row += 2) {
        const nn_channel_t *to = layer->channels + row;
        const int16_t *const weights = layer->weights + row * taps;
        const nn_act *slice = x + row;
        nn_act *out = y + row;
        for (int32_t position = 0; position < positions; position++) {
            const nn_act *from = slice;
            int32_t a = to[0].bias, b = to[1].bias;
            for (const int16_t *w = weights, *end = weights + 2 * taps; w < end; w += 2) {
                two_products(w, from, &a, &b);
                from += rows;
            }
            out[0] = answer(layer, &to[0], a);
            out[1] = answer(layer, &to[1], b);
            out += rows;
            slice += step;
        }
    }
}

static void one_by_one(const nn_depthwise_t *layer, const nn_act *x, int32_t step,
                       int32_t positions, nn_act *y)
{
    const int32_t rows = layer->rows, taps = layer->taps;
    int32_t left = layer->each; /* rows of this input channel */
    for (int32_t row = 0; row < rows; row++) {
        const int16_t *const weights = layer->weights + (row >> 1) * 2 * taps + (row & 1);
        const nn_act *slice = x;
        nn_act *out = y + row;
        for (int32_t position = 0; position < positions; position++) {
            const nn_act *from = slice;
            int32_t sum = layer->channels[row].bias;
            for (int32_t tap = 0; tap < taps; tap++) {
                sum += weights[2 * tap] * *from;
                from += layer->inputs;
            }
            *out = answer(layer, &layer->channels[row], sum);
            out += rows;
            slice += step;
        }
        if (--left == 0) {
            left = layer->each;
            x++;
        }
    }
}

void nn_depthwise(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                  nn_act *y)
{
    if (layer->each == 1 && (layer->rows & 1) == 0) {
        by_pairs(layer, x, step, positions, y);
    } else {
        one_by_one(layer, x, step, positions, y);
    }
    if (layer->least > -128 || layer->most < 127) {
        nn_clamp(layer->least, layer->most, y, positions * layer->rows, y);
    }
}

#endif
