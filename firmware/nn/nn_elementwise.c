/* Operators that read each activation once: add, rescale, clamp, fill, copy. */
#include "nn.h"
#include "nn_requantise.h"

#if !NN_MVE /* nn_add_mve.c */
void nn_add(const nn_add_t *add, const nn_act *a, const nn_act *b, int32_t count, nn_act *y)
{
    const int32_t *scaled = add->scaled + 128;
    const int32_t multiplier = add->multiplier, plus = add->add, shift = add->shift;
    if (add->below_zero) {
        for (int32_t i = 0; i < count; i++) {
            const int32_t sum = scaled[a[i]] + b[i] * (1 << 19);
            y[i] = (nn_act)nn_requantise(sum, multiplier, plus, shift, true);
        }
    } else {
        for (int32_t i = 0; i < count; i++) {
            const int32_t sum = scaled[a[i]] + b[i] * (1 << 19);
            y[i] = (nn_act)nn_requantise(sum, multiplier, plus, shift, false);
        }
    }
    if (add->least > -128 || add->most < 127) {
        nn_clamp(add->least, add->most, y, count, y);
    }
}
#endif

void nn_rescale(const nn_rescale_t *rescale, const nn_act *x, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t value = nn_multiply(x[i] - rescale->zero_x, rescale->scale);
        y[i] = (nn_act)nn_clamped(value + rescale->zero_y, rescale->least, rescale->most);
    }
}

void nn_clamp(int8_t least, int8_t most, const nn_act *x, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = (nn_act)nn_clamped(x[i], least, most);
    }
}

void nn_fill(nn_act *y, int32_t count, int8_t value)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = value;
    }
}

void nn_copy(const nn_act *x, int32_t rows, int32_t count, nn_act *y, int32_t y_step)
{
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t i = 0; i < count; i++) {
            y[row * y_step + i] = x[row * count + i];
        }
    }
}

void nn_load(const int8_t *window, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = window[i];
    }
}

void nn_store(const nn_act *x, int32_t count, int8_t *out)
{
    for (int32_t i = 0; i < count; i++) {
        out[i] = (int8_t)x[i];
    }
}
