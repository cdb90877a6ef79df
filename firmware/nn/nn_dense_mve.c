/* FULLY_CONNECTED on Helium: four rows at a time, 16 columns of each. */
#include "nn.h"

#if NN_MVE

#include "nn_mve.h"

static inline int8x16_t bytes(uint32x4_t words)
{
    return vreinterpretq_s8_u32(words);
}

/* Sum four rows over one slice. */
static inline int32x4_t four_rows(const uint32_t *weights, const nn_act *x, int32_t groups)
{
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (int32_t left = groups >> 2; left > 0; left--) {
        const uint32x4x4_t w = vld4q_u32(weights); /* one row's words in each vector */
        const int8x16_t v = vldrbq_s8(x);
        a = vmladavaq_s8(a, bytes(w.val[0]), v);
        b = vmladavaq_s8(b, bytes(w.val[1]), v);
        c = vmladavaq_s8(c, bytes(w.val[2]), v);
        d = vmladavaq_s8(d, bytes(w.val[3]), v);
        weights += 16;
        x += 16;
    }
    if ((groups & 3) != 0) { /* 4, 8 or 12 more columns */
        const nn_present_t present = vctp32q((uint32_t)groups & 3u);
        const uint32x4_t at = vmulq_n_u32(vidupq_n_u32(0, 4), 4);
        const int8x16_t v = vldrbq_z_s8(x, present);
        a = vmladavaq_s8(a, bytes(vldrwq_gather_offset_z_u32(weights, at, present)), v);
        b = vmladavaq_s8(b, bytes(vldrwq_gather_offset_z_u32(weights + 1, at, present)), v);
        c = vmladavaq_s8(c, bytes(vldrwq_gather_offset_z_u32(weights + 2, at, present)), v);
        d = vmladavaq_s8(d, bytes(vldrwq_gather_offset_z_u32(weights + 3, at, present)), v);
    }
    return (int32x4_t){a, b, c, d};
}

void nn_dense(const nn_matrix_t *matrix, const nn_act *x, nn_act *y)
{
    const int32_t groups = matrix->groups, negative = nn_negative(matrix->below_zero);
    const uint32_t *weights = matrix->weights;
    for (int32_t row = 0; row < matrix->rows; row += 4, weights += 4 * groups) {
        /* bias, multiplier, add and shift of four channels; channels are padded to four */
        const int32x4x4_t to = vld4q_s32(&matrix->channels[row].bias);
        const int32x4_t sum = vaddq_s32(four_rows(weights, x, groups), to.val[0]);
        const int32x4_t value =
            nn_scaled(sum, to.val[1], to.val[2], vnegq_s32(to.val[3]), negative);
        vstrbq_p_s32(y + row, nn_within(value, matrix->least, matrix->most),
                     vctp32q((uint32_t)(matrix->rows - row)));
    }
}

#endif
