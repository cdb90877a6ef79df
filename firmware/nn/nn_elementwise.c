/* What touches each activation once: add, rescale, clamp, fill, copy. */
#include "nn.h"
#include "nn_requantise.h"

enum { ADD_SHIFT = 20 }; /* bits that TFLM's ADD keeps under its inputs */

void nn_add(const nn_add_t *add, const nn_act *a, const nn_act *b, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t scaled_a = nn_multiply((a[i] - add->zero_a) * (1 << ADD_SHIFT), add->a);
        const int32_t scaled_b = nn_multiply((b[i] - add->zero_b) * (1 << ADD_SHIFT), add->b);
        const int32_t sum = nn_multiply(scaled_a + scaled_b, add->y) + add->zero_y;
        y[i] = (nn_act)nn_clamped(sum, add->least, add->most);
    }
}

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
