/* start: a core that QEMU has reset, up to image_main. QEMU has put every section of the ELF file
 * where it belongs, and other memory is zero: there is nothing to copy. */
#include "../../boards/cortex-m/cortex_m.h"
#include "semihosting.h"

extern uint32_t image_stack_top[]; /* given by the linker script */

_Noreturn void image_main(void);
_Noreturn void reset_handler(void);
_Noreturn void fault_handler(void);

typedef void (*vector_t)(void);

__attribute__((section(".vectors"), used)) const vector_t image_vectors[8] = {
    (vector_t)(uintptr_t)image_stack_top,
    reset_handler,
    fault_handler, /* NMI */
    fault_handler, /* HardFault; those below escalate to it, as none is enabled */
    fault_handler,
    fault_handler,
    fault_handler,
    fault_handler,
};

void reset_handler(void)
{
#ifdef __ARM_FP /* Helium's registers are the floating-point unit's */
    SCB_CPACR |= SCB_CPACR_FLOAT_ACCESS;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
    image_main();
}

void fault_handler(void)
{
    semihosting_exit(false);
}
