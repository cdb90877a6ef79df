/* ADD on Helium: four numbers at a time. */
#include "nn.h"

#if NN_MVE

#include "nn_mve.h"

void nn_add(const nn_add_t *add, const nn_act *a, const nn_act *b, int32_t count, nn_act *y)
{
    const int32x4_t multiplier = vdupq_n_s32(add->multiplier), plus = vdupq_n_s32(add->add);
    const int32x4_t minus_shift = vdupq_n_s32(-add->shift);
    const int32_t negative = nn_negative(add->below_zero);
    for (; count > 0; count -= 4, a += 4, b += 4, y += 4) {
        const nn_present_t present = vctp32q((uint32_t)count);
        const uint32x4_t place = vreinterpretq_u32_s32(vaddq_n_s32(vldrbq_z_s32(a, present), 128));
        const int32x4_t scaled = vldrwq_gather_shifted_offset_z_s32(add->scaled, place, present);
        const int32x4_t sum = vaddq_s32(scaled, vshlq_n_s32(vldrbq_z_s32(b, present), 19));
        const int32x4_t value = nn_scaled(sum, multiplier, plus, minus_shift, negative);
        vstrbq_p_s32(y, nn_within(value, add->least, add->most), present);
    }
}

#endif
