/* stack: how much of it was never used, by what the start painted it with.
 *
 * The lowest 256 bytes are the MPU's guard, which nobody may read (start.c). */
#include "stack.h"

#include "edgekit_hal.h"

#define PAINT       0xC5C5C5C5u
#define GUARD_WORDS 64u
#define MARGIN      16u /* words below the stack pointer that the painting itself may use */

extern uint32_t image_stack_bottom[], image_stack_top[]; /* sections.ld */

void stack_paint(void)
{
    uintptr_t pointer;
    __asm__ volatile("mov %0, sp" : "=r"(pointer));
    volatile uint32_t *word = image_stack_bottom; /* volatile: memset would have a frame there */
    for (; (uintptr_t)(word + MARGIN) < pointer; word++) {
        *word = PAINT;
    }
}

uint32_t hal_stack_unused(void)
{
    const uintptr_t bytes = (uintptr_t)image_stack_top - (uintptr_t)image_stack_bottom;
    const volatile uint32_t *stack = image_stack_bottom;
    uint32_t word = GUARD_WORDS;
    while (word < bytes / sizeof *stack && stack[word] == PAINT) {
        word++;
    }
    return (word - GUARD_WORDS) * (uint32_t)sizeof *stack;
}
