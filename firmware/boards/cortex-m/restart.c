/* restart: the cause of the last reset, and the post-mortem of a fault.
 *
 * The section .noinit survives a reset but not a power cut; a mark of 32 bits tells the two apart.
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
} remains_t;

__attribute__((section(".noinit"))) static remains_t remains;
/* The handler's own stack, because the application's may have overflowed. */
__attribute__((section(".noinit"), used, aligned(8))) uint32_t fault_stack[HANDLER_WORDS];

static remains_t last_run;

_Noreturn void fault_handler(void);
_Noreturn void fault_store(const uint32_t *frame);

__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("mrs r0, msp\n\t"
                     "ldr r1, =fault_stack + 256\n\t" /* HANDLER_WORDS words */
                     "msr msp, r1\n\t"
                     "ldr r1, =fault_store\n\t"
                     "bx r1\n\t"
                     ".ltorg");
}

_Noreturn __attribute__((used)) void fault_store(const uint32_t *frame)
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
    remains.fault = fault;
    remains.mark = MARK_FAULT;
    cortex_barrier();
    board_reset();
}

void restart_begin(void)
{
    last_run = remains;
    remains.mark = 0;
}

hal_reset_cause_t hal_reset_cause(void)
{
    if (last_run.mark == MARK_FAULT) {
        return HAL_RESET_FAULT;
    }
    return last_run.mark == MARK_SOFTWARE ? HAL_RESET_SOFTWARE : board_reset_cause();
}

bool hal_post_mortem(hal_post_mortem_t *fault)
{
    static bool is_reported;
    if (is_reported || last_run.mark != MARK_FAULT) {
        return false;
    }
    is_reported = true;
    *fault = last_run.fault;
    return true;
}

void hal_reset(void)
{
    remains.mark = MARK_SOFTWARE;
    cortex_barrier();
    board_reset();
}

void hal_boot_loader(void)
{
    remains.mark = MARK_SOFTWARE; /* a reset ends it */
    cortex_barrier();
    board_boot_loader();
}
