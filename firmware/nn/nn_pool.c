/* Pools and the mean over positions. Helium has nn_pool_mve.c. */
#include "nn.h"

#if !NN_MVE

#include "nn_requantise.h"
#include "nn_span.h"

void nn_max_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    for (int32_t position = 0; position < pool->positions; position++) {
        const nn_span_t span = nn_span(pool, position);
        for (int32_t channel = 0; channel < pool->channels; channel++) {
            const nn_act *from = x + span.first * pool->channels + channel;
            int32_t largest = -128;
            for (int32_t left = span.last - span.first; left > 0; left--) {
                largest = *from > largest ? *from : largest;
                from += pool->channels;
            }
            *y++ = (nn_act)nn_clamped(largest, pool->least, pool->most);
        }
    }
}

/* sum / count to the nearest, halves away from zero; |sum| < 256 count. No core below an M3
 * divides, and a library's division may not be linked. */
static int32_t rounded_quotient(int32_t sum, int32_t count)
{
    const int32_t half = count >> 1;
#if NN_THUMB1
    int32_t rest = (sum < 0 ? -sum : sum) + half, quotient = 0;
    for (int32_t bit = 8; bit >= 0; bit--) {
        if (rest >= count << bit) {
            rest -= count << bit;
            quotient += 1 << bit;
        }
    }
    return sum < 0 ? -quotient : quotient;
#else
    return (sum < 0 ? sum - half : sum + half) / count;
#endif
}

void nn_average_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    for (int32_t position = 0; position < pool->positions; position++) {
        const nn_span_t span = nn_span(pool, position);
        const int32_t count = span.last - span.first;
        for (int32_t channel = 0; channel < pool->channels; channel++) {
            const nn_act *from = x + span.first * pool->channels + channel;
            int32_t sum = 0;
            for (int32_t left = count; left > 0; left--) {
                sum += *from;
                from += pool->channels;
            }
            *y++ = (nn_act)nn_clamped(rounded_quotient(sum, count), pool->least, pool->most);
        }
    }
}

void nn_mean(const nn_mean_t *mean, const nn_act *x, nn_act *y)
{
    for (int32_t channel = 0; channel < mean->channels; channel++) {
        const nn_act *from = x + channel;
        int32_t sum = -mean->offset;
        for (int32_t left = mean->width; left > 0; left--) {
            sum += *from;
            from += mean->channels;
        }
        y[channel] = (nn_act)nn_int8(nn_multiply(sum, mean->scale) + mean->zero_point);
    }
}

#endif
