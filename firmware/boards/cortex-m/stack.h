/* stack: fill the stack with a pattern, so that hal_stack_unused() sees what was never used. */
#ifndef EDGEKIT_STACK_H
#define EDGEKIT_STACK_H

/* Once, by the start-up, before the stack is guarded. */
void stack_paint(void);

#endif
