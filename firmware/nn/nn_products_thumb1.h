/* Cortex-M0 and M0+: a byte loads with an offset only without its sign. The weights are stored as
 * w + 128, which saves an instruction for each; 128 times the sum of the activations, the same for
 * every row, is subtracted once. */
#include "nn.h"

#ifndef __OPTIMIZE__
#error "firmware/nn needs -O1 or more: its assembly needs every register"
#endif

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

#define NN_COLUMN(column, a, b, c, d)                                                              \
    NN_X(column) NN_MAC("%[a]", a) NN_MAC("%[b]", b) NN_MAC("%[c]", c) NN_MAC("%[d]", d)

static inline void nn_four_rows(const uint32_t *w, const nn_act *x, int32_t groups, int32_t sum[4])
{
    int32_t a = sum[0], b = sum[1], c = sum[2], d = sum[3], v, t = 4 * groups;
    __asm__ volatile(".syntax unified\n"
                     "adds %[t], %[t], %[x]\n" /* all low registers are in use: the end in r8 */
                     "mov r8, %[t]\n"
                     "1:\n" NN_COLUMN("0", "0", "4", "8", "12")              /* */
                     NN_COLUMN("1", "1", "5", "9", "13")                     /* */
                     NN_COLUMN("2", "2", "6", "10", "14")                    /* */
                     NN_COLUMN("3", "3", "7", "11", "15") "adds %[w], #16\n" /* */
                                                          "adds %[x], #4\n"
                                                          "cmp %[x], r8\n"
                                                          "bne 1b\n"
                     : [a] "+l"(a), [b] "+l"(b), [c] "+l"(c), [d] "+l"(d), [w] "+l"(w), [x] "+l"(x),
                       [v] "=&l"(v), [t] "+l"(t)
                     :
                     : "r8", "cc", "memory");
    sum[0] = a;
    sum[1] = b;
    sum[2] = c;
    sum[3] = d;
}
