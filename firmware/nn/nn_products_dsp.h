/* SMLAD for weights that are used once: widened as they come. Convolutions use nn_rows instead. */
#include "nn.h"

#ifndef __OPTIMIZE__
#error "firmware/nn needs -O1 or more: its assembly needs every register"
#endif

static inline int32_t nn_offset(const nn_act *x, int32_t groups)
{
    (void)x;
    (void)groups;
    return 0;
}

/* One row's four columns: its word `w` holds columns 2 and 3 once r12 holds 0 and 1. */
#define NN_ROW(w, sum)                                                                             \
    "sxtb16 r12, " w "\n"                                                                          \
    "sxtb16 " w ", " w ", ror #8\n"                                                                \
    "smlad " sum ", r12, %[x01], " sum "\n"                                                        \
    "smlad " sum ", " w ", %[x23], " sum "\n"

/* Four columns of four rows, 16 products, in 18 instructions. */
#define NN_GROUP                                                                                   \
    "ldmia %[w]!, {r8, r9, r10, r11}\n"                                                            \
    "ldrd %[x01], %[x23], [%[x]], #8\n" NN_ROW("r8", "%[a]") NN_ROW("r9", "%[b]")                  \
        NN_ROW("r10", "%[c]") NN_ROW("r11", "%[d]")

static inline void nn_four_rows(const uint32_t *w, const nn_act *x, int32_t groups, int32_t sum[4])
{
    int32_t a = sum[0], b = sum[1], c = sum[2], d = sum[3];
    uint32_t x01, x23;
    __asm__ volatile("lsrs %[n], %[n], #1\n" /* two groups a turn; an odd one enters in between */
                     "it cs\n"
                     "addcs %[n], %[n], #1\n"
                     "bcs 2f\n"
                     "1:\n" NN_GROUP "2:\n" NN_GROUP "subs %[n], %[n], #1\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [w] "+r"(w), [x] "+r"(x),
                       [n] "+r"(groups), [x01] "=&r"(x01), [x23] "=&r"(x23)
                     :
                     : "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    sum[0] = a;
    sum[1] = b;
    sum[2] = c;
    sum[3] = d;
}
