/* A window of samples to the first layer's input on Helium: one axis of four samples at a time. */
#include "nn.h"

#if NN_MVE

#include "nn_mve.h"

/* Of four samples, those that are present. */
static inline int32x4_t counts(const int16_t *axis, uint32x4_t every_third, nn_present_t present)
{
    return vldrhq_gather_shifted_offset_z_s32(axis, every_third, present);
}

void nn_read(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, nn_act *y)
{
    const edgekit_front_end_t constants = *front_end;
    const bool moves = constants.motion_factor > 0;
    const int32_t channels = moves ? 6 : 3;
    const uint32x4_t from = vmulq_n_u32(vidupq_n_u32(0, 1), 3);
    const uint32x4_t to = vmulq_n_u32(vidupq_n_u32(0, 1), (uint32_t)channels);
    const int16_t *axis = &window->x;
    for (int32_t place = 0; place < 3; place++, axis++, y++) {
        int32_t mean = 0;
        if (moves) {
            const int16_t *at = axis;
            for (int32_t left = constants.window; left > 0; left -= 4, at += 3 * 4) {
                mean = vaddvaq_s32(mean, counts(at, from, vctp32q((uint32_t)left)));
            }
            mean = edgekit_mean(&constants, mean);
        }
        const int16_t *at = axis;
        nn_act *out = y;
        for (int32_t left = constants.window; left > 0; left -= 4, at += 3 * 4) {
            const nn_present_t present = vctp32q((uint32_t)left);
            const int32x4_t value = counts(at, from, present);
            const int32x4_t gravity = vrshlq_n_s32(value, -constants.gravity_shift);
            vstrbq_scatter_offset_p_s32(out, to, nn_within(gravity, -128, 127), present);
            if (moves) {
                const int32x4_t motion =
                    vmlaq_n_s32(vdupq_n_s32(-mean), value, constants.motion_factor);
                vstrbq_scatter_offset_p_s32(out + 3, to, nn_within(motion, -128, 127), present);
            }
            out += 4 * channels;
        }
    }
}

#endif
