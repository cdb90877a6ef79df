/* chip: where the RP2350 differs from the RP2040. RP2350 data sheet, chapter and table named. */
#ifndef EDGEKIT_CHIP_H
#define EDGEKIT_CHIP_H

#include "../cortex-m/cortex_m.h"

/* 150 MHz, the most that it may run at (8.1); VCO 1500 MHz, of 750 to 1600 (8.6) */
#define CLOCK_SYS_MHZ     150u
#define PLL_FEEDBACK      125u
#define PLL_POST_DIVIDERS ((5u << 16) | (2u << 12))

/* 2.2, address map */
#define RESETS_BASE   0x40020000u
#define CLOCKS_BASE   0x40010000u
#define ADC_BASE      0x400A0000u
#define ROSC_BASE     0x400E8000u
#define XOSC_BASE     0x40048000u
#define PLL_SYS_BASE  0x40050000u
#define PLL_USB_BASE  0x40058000u
#define PSM_BASE      0x40018000u
#define IO_BANK0_BASE 0x40028000u
#define PADS_BASE     0x40038000u
#define I2C0_BASE     0x40090000u
#define UART0_BASE    0x40070000u
#define TIMER_BASE    0x400B0000u
#define WATCHDOG_BASE 0x400D8000u
#define PWM_BASE      0x400A8000u
#define TICKS_BASE    0x40108000u

/* 7.5.3, resets */
#define RESETS_ADC      (1u << 0)
#define RESETS_I2C0     (1u << 4)
#define RESETS_IO_BANK0 (1u << 6)
#define RESETS_PADS     (1u << 9)
#define RESETS_PLL_SYS  (1u << 14)
#define RESETS_PLL_USB  (1u << 15)
#define RESETS_PWM      (1u << 16)
#define RESETS_TIMER    (1u << 23)
#define RESETS_UART0    (1u << 26)
#define RESETS_USB      (1u << 28)

/* 3.2, interrupts */
#define TIMER_INTERRUPT    0u
#define IO_BANK0_INTERRUPT 21u
#define USBCTRL_INTERRUPT  14u
#define UART0_INTERRUPT    33u

/* 3.1.11 SIO; 9.11.1 IO_BANK0; 12.8.5 timer; 7.4.4 PSM: all but the oscillators */
#define SIO_GPIO_OUT_SET_OFFSET       0x18u
#define SIO_GPIO_OUT_CLR_OFFSET       0x20u
#define SIO_GPIO_OE_SET_OFFSET        0x38u
#define SIO_GPIO_OE_CLR_OFFSET        0x40u
#define IO_BANK0_INTE0_OFFSET         0x248u
#define IO_BANK0_DORMANT_INTE0_OFFSET 0x2D8u
#define TIMER_INTR_OFFSET             0x3Cu
#define TIMER_INTE_OFFSET             0x40u
#define PSM_WDSEL_ALL                 0x01FFFFF3u

/* 12.9: once a tick; 8.5: the ticks have a block of their own. */
#define WATCHDOG_LOAD_8_S     8000000u
#define TICKS_TIMER0_CTRL     CORTEX_REGISTER(TICKS_BASE + 0x18u)
#define TICKS_TIMER0_CYCLES   CORTEX_REGISTER(TICKS_BASE + 0x1Cu)
#define TICKS_WATCHDOG_CTRL   CORTEX_REGISTER(TICKS_BASE + 0x30u)
#define TICKS_WATCHDOG_CYCLES CORTEX_REGISTER(TICKS_BASE + 0x34u)

/* 6.4: POWMAN */
#define CHIP_RESET     CORTEX_REGISTER(0x4010002Cu)
#define CHIP_RESET_RUN (1u << 18)

#define CLK_USB_CTRL_OFFSET 0x60u /* 8.1.7, clocks */

#define USB_HAS_E15 0 /* which is RP2040-E15 */

/* 8.3.10 ROSC; 8.1.6 clocks */
#define ROSC_STATUS_OFFSET  0x1Cu
#define CLK_ADC_CTRL_OFFSET 0x6Cu

#define FLASH_RECORDS      0x003C0000u /* from the flash's start */
#define FLASH_RECORD_PAGES 63u

static inline void chip_start_ticks(uint32_t megahertz)
{
    TICKS_TIMER0_CYCLES = megahertz;
    TICKS_TIMER0_CTRL = 1;
    TICKS_WATCHDOG_CYCLES = megahertz;
    TICKS_WATCHDOG_CTRL = 1;
}

#endif
