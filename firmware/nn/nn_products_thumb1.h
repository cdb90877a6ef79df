/* Cortex-M0 and M0+: a byte loads with an offset only without its sign. The weights are stored as
 * w + 128, which saves an instruction for each; 128 times the sum of the activations, the same for
 * every row, is subtracted once. */
#include "nn.h"

/* A function of its own: in a loop over slices compilers unroll it eight times. */
static __attribute__((noinline)) int32_t nn_offset(const nn_act *x, int32_t groups)
{
    int32_t sum = 0;
    for (const nn_act *end = x + 4 * groups; x < end; x++) {
        sum += *x;
    }
    return 128 * sum;
}

#define NN_X(column)    "ldrb %[v], [%[x], #" column "]\nsxtb %[v], %[v]\n"
#define NN_MAC(sum, at) "ldrb %[t], [%[w], #" at "]\nmuls %[t], %[v]\nadds " sum ", " sum ", %[t]\n"

static inline void nn_two_rows(const uint32_t *w, const nn_act *x, int32_t groups, int32_t sum[2])
{
    int32_t a = sum[0], b = sum[1], v, t;
    const nn_act *const end = x + 4 * groups;
    __asm__ volatile(
        ".syntax unified\n"
        "1:\n" NN_X("0") NN_MAC("%[a]", "0") NN_MAC("%[b]", "4")            /* */
        NN_X("1") NN_MAC("%[a]", "1") NN_MAC("%[b]", "5")                   /* */
        NN_X("2") NN_MAC("%[a]", "2") NN_MAC("%[b]", "6")                   /* */
        NN_X("3") NN_MAC("%[a]", "3") NN_MAC("%[b]", "7") "adds %[w], #8\n" /* */
                                                          "adds %[x], #4\n"
                                                          "cmp %[x], %[end]\n"
                                                          "bne 1b\n"
        : [a] "+l"(a), [b] "+l"(b), [w] "+l"(w), [x] "+l"(x), [v] "=&l"(v), [t] "=&l"(t)
        : [end] "r"(end)
        : "cc", "memory");
    sum[0] = a;
    sum[1] = b;
}

void nn_four_rows(const uint32_t *weights, const nn_act *x, int32_t groups, int32_t sum[4]);
