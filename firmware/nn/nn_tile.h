/* Two rows of weights by two positions: the product that a convolution is made of. */
#ifndef EDGEKIT_NN_TILE_H
#define EDGEKIT_NN_TILE_H

#include "nn.h"

typedef struct {
    int32_t a0, b0, a1, b1; /* rows a and b, positions 0 and 1 */
} nn_tile_t;

#if NN_DSP

/* Widened once for all positions: 2 x 4 columns of a group as four pairs of 16 bits. */
static inline const uint32_t *nn_tile_weights(const uint32_t *weights, int32_t groups,
                                              int16_t *scratch)
{
    uint32_t *wide = (uint32_t *)(void *)scratch;
    for (int32_t group = 0; group < groups; group++) {
        for (int32_t row = 0; row < 2; row++) {
            const uint32_t word = *weights++;
            __asm__("sxtb16 %0, %1" : "=r"(wide[0]) : "r"(word));
            __asm__("sxtb16 %0, %1, ror #8" : "=r"(wide[1]) : "r"(word));
            wide += 2;
        }
    }
    return (const uint32_t *)(const void *)scratch;
}

/* One group: four columns of both rows and both positions, 16 products. */
#define NN_TILE_GROUP(load0, load1)                                                                \
    "ldmia %[w]!, {r8, r9, r10, r11}\n" load0 "smlad %[a0], r8, r12, %[a0]\n"                      \
    "smlad %[b0], r10, r12, %[b0]\n"                                                               \
    "smlad %[a0], r9, lr, %[a0]\n"                                                                 \
    "smlad %[b0], r11, lr, %[b0]\n" load1 "smlad %[a1], r8, r12, %[a1]\n"                          \
    "smlad %[b1], r10, r12, %[b1]\n"                                                               \
    "smlad %[a1], r9, lr, %[a1]\n"                                                                 \
    "smlad %[b1], r11, lr, %[b1]\n"

/* Two groups a turn; an odd number of them enters in the middle. */
#define NN_TILE_LOOP(load0, load1)                                                                 \
    __asm__ volatile("lsrs %[n], %[n], #1\n"                                                       \
                     "it cs\n"                                                                     \
                     "addcs %[n], %[n], #1\n"                                                      \
                     "bcs 2f\n"                                                                    \
                     "1:\n" NN_TILE_GROUP(load0, load1) "2:\n" NN_TILE_GROUP(                      \
                         load0, load1) "subs %[n], %[n], #1\n"                                     \
                                       "bne 1b\n"                                                  \
                     : [a0] "+r"(a0), [b0] "+r"(b0), [a1] "+r"(a1), [b1] "+r"(b1), [w] "+r"(w),    \
                       [x0] "+r"(x0), [x1] "+r"(x1), [n] "+r"(groups)                              \
                     :                                                                             \
                     : "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory")

static inline void nn_tile(const uint32_t *w, const nn_act *x0, const nn_act *x1, int32_t groups,
                           bool aligned, nn_tile_t *sum)
{
    int32_t a0 = sum->a0, b0 = sum->b0, a1 = sum->a1, b1 = sum->b1;
    if (aligned) {
        NN_TILE_LOOP("ldrd r12, lr, [%[x0]], #8\n", "ldrd r12, lr, [%[x1]], #8\n");
    } else { /* a halfword off: LDR may be, LDRD may not */
        NN_TILE_LOOP("ldr r12, [%[x0]], #4\nldr lr, [%[x0]], #4\n",
                     "ldr r12, [%[x1]], #4\nldr lr, [%[x1]], #4\n");
    }
    *sum = (nn_tile_t){a0, b0, a1, b1};
}

#else

static inline const int8_t *nn_tile_weights(const uint32_t *weights, int32_t groups,
                                            int16_t *scratch)
{
    (void)groups;
    (void)scratch;
    return (const int8_t *)weights;
}

static inline void nn_tile(const int8_t *w, const nn_act *x0, const nn_act *x1, int32_t groups,
                           bool aligned, nn_tile_t *sum)
{
    (void)aligned;
    int32_t a0 = sum->a0, b0 = sum->b0, a1 = sum->a1, b1 = sum->b1;
    for (int32_t group = 0; group < groups; group++) {
        for (int32_t i = 0; i < 4; i++) {
            a0 += w[i] * x0[i];
            b0 += w[4 + i] * x0[i];
            a1 += w[i] * x1[i];
            b1 += w[4 + i] * x1[i];
        }
        w += 8;
        x0 += 4;
        x1 += 4;
    }
    *sum = (nn_tile_t){a0, b0, a1, b1};
}

#endif

#endif
