/* Pools and the mean over positions on Helium: channels in lanes. */
#include "nn.h"

#if NN_MVE

#include "nn_mve.h"
#include "nn_span.h"

void nn_max_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    const int32_t channels = pool->channels;
    const int8x16_t least = vdupq_n_s8(pool->least), most = vdupq_n_s8(pool->most);
    for (int32_t position = 0; position < pool->positions; position++, y += channels) {
        const nn_span_t span = nn_span(pool, position);
        for (int32_t channel = 0; channel < channels; channel += 16) {
            const nn_present_t present = vctp8q((uint32_t)(channels - channel));
            const nn_act *from = x + span.first * channels + channel;
            int8x16_t largest = least;
            for (int32_t left = span.last - span.first; left > 0; left--, from += channels) {
                largest = vmaxq_s8(largest, vldrbq_z_s8(from, present));
            }
            vstrbq_p_s8(y + channel, vminq_s8(largest, most), present);
        }
    }
}

/* Add four channels' values over `count` positions to `sum`. */
static inline int32x4_t summed(int32x4_t sum, const nn_act *from, int32_t channels, int32_t count,
                               nn_present_t present)
{
    for (; count > 0; count--, from += channels) {
        sum = vaddq_s32(sum, vldrbq_z_s32(from, present));
    }
    return sum;
}

/* Return sum / count to the nearest, halves away from zero; |sum| < 256 count. */
static int32x4_t rounded_quotient(int32x4_t sum, int32_t count)
{
    int32x4_t rest = vaddq_n_s32(vabsq_s32(sum), count >> 1), quotient = vdupq_n_s32(0);
    for (int32_t bit = 8; bit >= 0; bit--) {
        const nn_present_t fits = vcmpgeq_n_s32(rest, count << bit);
        rest = vsubq_m_n_s32(rest, rest, count << bit, fits);
        quotient = vaddq_m_n_s32(quotient, quotient, 1 << bit, fits);
    }
    return vnegq_m_s32(quotient, quotient, vcmpltq_n_s32(sum, 0));
}

void nn_average_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y)
{
    const int32_t channels = pool->channels;
    for (int32_t position = 0; position < pool->positions; position++, y += channels) {
        const nn_span_t span = nn_span(pool, position);
        const int32_t count = span.last - span.first;
        for (int32_t channel = 0; channel < channels; channel += 4) {
            const nn_present_t present = vctp32q((uint32_t)(channels - channel));
            const nn_act *from = x + span.first * channels + channel;
            const int32x4_t sum = summed(vdupq_n_s32(0), from, channels, count, present);
            const int32x4_t value = rounded_quotient(sum, count);
            vstrbq_p_s32(y + channel, nn_within(value, pool->least, pool->most), present);
        }
    }
}

void nn_mean(const nn_mean_t *mean, const nn_act *x, nn_act *y)
{
    const int32_t channels = mean->channels, right = mean->scale.right;
    const int32_t negative =
        nn_negative(right > 0); /* otherwise nothing is rounded a second time */
    const int32x4_t multiplier = vdupq_n_s32(mean->scale.multiplier);
    const int32x4_t half = vdupq_n_s32(right > 0 ? 1 << (right - 1) : 0);
    for (int32_t channel = 0; channel < channels; channel += 4) {
        const nn_present_t present = vctp32q((uint32_t)(channels - channel));
        const int32x4_t start = vdupq_n_s32(-mean->offset);
        int32x4_t sum = summed(start, x + channel, channels, mean->width, present);
        sum = vshlq_r_s32(sum, mean->scale.left);
        const int32x4_t value = vaddq_n_s32(
            nn_scaled(sum, multiplier, half, vdupq_n_s32(-right), negative), mean->zero_point);
        vstrbq_p_s32(y + channel, nn_within(value, INT8_MIN, INT8_MAX), present);
    }
}

#endif
