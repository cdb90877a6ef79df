/* FULLY_CONNECTED: four rows at a time. */
#include "nn.h"
#include "nn_requantise.h"

typedef struct {
    int32_t row[4];
} nn_sums_t;

#if NN_DSP

/* One row's four columns: its word `w` becomes columns 2 and 3 once r12 holds 0 and 1. */
#define NN_DENSE_ROW(w, sum)                                                                       \
    "sxtb16 r12, " w "\n"                                                                          \
    "sxtb16 " w ", " w ", ror #8\n"                                                                \
    "smlad " sum ", r12, %[x01], " sum "\n"                                                        \
    "smlad " sum ", " w ", %[x23], " sum "\n"

/* 16 products: weights are widened as they come, for each is used once. */
#define NN_DENSE_GROUP                                                                             \
    "ldmia %[w]!, {r8, r9, r10, r11}\n"                                                            \
    "ldrd %[x01], %[x23], [%[x]], #8\n" NN_DENSE_ROW("r8", "%[a]") NN_DENSE_ROW("r9", "%[b]")      \
        NN_DENSE_ROW("r10", "%[c]") NN_DENSE_ROW("r11", "%[d]")

static inline void products(const uint32_t *w, const nn_act *x, int32_t groups, nn_sums_t *sums)
{
    int32_t a = sums->row[0], b = sums->row[1], c = sums->row[2], d = sums->row[3];
    uint32_t x01, x23;
    __asm__ volatile("lsrs %[n], %[n], #1\n"
                     "it cs\n"
                     "addcs %[n], %[n], #1\n"
                     "bcs 2f\n"
                     "1:\n" NN_DENSE_GROUP "2:\n" NN_DENSE_GROUP "subs %[n], %[n], #1\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [w] "+r"(w), [x] "+r"(x),
                       [n] "+r"(groups), [x01] "=&r"(x01), [x23] "=&r"(x23)
                     :
                     : "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    *sums = (nn_sums_t){{a, b, c, d}};
}

#else

static inline void products(const uint32_t *weights, const nn_act *x, int32_t groups,
                            nn_sums_t *sums)
{
    const int8_t *w = (const int8_t *)weights;
    for (int32_t group = 0; group < groups; group++, x += 4) {
        for (int32_t row = 0; row < 4; row++, w += 4) {
            sums->row[row] += w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3];
        }
    }
}

#endif

void nn_dense(const nn_matrix_t *matrix, const nn_act *x, nn_act *y)
{
    for (int32_t row = 0; row < matrix->rows; row += 4) {
        const nn_channel_t *to = &matrix->channels[row];
        nn_sums_t sums = {{to[0].bias, to[1].bias, to[2].bias, to[3].bias}};
        products(matrix->weights + row * matrix->groups, x, matrix->groups, &sums);
        for (int32_t r = 0; r < 4 && row + r < matrix->rows; r++) {
            const int32_t value = nn_requantise(sums.row[r], to[r].multiplier, to[r].add,
                                                to[r].shift, matrix->below_zero);
            y[row + r] = (nn_act)nn_clamped(value, matrix->least, matrix->most);
        }
    }
}
