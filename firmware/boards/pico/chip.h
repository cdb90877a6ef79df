/* chip: where the RP2040 differs from the RP2350. RP2040 data sheet, chapter and table named. */
#ifndef EDGEKIT_CHIP_H
#define EDGEKIT_CHIP_H

#include "../cortex-m/cortex_m.h"

/* 125 MHz of the 133 that it may run at (2.15); VCO 1500 MHz, of 750 to 1600 (2.18) */
#define CLOCK_SYS_MHZ     125u
#define PLL_FEEDBACK      125u
#define PLL_POST_DIVIDERS ((6u << 16) | (2u << 12))

/* 2.2, address map */
#define RESETS_BASE   0x4000C000u
#define CLOCKS_BASE   0x40008000u
#define ADC_BASE      0x4004C000u
#define ROSC_BASE     0x40060000u
#define XOSC_BASE     0x40024000u
#define PLL_SYS_BASE  0x40028000u
#define PLL_USB_BASE  0x4002C000u
#define PSM_BASE      0x40010000u
#define IO_BANK0_BASE 0x40014000u
#define PADS_BASE     0x4001C000u
#define I2C0_BASE     0x40044000u
#define UART0_BASE    0x40034000u
#define TIMER_BASE    0x40054000u
#define WATCHDOG_BASE 0x40058000u
#define PWM_BASE      0x40050000u

/* 2.14.3, resets */
#define RESETS_ADC      (1u << 0)
#define RESETS_I2C0     (1u << 3)
#define RESETS_IO_BANK0 (1u << 5)
#define RESETS_PADS     (1u << 8)
#define RESETS_PLL_SYS  (1u << 12)
#define RESETS_PLL_USB  (1u << 13)
#define RESETS_PWM      (1u << 14)
#define RESETS_TIMER    (1u << 21)
#define RESETS_UART0    (1u << 22)
#define RESETS_USB      (1u << 24)

/* 2.3.2, interrupts */
#define TIMER_INTERRUPT    0u
#define IO_BANK0_INTERRUPT 13u
#define USBCTRL_INTERRUPT  5u
#define UART0_INTERRUPT    20u

/* 2.3.1.7 SIO; 2.19.6.1 IO_BANK0; 4.6.5 timer; 2.13.5 PSM: all but the oscillators */
#define SIO_GPIO_OUT_SET_OFFSET       0x14u
#define SIO_GPIO_OUT_CLR_OFFSET       0x18u
#define SIO_GPIO_OE_SET_OFFSET        0x24u
#define SIO_GPIO_OE_CLR_OFFSET        0x28u
#define IO_BANK0_INTE0_OFFSET         0x100u
#define IO_BANK0_DORMANT_INTE0_OFFSET 0x160u
#define TIMER_INTR_OFFSET             0x34u
#define TIMER_INTE_OFFSET             0x38u
#define PSM_WDSEL_ALL                 0x0001FFFCu

/* 4.7: the watchdog counts down twice a tick (errata RP2040-E1), and makes the timer's tick. */
#define WATCHDOG_LOAD_8_S 16000000u
#define WATCHDOG_TICK     CORTEX_REGISTER(WATCHDOG_BASE + 0x2Cu)
#define WATCHDOG_TICK_ON  (1u << 9)

/* 2.12.8: VREG_AND_CHIP_RESET */
#define CHIP_RESET     CORTEX_REGISTER(0x40064008u)
#define CHIP_RESET_RUN (1u << 16)

#define CLK_USB_CTRL_OFFSET 0x54u /* 2.15.7, clocks */

#define USB_HAS_E15 1 /* an erratum: see usb.c */

/* 2.17.8 ROSC; 2.15.7 clocks */
#define ROSC_STATUS_OFFSET  0x18u
#define CLK_ADC_CTRL_OFFSET 0x60u

#define FLASH_RECORDS      0x001C0000u /* from the flash's start */
#define FLASH_RECORD_PAGES 64u

static inline void chip_start_ticks(uint32_t megahertz)
{
    WATCHDOG_TICK = WATCHDOG_TICK_ON | megahertz;
}

#endif
