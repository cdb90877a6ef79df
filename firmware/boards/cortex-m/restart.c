/* restart: why the device started anew, and what a fault left behind.
 *
 * The section .noinit survives a reset but not the supply; a mark of 32 bits tells the two apart.
 */
#include "board.h"
#include "cortex_m.h"

#define MARK_FAULT    0xFA17ED01u
#define MARK_SOFTWARE 0x50F7A4E5u
#define FRAME_WORDS   8u
#define FRAME_LR      5u
#define FRAME_PC      6u
#define FRAME_PSR     7u
#define HANDLER_WORDS 64u

extern uint32_t image_stack_bottom[], image_stack_top[];

typedef struct {
    uint32_t mark;
    hal_post_mortem_t fault;
} left_t;

__attribute__((section(".noinit"))) static left_t left;
/* A stack of the handler's own: that of the application may have run out. */
__attribute__((section(".noinit"), used, aligned(8))) uint32_t fault_stack[HANDLER_WORDS];

static left_t found;

_Noreturn void fault_handler(void);
_Noreturn void fault_keep(const uint32_t *frame);

__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("mrs r0, msp\n\t"
                     "ldr r1, =fault_stack + 256\n\t" /* HANDLER_WORDS words */
                     "msr msp, r1\n\t"
                     "ldr r1, =fault_keep\n\t"
                     "bx r1\n\t"
                     ".ltorg");
}

_Noreturn __attribute__((used)) void fault_keep(const uint32_t *frame)
{
    hal_post_mortem_t fault = {0};
    if (frame >= image_stack_bottom && frame + FRAME_WORDS <= image_stack_top) {
        fault.pc = frame[FRAME_PC];
        fault.lr = frame[FRAME_LR];
        fault.psr = frame[FRAME_PSR];
    }
#if __ARM_ARCH >= 7
    fault.fault_status = SCB_CFSR;
    if (fault.fault_status & SCB_CFSR_BFAR_VALID) {
        fault.fault_address = SCB_BFAR;
    } else if (fault.fault_status & SCB_CFSR_MMFAR_VALID) {
        fault.fault_address = SCB_MMFAR;
    }
#endif
    left.fault = fault;
    left.mark = MARK_FAULT;
    cortex_barrier();
    board_reset();
}

void restart_begin(void)
{
    found = left;
    left.mark = 0;
}

hal_reset_cause_t hal_reset_cause(void)
{
    if (found.mark == MARK_FAULT) {
        return HAL_RESET_FAULT;
    }
    return found.mark == MARK_SOFTWARE ? HAL_RESET_SOFTWARE : board_reset_cause();
}

bool hal_post_mortem(hal_post_mortem_t *fault)
{
    static bool told;
    if (told || found.mark != MARK_FAULT) {
        return false;
    }
    told = true;
    *fault = found.fault;
    return true;
}

void hal_reset(void)
{
    left.mark = MARK_SOFTWARE;
    cortex_barrier();
    board_reset();
}
