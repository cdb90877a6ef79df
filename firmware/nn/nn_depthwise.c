/* DEPTHWISE_CONV_2D over positions, one or some output channels for each input channel. Helium has
 * nn_depthwise_mve.c. */
#include "nn.h"

#if !NN_MVE

#include "nn_requantise.h"

static nn_act output(const nn_depthwise_t *layer, const nn_channel_t *to, int32_t sum)
{
    return (nn_act)nn_requantise(sum, to->multiplier, to->add, to->shift, layer->below_zero);
}

/* Add to the sums of two neighbouring channels at two positions `step` apart, both channels of the
 * first position first. `rows` is the distance from one tap's activations to the next's. */
static inline void four_sums(const int16_t *w, const int16_t *end, const nn_act *x, int32_t step,
                             int32_t rows, int32_t sum[4])
{
    int32_t a0 = sum[0], b0 = sum[1], a1 = sum[2], b1 = sum[3];
#if NN_DSP && defined(__OPTIMIZE__) /* without, gcc has no register for each of the twelve */
    uint32_t weights, first, second;
    const int32_t to_second = 2 * step, to_next = 2 * rows; /* bytes */
    __asm__ volatile(
        "1: ldr %[first], [%[x]]\n"
        "ldr %[second], [%[x], %[to_second]]\n"
        "ldr %[weights], [%[w]], #4\n"
        "add %[x], %[x], %[to_next]\n"
        "smlabb %[a0], %[weights], %[first], %[a0]\n"
        "smlatt %[b0], %[weights], %[first], %[b0]\n"
        "smlabb %[a1], %[weights], %[second], %[a1]\n"
        "smlatt %[b1], %[weights], %[second], %[b1]\n"
        "cmp %[w], %[end]\n"
        "bne 1b\n"
        : [a0] "+r"(a0), [b0] "+r"(b0), [a1] "+r"(a1), [b1] "+r"(b1), [w] "+r"(w), [x] "+r"(x),
          [weights] "=&r"(weights), [first] "=&r"(first), [second] "=&r"(second)
        : [end] "r"(end), [to_second] "r"(to_second), [to_next] "r"(to_next)
        : "cc", "memory");
#else
    for (; w < end; w += 2, x += rows) {
        const int32_t of_a = w[0], of_b = w[1];
        a0 += of_a * x[0];
        b0 += of_b * x[1];
        a1 += of_a * x[step];
        b1 += of_b * x[step + 1];
    }
#endif
    sum[0] = a0;
    sum[1] = b0;
    sum[2] = a1;
    sum[3] = b1;
}

/* Compute an even number of rows, each with its own input channel. */
static void by_pairs(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                     nn_act *y)
{
    const int32_t rows = layer->rows, taps = layer->taps;
    for (int32_t row = 0; row < rows; row += 2) {
        const nn_channel_t *const to = layer->channels + row;
        const int16_t *const weights = layer->weights + row * taps;
        const nn_act *slice = x + row;
        nn_act *out = y + row;
        for (int32_t left = positions; left > 0; left -= 2, slice += 2 * step, out += 2 * rows) {
            int32_t sum[4] = {to[0].bias, to[1].bias, to[0].bias, to[1].bias};
            /* The last of an odd number of positions is paired with itself. */
            four_sums(weights, weights + 2 * taps, slice, left > 1 ? step : 0, rows, sum);
            out[0] = output(layer, &to[0], sum[0]);
            out[1] = output(layer, &to[1], sum[1]);
            if (left > 1) {
                out[rows] = output(layer, &to[0], sum[2]);
                out[rows + 1] = output(layer, &to[1], sum[3]);
            }
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
            *out = output(layer, &layer->channels[row], sum);
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
