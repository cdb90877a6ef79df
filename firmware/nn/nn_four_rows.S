/* void nn_four_rows(const uint32_t *w, const nn_act *x, int32_t groups, int32_t sum[4]): the products
 * of one slice with four rows, added to their sums (nn_products.h). Assembly of its own, because it
 * takes every register, and a compiler without optimisation, or with a frame pointer, has fewer. */
#include "nn_path.h"

#if NN_DSP

    .syntax unified
    .thumb

/* One row's four columns: its word w holds columns 2 and 3 once r12 holds 0 and 1; r3 and lr hold
 * the activations. */
.macro row w, sum
    sxtb16 r12, \w
    sxtb16 \w, \w, ror #8
    smlad \sum, r12, r3, \sum
    smlad \sum, \w, lr, \sum
.endm

/* Four columns of four rows, 16 products, in 18 instructions: weights that are used once are widened
 * as they come. x lies on a word, and so LDRD may read it. */
.macro group
    ldmia r0!, {r8, r9, r10, r11}
    ldrd r3, lr, [r1], #8
    row r8, r4
    row r9, r5
    row r10, r6
    row r11, r7
.endm

    .section .text.nn_four_rows, "ax", %progbits
    .balign 4
    .global nn_four_rows
    .thumb_func
    .type nn_four_rows, %function
nn_four_rows:
    push {r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}
    ldmia r3, {r4, r5, r6, r7}
    lsrs r2, r2, #1 /* two groups a turn; an odd one enters in between */
    bcc two_groups
    adds r2, r2, #1
    b one_group
two_groups:
    group
one_group:
    group
    subs r2, r2, #1
    bne two_groups
    pop {r3}
    stmia r3, {r4, r5, r6, r7}
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}
    .size nn_four_rows, . - nn_four_rows

#elif NN_THUMB1

    .syntax unified
    .thumb

/* r0 weights, stored as w + 128 (nn_products_thumb1.h); r1 x; r4 to r7 the sums; r8 where x ends. */
.macro products sum, at
    ldrb r3, [r0, #\at]
    muls r3, r2, r3
    adds \sum, \sum, r3
.endm

.macro column number
    ldrb r2, [r1, #\number]
    sxtb r2, r2
    products r4, \number
    products r5, \number + 4
    products r6, \number + 8
    products r7, \number + 12
.endm

    .section .text.nn_four_rows, "ax", %progbits
    .balign 4
    .global nn_four_rows
    .thumb_func
    .type nn_four_rows, %function
nn_four_rows:
    push {r3, r4, r5, r6, r7, lr}
    mov r4, r8
    push {r4}
    lsls r2, r2, #2
    adds r2, r2, r1
    mov r8, r2
    ldmia r3!, {r4, r5, r6, r7}
next_group:
    column 0
    column 1
    column 2
    column 3
    adds r0, r0, #16
    adds r1, r1, #4
    cmp r1, r8
    bne next_group
    pop {r2, r3}
    mov r8, r2
    stmia r3!, {r4, r5, r6, r7}
    pop {r4, r5, r6, r7, pc}
    .size nn_four_rows, . - nn_four_rows

#endif

/* Without this a linker for Linux makes the stack executable. */
#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
