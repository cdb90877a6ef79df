/* Pools and the mean over positions. */
#include "nn.h"
#include "nn_requantise.h"

typedef struct {
    int32_t first, last; /* positions, last not included */
} span_t;

static span_t span_of(const nn_pool_t *pool, int32_t position)
{
    const int32_t origin = position * pool->stride - pool->pad;
    const int32_t end = origin + pool->window;
    return (span_t){origin < 0 ? 0 : origin, end > pool->width ? pool->width : end};
}

void nn_max_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    for (int32_t position = 0; position < pool->positions; position++) {
        const span_t span = span_of(pool, position);
        for (int32_t channel = 0; channel < pool->channels; channel++) {
            int32_t largest = -128;
            for (int32_t at = span.first; at < span.last; at++) {
                const int32_t value = x[at * pool->channels + channel];
                largest = value > largest ? value : largest;
            }
            *y++ = (nn_act)nn_clamped(largest, pool->least, pool->most);
        }
    }
}

void nn_average_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    for (int32_t position = 0; position < pool->positions; position++) {
        const span_t span = span_of(pool, position);
        const int32_t count = span.last - span.first;
        for (int32_t channel = 0; channel < pool->channels; channel++) {
            int32_t sum = 0;
            for (int32_t at = span.first; at < span.last; at++) {
                sum += x[at * pool->channels + channel];
            }
            const int32_t half = sum > 0 ? count / 2 : -(count / 2);
            *y++ = (nn_act)nn_clamped((sum + half) / count, pool->least, pool->most);
        }
    }
}

void nn_mean(const nn_mean_t *mean, const nn_act *x, nn_act *y)
{
    for (int32_t channel = 0; channel < mean->channels; channel++) {
        int32_t sum = -mean->offset;
        for (int32_t at = 0; at < mean->width; at++) {
            sum += x[at * mean->channels + channel];
        }
        y[channel] = (nn_act)nn_int8(nn_multiply(sum, mean->scale) + mean->zero_point);
    }
}
