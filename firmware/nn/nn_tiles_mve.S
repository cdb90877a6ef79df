/* Four rows of a convolution by two positions on Helium (nn_tiles.h).
 *
 * VMLADAVA adds 16 products to an even register; the eight even registers are a tile's eight sums,
 * which is why this is assembly. 16 columns, 128 products, take 16 instructions, requantisation
 * some 40. Nothing is loaded from past a slice or past the weights. */
#include "nn_path.h"

#if NN_MVE

/* Offsets in nn_tiles_t; nn_conv_mve.c asserts them. */
#define BIAS 0
#define MULTIPLIER 16
#define ADD 32
#define MINUS_SHIFT 48
#define LEAST 64
#define MOST 80
#define NEGATIVE 96
#define X0 104
#define AB 112
#define GROUPS_LESS_4 120
#define ADVANCE 124
#define ROWS_HERE 132
#define Y 136
#define TO_SECOND 140

    .syntax unified
    .thumb
    .section .text.nn_tiles, "ax", %progbits
    .global nn_tiles
    .type nn_tiles, %function
    .p2align 2

/* r0 r2 r4 r6 sums of rows a to d at position 0, r8 r10 r12 lr at position 1; r1 r3 their slices;
 * r5 r7 weights of ab and cd; r9 groups left, less 4; r11 the nn_tiles_t; q6 0, 8, 16, 24. */
nn_tiles:
    push {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    sub sp, sp, #4
    vpush {d8, d9, d10, d11, d12, d13}
    mov r11, r0
    movs r0, #0
    vidup.u32 q6, r0, #8
    ldrd r1, r3, [r11, #X0]
1:
    ldrd r5, r7, [r11, #AB]
    ldr r9, [r11, #GROUPS_LESS_4]
    ldrd r0, r2, [r11, #BIAS]
    ldrd r4, r6, [r11, #BIAS + 8]
    ldrd r8, r10, [r11, #BIAS]
    ldrd r12, lr, [r11, #BIAS + 8]
    cmp r9, #0
    blt 3f
2:
    vld20.32 {q0, q1}, [r5]
    vldrb.8 q4, [r1], #16
    vld21.32 {q0, q1}, [r5]!
    vmladava.s8 r0, q0, q4
    vldrb.8 q5, [r3], #16
    vmladava.s8 r2, q1, q4
    vld20.32 {q2, q3}, [r7]
    vmladava.s8 r8, q0, q5
    vld21.32 {q2, q3}, [r7]!
    vmladava.s8 r10, q1, q5
    subs r9, r9, #4
    vmladava.s8 r4, q2, q4
    vmladava.s8 r6, q3, q4
    vmladava.s8 r12, q2, q5
    vmladava.s8 lr, q3, q5
    bge 2b
3:
    adds r9, r9, #4
    beq 4f
    vctp.32 r9 /* 4, 8 or 12 columns more */
    vpstttt
    vldrbt.u8 q4, [r1]
    vldrwt.u32 q0, [r5, q6]
    vldrbt.u8 q5, [r3]
    vldrwt.u32 q2, [r7, q6]
    adds r5, r5, #4
    adds r7, r7, #4
    vpstt
    vldrwt.u32 q1, [r5, q6]
    vldrwt.u32 q3, [r7, q6]
    vmladava.s8 r0, q0, q4
    vmladava.s8 r2, q1, q4
    vmladava.s8 r4, q2, q4
    vmladava.s8 r6, q3, q4
    vmladava.s8 r8, q0, q5
    vmladava.s8 r10, q1, q5
    vmladava.s8 r12, q2, q5
    vmladava.s8 lr, q3, q5
4:
    vmov q0[2], q0[0], r0, r4
    vmov q0[3], q0[1], r2, r6
    vmov q1[2], q1[0], r8, r12
    vmov q1[3], q1[1], r10, lr
    ldrd r0, r2, [r11, #NEGATIVE]
    vldrw.32 q2, [r11, #MULTIPLIER]
    cbz r2, 5f
    vmax.s32 q0, q0, q1
5:
    vqrdmulh.s32 q0, q0, q2
    vldrw.32 q4, [r11, #ADD]
    vqrdmulh.s32 q1, q1, q2
    vmov.i8 q3, #255
    vpt.s32 lt, q0, r0 /* a negative half rounds away from zero */
    vaddt.i32 q0, q0, q3
    vadd.i32 q0, q0, q4
    vpt.s32 lt, q1, r0
    vaddt.i32 q1, q1, q3
    vadd.i32 q1, q1, q4
    vldrw.32 q2, [r11, #MINUS_SHIFT]
    ldr r0, [r11, #ROWS_HERE]
    vshl.s32 q0, q0, q2
    vldrw.32 q3, [r11, #LEAST]
    vshl.s32 q1, q1, q2
    ldr r5, [r11, #Y]
    vmax.s32 q0, q0, q3
    vldrw.32 q4, [r11, #MOST]
    vmax.s32 q1, q1, q3
    ldrd r4, r6, [r11, #TO_SECOND]
    vmin.s32 q0, q0, q4
    adds r4, r4, r5
    vmin.s32 q1, q1, q4
    vctp.32 r0
    vpstt
    vstrbt.32 q1, [r4]
    vstrbt.32 q0, [r5] /* last: where to_second is 0, this is the output */
    add r6, r6, r4
    ldrd r5, r7, [r11, #ADVANCE]
    str r6, [r11, #Y]
    add r1, r1, r5
    add r3, r3, r5
    cmp r1, r7
    bne 1b
    vpop {d8, d9, d10, d11, d12, d13}
    add sp, sp, #4
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}
    .size nn_tiles, . - nn_tiles

#endif

/* Without this a linker for Linux makes the stack executable. */
#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
