/* cortex_m: the core's own registers that the boards use, and its sleep.
 *
 * Armv6-M, Armv7-M and Armv8-M reference manuals, "System Control Space". No interrupt is ever
 * taken: PRIMASK stays set, and WFI returns when an interrupt that the NVIC enables is pending,
 * taken or not. So there are no handlers, and no race between a test and the sleep.
 */
#ifndef EDGEKIT_CORTEX_M_H
#define EDGEKIT_CORTEX_M_H

#include <stdint.h>

#define CORTEX_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define NVIC_ISER(bank) CORTEX_REGISTER(0xE000E100u + 4u * (bank)) /* set enable */
#define NVIC_ICER(bank) CORTEX_REGISTER(0xE000E180u + 4u * (bank)) /* clear enable */
#define NVIC_ICPR(bank) CORTEX_REGISTER(0xE000E280u + 4u * (bank)) /* clear pending */

#define SYSTICK_CTRL CORTEX_REGISTER(0xE000E010u)
#define NVIC_BANKS   2u /* of 32 interrupts, on the chips here */

#define SCB_ICSR  CORTEX_REGISTER(0xE000ED04u)
#define SCB_VTOR  CORTEX_REGISTER(0xE000ED08u)
#define SCB_AIRCR CORTEX_REGISTER(0xE000ED0Cu)
#define SCB_CFSR  CORTEX_REGISTER(0xE000ED28u) /* not on v6-M, as those down to BFAR */
#define SCB_MMFAR CORTEX_REGISTER(0xE000ED34u)
#define SCB_BFAR  CORTEX_REGISTER(0xE000ED38u)
#define SCB_CPACR CORTEX_REGISTER(0xE000ED88u)

#define SCB_ICSR_PENDSV_CLEAR  (1u << 27)
#define SCB_ICSR_SYSTICK_CLEAR (1u << 25)
#define SCB_AIRCR_RESET        0x05FA0004u
#define SCB_CFSR_MMFAR_VALID   (1u << 7)
#define SCB_CFSR_BFAR_VALID    (1u << 15)
#define SCB_CPACR_FLOAT_ACCESS (0xFu << 20)

#define MPU_TYPE CORTEX_REGISTER(0xE000ED90u)
#define MPU_CTRL CORTEX_REGISTER(0xE000ED94u)
#define MPU_RBAR CORTEX_REGISTER(0xE000ED9Cu)
#define MPU_RASR CORTEX_REGISTER(0xE000EDA0u)

#define MPU_CTRL_ENABLE_BESIDE_DEFAULT 5u
#define MPU_RBAR_REGION_0              0x10u
#define MPU_RASR_NO_ACCESS_256_BYTES   ((7u << 1) | 1u) /* 2^(7 + 1) bytes, no access */

static inline void cortex_mask_interrupts(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

/* Disable all interrupts, as after a reset, because a boot loader may have left some enabled. A
 * SysTick or PendSV that stays pending would end every WFI at once: full current, and no other
 * symptom. */
static inline void cortex_disable_all_interrupts(void)
{
    SYSTICK_CTRL = 0;
    SCB_ICSR = SCB_ICSR_PENDSV_CLEAR | SCB_ICSR_SYSTICK_CLEAR;
    for (uint32_t bank = 0; bank < NVIC_BANKS; bank++) {
        NVIC_ICER(bank) = 0xFFFFFFFFu;
        NVIC_ICPR(bank) = 0xFFFFFFFFu;
    }
}

static inline void cortex_enable_interrupt(uint32_t interrupt)
{
    NVIC_ISER(interrupt / 32u) = 1u << (interrupt % 32u);
}

static inline void cortex_clear_pending(uint32_t interrupt)
{
    NVIC_ICPR(interrupt / 32u) = 1u << (interrupt % 32u);
}

/* Stop the core until an enabled interrupt is pending. */
static inline void cortex_wait(void)
{
    __asm__ volatile("dsb\n\twfi\n\tisb" ::: "memory");
}

static inline void cortex_barrier(void)
{
    __asm__ volatile("dsb" ::: "memory");
}

#endif
