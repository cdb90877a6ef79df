/* Two rows by two positions on a core with the DSP extension (M4, M7, M33): SMLAD multiplies two
 * pairs of 16 bits. A group of four columns, 16 products, takes 11 instructions; all 14 registers
 * are in use, which is why this is assembly. */
#include "nn_rows.h"

#if NN_DSP

#include <stddef.h>

_Static_assert(offsetof(nn_rows_t, x0) == 4 && offsetof(nn_rows_t, advance) == 32 &&
                   offsetof(nn_rows_t, y) == 36 && offsetof(nn_rows_t, pairs) == 44 &&
                   offsetof(nn_rows_t, mode) == 48 && offsetof(nn_rows_t, multiplier_a) == 52,
               "the assembly below knows these offsets");

/* r0 weights, r1 and r2 slices, r4 to r7 sums a0 b0 a1 b1. */
#define GROUP(load_x0, load_x1)                                                                    \
    "ldmia r0!, {r8, r9, r10, r11}\n" load_x0 "smlad r4, r8, r12, r4\n"                            \
    "smlad r5, r10, r12, r5\n"                                                                     \
    "smlad r4, r9, lr, r4\n"                                                                       \
    "smlad r5, r11, lr, r5\n" load_x1 "smlad r6, r8, r12, r6\n"                                    \
    "smlad r7, r10, r12, r7\n"                                                                     \
    "smlad r6, r9, lr, r6\n"                                                                       \
    "smlad r7, r11, lr, r7\n"
#define WORDS GROUP("ldrd r12, lr, [r1], #8\n", "ldrd r12, lr, [r2], #8\n")
/* A halfword off a word: LDR may be, LDRD may not. */
#define HALFWORDS                                                                                  \
    GROUP("ldr r12, [r1], #4\nldr lr, [r1], #4\n", "ldr r12, [r2], #4\nldr lr, [r2], #4\n")

/* To int8: r8 r9 r10 and r11 r12 lr are multiplier, addend and shift of rows a and b. */
#define ROUND(sum, multiplier, add, shift)                                                         \
    "lsls " sum ", " sum ", #1\n"                                                                  \
    "smmlar " sum ", " sum ", " multiplier ", " add "\n"                                           \
    "asrs " sum ", " sum ", " shift "\n"                                                           \
    "ssat " sum ", #8, " sum "\n"
/* The same where a negative half rounds away from zero. */
#define ROUND_SIGNED(sum, multiplier, add, shift)                                                  \
    "lsls " sum ", " sum ", #1\n"                                                                  \
    "smmulr " sum ", " sum ", " multiplier "\n"                                                    \
    "sub " sum ", " sum ", " sum ", lsr #31\n"                                                     \
    "add " sum ", " sum ", " add "\n"                                                              \
    "asr " sum ", " sum ", " shift "\n"                                                            \
    "ssat " sum ", #8, " sum "\n"
#define FOUR(ROUND)                                                                                \
    ROUND("r4", "r8", "r9", "r10")                                                                 \
    ROUND("r5", "r11", "r12", "lr") ROUND("r6", "r8", "r9", "r10") ROUND("r7", "r11", "r12", "lr")
#define TWO(ROUND) ROUND("r4", "r8", "r9", "r10") ROUND("r5", "r11", "r12", "lr")

__asm__(".syntax unified\n"
        ".section .text.nn_rows, \"ax\", %progbits\n"
        ".balign 4\n"
        ".global nn_rows\n"
        ".thumb_func\n"
        ".type nn_rows, %function\n"
        "nn_rows:\n"
        "push {r0, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"
        ".Lnn_tile:\n"
        "ldmia r0, {r0, r1, r2, r3, r4, r5, r6, r7}\n"
        "lsrs r3, r3, #1\n"
        "bcs .Lnn_halfwords\n"
        "lsrs r3, r3, #1\n"
        "bcs .Lnn_words_second\n"
        ".Lnn_words_first:\n" WORDS ".Lnn_words_second:\n" WORDS "subs r3, r3, #1\n"
        "bne .Lnn_words_first\n"

        ".Lnn_sums:\n"
        "ldr r0, [sp]\n"
        "ldr r3, [r0, #32]\n" /* both slices on to the next pair of positions */
        "add r1, r1, r3\n"
        "add r2, r2, r3\n"
        "strd r1, r2, [r0, #4]\n"
        "add r3, r0, #52\n"
        "ldmia r3, {r8, r9, r10, r11, r12, lr}\n"
        "ldr r3, [r0, #48]\n"
        "ldrd r1, r2, [r0, #36]\n"
        "lsls r3, r3, #31\n" /* bit 1 to the carry, bit 0 to the sign */
        "bcs .Lnn_pooled\n"
        "bmi .Lnn_signed\n" FOUR(
            ROUND) "b .Lnn_store\n"
                   ".Lnn_signed:\n" FOUR(
                       ROUND_SIGNED) ".Lnn_store:\n"
                                     "pkhbt r4, r4, r5, lsl #16\n"
                                     "str r4, [r1]\n"
                                     "add r1, r1, r2\n"
                                     "pkhbt r6, r6, r7, lsl #16\n"
                                     "str r6, [r1]\n"
                                     ".Lnn_next:\n"
                                     "add r1, r1, r2\n"
                                     "str r1, [r0, #36]\n"
                                     "ldr r3, [r0, #44]\n"
                                     "subs r3, r3, #1\n"
                                     "str r3, [r0, #44]\n"
                                     "bne .Lnn_tile\n"
                                     "pop {r0, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

                                     ".Lnn_halfwords:\n"
                                     "lsrs r3, r3, #1\n"
                                     "bcs .Lnn_halfwords_second\n"
                                     ".Lnn_halfwords_first:\n" HALFWORDS
                                     ".Lnn_halfwords_second:\n" HALFWORDS "subs r3, r3, #1\n"
                                     "bne .Lnn_halfwords_first\n"
                                     "b .Lnn_sums\n"

                                     ".Lnn_pooled:\n" /* the larger of two sums is the sum of the
                                                         larger: multipliers are >= 0 */
                                     "cmp r6, r4\n"
                                     "it gt\n"
                                     "movgt r4, r6\n"
                                     "cmp r7, r5\n"
                                     "it gt\n"
                                     "movgt r5, r7\n"
                                     "cmp r3, #0\n"
                                     "bmi .Lnn_pooled_signed\n" TWO(
                                         ROUND) "b .Lnn_store_pooled\n"
                                                ".Lnn_pooled_signed:\n" TWO(
                                                    ROUND_SIGNED) ".Lnn_store_pooled:\n"
                                                                  "pkhbt r4, r4, r5, lsl #16\n"
                                                                  "str r4, [r1]\n"
                                                                  "b .Lnn_next\n"
                                                                  ".size nn_rows, . - nn_rows\n"
                                                                  ".text\n");

#endif
