/* start: from reset to the application.
 *
 * The stack lies at the bottom of RAM, so that a stack that grows too deep leaves RAM, instead of
 * overwriting variables. Some chips have other memory below their RAM, so the lowest 256 bytes are
 * guarded by the MPU (v6-M, v7-M), or the stack's limit by MSPLIM (v8-M).
 */
#include "board.h"
#include "cortex_m.h"
#include "stack.h"

#include <string.h>

/* Defined by the linker script, sections.ld. */
extern uint32_t image_stack_bottom[], image_stack_top[];
extern uint32_t image_data_load[], image_data_start[], image_data_end[];
extern uint32_t image_bss_start[], image_bss_end[];

_Noreturn void reset_handler(void);
_Noreturn void fault_handler(void);

typedef void (*vector_t)(void);

/* The 16 vectors of the core alone, because an interrupt of a peripheral is never taken. */
__attribute__((section(".vectors"), used)) const vector_t image_vectors[16] = {
    (vector_t)(uintptr_t)image_stack_top,
    reset_handler,
    fault_handler, /* NMI */
    fault_handler, /* HardFault; those below escalate to it, as none is enabled */
    fault_handler, /* MemManage */
    fault_handler, /* BusFault */
    fault_handler, /* UsageFault */
    fault_handler, /* SecureFault */
    0,
    0,
    0,
    fault_handler, /* SVCall */
    fault_handler, /* DebugMonitor */
    0,
    fault_handler, /* PendSV */
    fault_handler, /* SysTick */
};

static void guard_stack(void)
{
#if __ARM_ARCH >= 8
    __asm__ volatile("msr msplim, %0" ::"r"(image_stack_bottom));
#else
    if (MPU_TYPE != 0) {
        MPU_RBAR = (uint32_t)(uintptr_t)image_stack_bottom | MPU_RBAR_REGION_0;
        MPU_RASR = MPU_RASR_NO_ACCESS_256_BYTES;
        MPU_CTRL = MPU_CTRL_ENABLE_BESIDE_DEFAULT;
        cortex_barrier();
    }
#endif
}

void reset_handler(void)
{
    cortex_mask_interrupts();
    cortex_disable_all_interrupts();
    SCB_VTOR = (uint32_t)(uintptr_t)image_vectors;
#ifdef __ARM_FP
    SCB_CPACR |= SCB_CPACR_FLOAT_ACCESS;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
    stack_paint();
    guard_stack();
    memcpy(image_data_start, image_data_load,
           (size_t)((uintptr_t)image_data_end - (uintptr_t)image_data_start));
    memset(image_bss_start, 0, (size_t)((uintptr_t)image_bss_end - (uintptr_t)image_bss_start));
    restart_begin();
    board_start();
    app_run();
}
