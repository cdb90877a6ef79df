/* Two rows of a convolution by two positions on a core with the DSP extension (nn_rows.h).
 *
 * SMLAD multiplies two pairs of 16 bits and adds both products. A group of four columns, two rows
 * and two positions, 16 products, takes 11 instructions; all 14 registers are in use, which is why
 * this is assembly. Labels of the two functions are local to them. */
#include "nn_path.h"

#if NN_DSP

/* Offsets in nn_rows_t; nn_conv_dsp.c asserts them. */
#define ADVANCE 32
#define Y 36
#define PAIRS 44
#define MODE 48
#define CHANNELS 52

    .syntax unified
    .thumb

/* r0 weights; r4 r5 sums of rows a and b at position 0, r6 r7 at position 1. A slice is read by LDRD
 * where it lies on a word; LDR may read half a word off. */
.macro products slice, a, b, word
    .if \word
    ldrd r12, lr, [\slice], #8
    .else
    ldr r12, [\slice], #4
    ldr lr, [\slice], #4
    .endif
    smlad \a, r8, r12, \a
    smlad \b, r10, r12, \b
    smlad \a, r9, lr, \a
    smlad \b, r11, lr, \b
.endm

.macro group word
    ldmia r0!, {r8, r9, r10, r11}
    products r1, r4, r5, \word
    products r2, r6, r7, \word
.endm

/* Four groups a turn; r8 is where in them the first turn begins. */
.macro turns word
    and r8, r3, #3
    lsrs r3, r3, #2
    tbb [pc, r8]
0:
    .byte (10f - 0b) / 2, (11f - 0b) / 2, (12f - 0b) / 2, (13f - 0b) / 2
10:
    group \word
11:
    group \word
12:
    group \word
13:
    group \word
    subs r3, r3, #1
    bne 10b
.endm

/* A sum to int8. `away`: a negative half rounds away from zero, as TFLM rounds; where the
 * activation cuts off what lies under the zero point that makes no difference. */
.macro round sum, multiplier, add, shift, away
    lsls \sum, \sum, #1
    .if \away
    smmulr \sum, \sum, \multiplier
    sub \sum, \sum, \sum, lsr #31
    add \sum, \sum, \add
    .else
    smmlar \sum, \sum, \multiplier, \add
    .endif
    asr \sum, \sum, \shift
    ssat \sum, #8, \sum
.endm

.macro round_position a, b, away
    round \a, r8, r9, r10, \away
    round \b, r11, r12, lr, \away
.endm

/* Both rows' multiplier, addend and shift; the flags: carry pooled, negative rounds away. */
.macro load_channels
    add r3, r0, #CHANNELS
    ldmia r3, {r8, r9, r10, r11, r12, lr}
    ldr r3, [r0, #MODE]
    lsls r3, r3, #31
.endm

/* void nn_rows(nn_rows_t *rows) */
    .section .text.nn_rows, "ax", %progbits
    .balign 4
    .global nn_rows
    .thumb_func
    .type nn_rows, %function
nn_rows:
    push {r0, r4, r5, r6, r7, r8, r9, r10, r11, lr}
next_pair:
    ldmia r0, {r0, r1, r2, r3, r4, r5, r6, r7}
    lsrs r3, r3, #1
    bcs off_a_word
    turns 1
summed:
    ldr r0, [sp]
    ldr r3, [r0, #ADVANCE]
    add r1, r1, r3
    add r2, r2, r3
    strd r1, r2, [r0, #4]
    ldrd r1, r2, [r0, #Y]
    load_channels
    bcs pooled
    bmi away
    round_position r4, r5, 0
    round_position r6, r7, 0
store:
    pkhbt r4, r4, r5, lsl #16
    str r4, [r1]
    add r1, r1, r2
    pkhbt r6, r6, r7, lsl #16
    str r6, [r1]
stored:
    add r1, r1, r2
    str r1, [r0, #Y]
    ldr r3, [r0, #PAIRS]
    subs r3, r3, #1
    str r3, [r0, #PAIRS]
    bne next_pair
    pop {r0, r4, r5, r6, r7, r8, r9, r10, r11, pc}

away:
    round_position r4, r5, 1
    round_position r6, r7, 1
    b store

off_a_word:
    turns 0
    b summed

pooled: /* multipliers are >= 0: the larger of two sums is the sum of the larger output */
    cmp r6, r4
    it gt
    movgt r4, r6
    cmp r7, r5
    it gt
    movgt r5, r7
    cmp r3, #0
    bmi pooled_away
    round_position r4, r5, 0
store_pooled:
    pkhbt r4, r4, r5, lsl #16
    str r4, [r1]
    b stored
pooled_away:
    round_position r4, r5, 1
    b store_pooled
    .size nn_rows, . - nn_rows

/* void nn_rows_last(nn_rows_t *rows): one position, of any alignment, for it comes once a row. */
    .section .text.nn_rows_last, "ax", %progbits
    .balign 4
    .global nn_rows_last
    .thumb_func
    .type nn_rows_last, %function
nn_rows_last:
    push {r0, r4, r5, r6, r7, r8, r9, r10, r11, lr}
    ldmia r0, {r0, r1, r2, r3, r4, r5}
    ubfx r2, r3, #1, #2 /* groups: four a turn, and so many fewer */
    lsrs r3, r3, #3
    rsb r3, r2, r3, lsl #2
last_group:
    ldmia r0!, {r8, r9, r10, r11}
    products r1, r4, r5, 0
    subs r3, r3, #1
    bne last_group
    ldr r0, [sp]
    load_channels
    bmi last_away
    round_position r4, r5, 0
last_store:
    ldr r1, [r0, #Y]
    pkhbt r4, r4, r5, lsl #16
    str r4, [r1]
    pop {r0, r4, r5, r6, r7, r8, r9, r10, r11, pc}
last_away:
    round_position r4, r5, 1
    b last_store
    .size nn_rows_last, . - nn_rows_last

#endif

/* Without this a linker for Linux makes the stack executable. */
#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
