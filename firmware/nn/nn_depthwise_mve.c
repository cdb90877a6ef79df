/* DEPTHWISE_CONV_2D over positions on Helium: eight output channels at a time. */
#include "nn.h"

#if NN_MVE

#include "nn_mve.h"

/* Compute eight rows at every position, of neighbouring input channels, or of those at `inputs`. */
static inline void eight_rows(const nn_depthwise_t *layer, int32_t row, const nn_act *slice,
                              const uint16x8_t *inputs, int32_t step, int32_t positions, nn_act *y)
{
    const int32_t rows = layer->rows, taps = layer->taps;
    const uint32_t left = (uint32_t)(rows - row);
    /* Weights lie in pairs: with an odd number of rows, an element after the slice is read that
     * then is multiplied by 0. After the last slice it is one of the spare elements at an arena's
     * end. */
    const nn_present_t in_pairs = vctp32q((left + 1) / 2), present = vctp16q(left);
    const nn_channel_t *const channels = layer->channels + row;
    const nn_lanes_t even = nn_lanes(channels, 2, in_pairs);
    const nn_lanes_t odd = nn_lanes(channels + 1, 2, vctp32q(left / 2));
    const int32_t negative = nn_negative(layer->below_zero);
    const int16x8_t least = vdupq_n_s16(layer->least), most = vdupq_n_s16(layer->most);
    const uint32x4_t pairs = vmulq_n_u32(vidupq_n_u32(0, 4), (uint32_t)taps);
    const int16_t *const weights = layer->weights + row * taps;
    for (; positions > 0; positions--) {
        int32x4_t sum_even = even.bias, sum_odd = odd.bias;
        const int32_t *pair = (const int32_t *)(const void *)weights;
        const nn_act *from = slice;
        for (int32_t tap = taps; tap > 0; tap--) {
            const int16x8_t w =
                vreinterpretq_s16_s32(vldrwq_gather_offset_z_s32(pair, pairs, in_pairs));
            const int16x8_t x = inputs ? vldrbq_gather_offset_z_s16(from, *inputs, in_pairs)
                                       : vldrbq_z_s16(from, in_pairs);
            sum_even = vaddq_s32(sum_even, vmullbq_int_s16(w, x));
            sum_odd = vaddq_s32(sum_odd, vmulltq_int_s16(w, x));
            pair++;
            from += layer->inputs;
        }
        sum_even = nn_scaled(sum_even, even.multiplier, even.add, even.minus_shift, negative);
        sum_odd = nn_scaled(sum_odd, odd.multiplier, odd.add, odd.minus_shift, negative);
        int16x8_t value = vqmovnbq_s32(least, sum_even);
        value = vqmovntq_s32(value, sum_odd);
        vstrbq_p_s16(y, vminq_s16(vmaxq_s16(value, least), most), present);
        y += rows;
        slice += step;
    }
}

void nn_depthwise(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                  nn_act *y)
{
    for (int32_t row = 0; row < layer->rows; row += 8) {
        if (layer->each == 1) {
            eight_rows(layer, row, x + row, 0, step, positions, y + row);
        } else {
            uint16_t inputs[8];
            for (int32_t lane = 0; lane < 8; lane++) {
                inputs[lane] = (uint16_t)((row + lane) / layer->each);
            }
            const uint16x8_t at = vld1q_u16(inputs);
            eight_rows(layer, row, x, &at, step, positions, y + row);
        }
    }
}

#endif
