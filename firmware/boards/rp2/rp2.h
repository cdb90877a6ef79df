/* rp2: the registers that the RP2040 and the RP2350 have alike (RP2040 data sheet: 2.14 resets,
 * 2.15 clocks, 2.16 XOSC, 2.18 PLL, 2.19 GPIO, 2.3.1 SIO, 4.2 UART, 4.3 I2C, 4.6 timer, 4.7
 * watchdog, 4.9 ADC); chip.h has the rest. */
#ifndef EDGEKIT_RP2_H
#define EDGEKIT_RP2_H

#include "chip.h"

/* Writing to a register's aliases sets or clears bits (2.1.2). */
#define RP2_SET(reg) CORTEX_REGISTER((uintptr_t)&(reg) + 0x2000u)
#define RP2_CLR(reg) CORTEX_REGISTER((uintptr_t)&(reg) + 0x3000u)

#define RESETS_RESET CORTEX_REGISTER(RESETS_BASE + 0x0u)
#define RESETS_DONE  CORTEX_REGISTER(RESETS_BASE + 0x8u)

#define CLK_REF_CTRL       CORTEX_REGISTER(CLOCKS_BASE + 0x30u)
#define CLK_REF_SELECTED   CORTEX_REGISTER(CLOCKS_BASE + 0x38u)
#define CLK_SYS_CTRL       CORTEX_REGISTER(CLOCKS_BASE + 0x3Cu)
#define CLK_SYS_SELECTED   CORTEX_REGISTER(CLOCKS_BASE + 0x44u)
#define CLK_PERI_CTRL      CORTEX_REGISTER(CLOCKS_BASE + 0x48u)
#define CLK_REF_CTRL_XOSC  2u
#define CLK_SYS_CTRL_REF   0u
#define CLK_SYS_CTRL_PLL   1u /* the auxiliary source, which is the PLL */
#define CLK_PERI_CTRL_XOSC ((1u << 11) | (4u << 5))
#define CLK_USB_CTRL       CORTEX_REGISTER(CLOCKS_BASE + CLK_USB_CTRL_OFFSET)
#define CLK_USB_CTRL_PLL   (1u << 11) /* enabled, of PLL_USB */
#define XOSC_CTRL          CORTEX_REGISTER(XOSC_BASE + 0x0u)
#define XOSC_STATUS        CORTEX_REGISTER(XOSC_BASE + 0x4u)
#define XOSC_DORMANT       CORTEX_REGISTER(XOSC_BASE + 0x8u)
#define XOSC_STARTUP       CORTEX_REGISTER(XOSC_BASE + 0xCu)
#define XOSC_CTRL_ON       ((0xFABu << 12) | 0xAA0u)
#define XOSC_STATUS_STABLE (1u << 31)
#define XOSC_DORMANT_WORD  0x636F6D61u /* stops the crystal until a pin wakes it */
#define ROSC_CTRL          CORTEX_REGISTER(ROSC_BASE + 0x0u)
#define ROSC_STATUS        CORTEX_REGISTER(ROSC_BASE + ROSC_STATUS_OFFSET)
#define ROSC_CTRL_ON       ((0xFABu << 12) | 0xAA0u)
#define ROSC_CTRL_OFF      ((0xD1Eu << 12) | 0xAA0u)
#define ROSC_STATUS_STABLE (1u << 31)
#define CLK_ADC_CTRL       CORTEX_REGISTER(CLOCKS_BASE + CLK_ADC_CTRL_OFFSET)
#define CLK_ADC_CTRL_PLL   (1u << 11) /* enabled, of PLL_USB */
#define ADC_CS             CORTEX_REGISTER(ADC_BASE + 0x0u)
#define ADC_RESULT         CORTEX_REGISTER(ADC_BASE + 0x4u)
#define ADC_CS_ON          (1u << 0)
#define ADC_CS_START_ONCE  (1u << 2)
#define ADC_CS_READY       (1u << 8)
#define ADC_CS_ERROR       (1u << 9)
#define ADC_CS_INPUT(n)    ((n) << 12)
#define PLL_CS(base)       CORTEX_REGISTER((base) + 0x0u)
#define PLL_PWR(base)      CORTEX_REGISTER((base) + 0x4u)
#define PLL_FBDIV(base)    CORTEX_REGISTER((base) + 0x8u)
#define PLL_PRIM(base)     CORTEX_REGISTER((base) + 0xCu)
#define PLL_CS_LOCK        (1u << 31)
#define PLL_PWR_VCO        ((1u << 5) | 1u)
#define PLL_PWR_POST       (1u << 3)

#define IO_CTRL(pin)      CORTEX_REGISTER(IO_BANK0_BASE + 8u * (pin) + 4u)
#define IO_CTRL_UART      2u
#define IO_CTRL_I2C       3u
#define IO_CTRL_PWM       4u
#define IO_CTRL_SIO       5u
#define IO_INTE_0         CORTEX_REGISTER(IO_BANK0_BASE + IO_BANK0_INTE0_OFFSET) /* pins 0 to 7 */
#define IO_INTE_HIGH(pin) (1u << (4u * (pin) + 1u))
/* What wakes from dormant: pins 24 to 31 */
#define IO_DORMANT_INTE_3 CORTEX_REGISTER(IO_BANK0_BASE + IO_BANK0_DORMANT_INTE0_OFFSET + 0xCu)
#define PADS_PIN(pin)     CORTEX_REGISTER(PADS_BASE + 4u * (pin) + 4u)
#define PADS_OUTPUT_OFF   (1u << 7)
#define PADS_INPUT        (1u << 6)
#define PADS_DRIVE_4_MA   (1u << 4)
#define PADS_PULL_UP      (1u << 3)
#define PADS_PULL_DOWN    (1u << 2)
#define PADS_SCHMITT      (1u << 1)
#define SIO_GPIO_IN       CORTEX_REGISTER(0xD0000004u)
#define SIO_GPIO_OUT_SET  CORTEX_REGISTER(0xD0000000u + SIO_GPIO_OUT_SET_OFFSET)
#define SIO_GPIO_OUT_CLR  CORTEX_REGISTER(0xD0000000u + SIO_GPIO_OUT_CLR_OFFSET)
#define SIO_GPIO_OE_SET   CORTEX_REGISTER(0xD0000000u + SIO_GPIO_OE_SET_OFFSET)
#define SIO_GPIO_OE_CLR   CORTEX_REGISTER(0xD0000000u + SIO_GPIO_OE_CLR_OFFSET)

#define I2C_CON            CORTEX_REGISTER(I2C0_BASE + 0x00u)
#define I2C_TAR            CORTEX_REGISTER(I2C0_BASE + 0x04u)
#define I2C_DATA_CMD       CORTEX_REGISTER(I2C0_BASE + 0x10u)
#define I2C_FS_SCL_HCNT    CORTEX_REGISTER(I2C0_BASE + 0x1Cu)
#define I2C_FS_SCL_LCNT    CORTEX_REGISTER(I2C0_BASE + 0x20u)
#define I2C_RAW_INTR_STAT  CORTEX_REGISTER(I2C0_BASE + 0x34u)
#define I2C_CLR_INTR       CORTEX_REGISTER(I2C0_BASE + 0x40u) /* reading clears */
#define I2C_CLR_TX_ABRT    CORTEX_REGISTER(I2C0_BASE + 0x54u)
#define I2C_ENABLE         CORTEX_REGISTER(I2C0_BASE + 0x6Cu)
#define I2C_STATUS         CORTEX_REGISTER(I2C0_BASE + 0x70u)
#define I2C_SDA_HOLD       CORTEX_REGISTER(I2C0_BASE + 0x7Cu)
#define I2C_TX_ABRT_SOURCE CORTEX_REGISTER(I2C0_BASE + 0x80u)
#define I2C_FS_SPKLEN      CORTEX_REGISTER(I2C0_BASE + 0xA0u)
#define I2C_CON_MASTER_400                                                                         \
    ((1u << 6) | (1u << 5) | (2u << 1) | 1u) /* no slave, may restart, fast */
#define I2C_CMD_READ        (1u << 8)
#define I2C_CMD_STOP        (1u << 9)
#define I2C_CMD_RESTART     (1u << 10)
#define I2C_INTR_TX_ABRT    (1u << 6)
#define I2C_INTR_STOP_DET   (1u << 9)
#define I2C_STATUS_TX_ROOM  (1u << 1)
#define I2C_STATUS_RX_WAITS (1u << 3)
#define I2C_ABRT_NACKS      0x9u /* of the address, of a byte */
#define I2C_FIFO_BYTES      16u

#define UART_DR          CORTEX_REGISTER(UART0_BASE + 0x00u)
#define UART_FR          CORTEX_REGISTER(UART0_BASE + 0x18u)
#define UART_IBRD        CORTEX_REGISTER(UART0_BASE + 0x24u)
#define UART_FBRD        CORTEX_REGISTER(UART0_BASE + 0x28u)
#define UART_LCR_H       CORTEX_REGISTER(UART0_BASE + 0x2Cu)
#define UART_CR          CORTEX_REGISTER(UART0_BASE + 0x30u)
#define UART_IMSC        CORTEX_REGISTER(UART0_BASE + 0x38u)
#define UART_ICR         CORTEX_REGISTER(UART0_BASE + 0x44u)
#define UART_FR_RX_EMPTY (1u << 4)
#define UART_FR_TX_FULL  (1u << 5)
#define UART_LCR_H_8N1   ((3u << 5) | (1u << 4)) /* with FIFOs of 32 */
#define UART_CR_ON       ((1u << 9) | (1u << 8) | 1u)
#define UART_INT_RX      (1u << 4)
#define UART_INT_TX      (1u << 5)
#define UART_INT_RX_IDLE (1u << 6)

/* 4.5 PWM: eight slices */
#define PWM_CSR(slice)    CORTEX_REGISTER(PWM_BASE + 0x14u * (slice) + 0x00u)
#define PWM_DIV(slice)    CORTEX_REGISTER(PWM_BASE + 0x14u * (slice) + 0x04u)
#define PWM_CTR(slice)    CORTEX_REGISTER(PWM_BASE + 0x14u * (slice) + 0x08u)
#define PWM_CC(slice)     CORTEX_REGISTER(PWM_BASE + 0x14u * (slice) + 0x0Cu)
#define PWM_TOP(slice)    CORTEX_REGISTER(PWM_BASE + 0x14u * (slice) + 0x10u)
#define PWM_CSR_ENABLE    1u
#define PWM_DIV_INT_SHIFT 4u /* of 16 */
#define PWM_CC_B_SHIFT    16u

#define TIMER_ALARM_0 CORTEX_REGISTER(TIMER_BASE + 0x10u)
#define TIMER_ARMED   CORTEX_REGISTER(TIMER_BASE + 0x20u)
#define TIMER_RAW_H   CORTEX_REGISTER(TIMER_BASE + 0x24u)
#define TIMER_RAW_L   CORTEX_REGISTER(TIMER_BASE + 0x28u)
#define TIMER_INTR    CORTEX_REGISTER(TIMER_BASE + TIMER_INTR_OFFSET)
#define TIMER_INTE    CORTEX_REGISTER(TIMER_BASE + TIMER_INTE_OFFSET)

#define WATCHDOG_CTRL         CORTEX_REGISTER(WATCHDOG_BASE + 0x0u)
#define WATCHDOG_LOAD         CORTEX_REGISTER(WATCHDOG_BASE + 0x4u)
#define WATCHDOG_REASON       CORTEX_REGISTER(WATCHDOG_BASE + 0x8u)
#define WATCHDOG_CTRL_TRIGGER (1u << 31)
#define WATCHDOG_CTRL_ENABLE  (1u << 30)
#define WATCHDOG_REASON_TIMER (1u << 0)
#define WATCHDOG_REASON_FORCE (1u << 1)
#define PSM_WDSEL             CORTEX_REGISTER(PSM_BASE + 0x8u)

#endif
