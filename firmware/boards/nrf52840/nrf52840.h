/* nrf52840: the chip's registers that are used here. nRF52840 product specification v1.7, the
 * chapter of each peripheral, "Registers"; offsets compared with Nordic's nrf52840.svd. */
#ifndef EDGEKIT_NRF52840_H
#define EDGEKIT_NRF52840_H

#include "../cortex-m/cortex_m.h"

/* Interrupt numbers are those of the peripherals' addresses (7.3, instantiation). */
#define UARTE0_INTERRUPT 2u
#define TWIM0_INTERRUPT  3u
#define GPIOTE_INTERRUPT 6u
#define RTC1_INTERRUPT   17u
#define CLOCK_INTERRUPT  0u
#define TIMER0_INTERRUPT 8u

/* 5.4 CLOCK and 5.3 POWER */
#define CLOCK_HFCLKSTART       CORTEX_REGISTER(0x40000000u)
#define CLOCK_HFCLKSTOP        CORTEX_REGISTER(0x40000004u)
#define CLOCK_LFCLKSTART       CORTEX_REGISTER(0x40000008u)
#define CLOCK_LFCLKSTOP        CORTEX_REGISTER(0x4000000Cu)
#define CLOCK_HFCLKSTARTED     CORTEX_REGISTER(0x40000100u)
#define CLOCK_LFCLKSTARTED     CORTEX_REGISTER(0x40000104u)
#define CLOCK_INTENSET         CORTEX_REGISTER(0x40000304u)
#define CLOCK_INTENCLR         CORTEX_REGISTER(0x40000308u)
#define CLOCK_HFCLKSTAT        CORTEX_REGISTER(0x4000040Cu)
#define CLOCK_LFCLKSTAT        CORTEX_REGISTER(0x40000418u)
#define CLOCK_LFCLKSRC         CORTEX_REGISTER(0x40000518u)
#define CLOCK_INT_HFCLKSTARTED (1u << 0)
#define CLOCK_INT_LFCLKSTARTED (1u << 1)
#define CLOCK_HFCLKSTAT_XTAL   (1u << 16 | 1u << 0) /* it runs, from the crystal */
#define CLOCK_LFCLKSRC_RC      0u
#define CLOCK_LFCLKSRC_CRYSTAL 1u
#define CLOCK_LFCLKSTAT_RUNS   (1u << 16)
#define CLOCK_LFCLKSTAT_SRC    3u                           /* CLOCK_LFCLKSRC_... */
#define POWER_RESETREAS        CORTEX_REGISTER(0x40000400u) /* a one is cleared by writing it */
#define POWER_RESETREAS_PIN    (1u << 0)
#define POWER_RESETREAS_DOG    (1u << 1)
#define POWER_RESETREAS_SREQ   (1u << 2)
#define POWER_RESETREAS_LOCKUP (1u << 3)
#define POWER_POFCON           CORTEX_REGISTER(0x40000510u)
#define POWER_GPREGRET         CORTEX_REGISTER(0x4000051Cu) /* a software reset leaves it */
#define POWER_GPREGRET_UF2     0x57u
#define POWER_DCDCEN           CORTEX_REGISTER(0x40000578u)
/* Anomaly 246: DMA beside the core may leave 350 uA flowing in sleep; Nordic's workaround. */
#define ANOMALY_246            CORTEX_REGISTER(0x4007AC84u)
#define ANOMALY_246_WORKAROUND 2u

/* 6.9 GPIO, port 0 and 1; 6.10 GPIOTE */
#define GPIO_OUTSET(port)       CORTEX_REGISTER(0x50000508u + 0x300u * (port))
#define GPIO_OUTCLR(port)       CORTEX_REGISTER(0x5000050Cu + 0x300u * (port))
#define GPIO_IN(port)           CORTEX_REGISTER(0x50000510u + 0x300u * (port))
#define GPIO_LATCH(port)        CORTEX_REGISTER(0x50000520u + 0x300u * (port)) /* by a one */
#define GPIO_PIN_CNF(port, pin) CORTEX_REGISTER(0x50000700u + 0x300u * (port) + 4u * (pin))
#define GPIO_PIN_CNF_OUTPUT     (1u << 0)
#define GPIO_PIN_CNF_INPUT_OFF  (1u << 1)
#define GPIO_PIN_CNF_PULL_DOWN  (1u << 2)
#define GPIO_PIN_CNF_PULL_UP    (3u << 2)
#define GPIO_PIN_CNF_OPEN_DRAIN (6u << 8) /* S0D1 */
#define GPIO_PIN_CNF_SENSE_HIGH (2u << 16)
#define GPIO_PIN_CNF_SENSE_LOW  (3u << 16)
#define GPIOTE_EVENTS_PORT      CORTEX_REGISTER(0x4000617Cu)
#define GPIOTE_INTENSET         CORTEX_REGISTER(0x40006304u)
#define GPIOTE_INT_PORT         (1u << 31)

/* 6.31 TWIM0 */
#define TWIM_STARTRX            CORTEX_REGISTER(0x40003000u)
#define TWIM_STARTTX            CORTEX_REGISTER(0x40003008u)
#define TWIM_STOP               CORTEX_REGISTER(0x40003014u)
#define TWIM_EVENTS_STOPPED     CORTEX_REGISTER(0x40003104u)
#define TWIM_EVENTS_ERROR       CORTEX_REGISTER(0x40003124u)
#define TWIM_SHORTS             CORTEX_REGISTER(0x40003200u)
#define TWIM_INTENSET           CORTEX_REGISTER(0x40003304u)
#define TWIM_ERRORSRC           CORTEX_REGISTER(0x400034C4u) /* a one is cleared by writing it */
#define TWIM_ENABLE             CORTEX_REGISTER(0x40003500u)
#define TWIM_PSEL_SCL           CORTEX_REGISTER(0x40003508u)
#define TWIM_PSEL_SDA           CORTEX_REGISTER(0x4000350Cu)
#define TWIM_FREQUENCY          CORTEX_REGISTER(0x40003524u)
#define TWIM_RXD_PTR            CORTEX_REGISTER(0x40003534u)
#define TWIM_RXD_MAXCNT         CORTEX_REGISTER(0x40003538u)
#define TWIM_RXD_AMOUNT         CORTEX_REGISTER(0x4000353Cu)
#define TWIM_TXD_PTR            CORTEX_REGISTER(0x40003544u)
#define TWIM_TXD_MAXCNT         CORTEX_REGISTER(0x40003548u)
#define TWIM_ADDRESS            CORTEX_REGISTER(0x40003588u)
#define TWIM_SHORT_LASTTX_TO_RX (1u << 7)
#define TWIM_SHORT_LASTTX_STOP  (1u << 9)
#define TWIM_SHORT_LASTRX_STOP  (1u << 12)
#define TWIM_INT_STOPPED        (1u << 1)
#define TWIM_INT_ERROR          (1u << 9)
#define TWIM_ERRORSRC_NACKS     (3u << 1) /* of the address, of a byte */
#define TWIM_ERRORSRC_ALL       7u
#define TWIM_ENABLE_ON          6u
/* Anomaly 219: SCL's low time is below I2C's 1.3 us at K400; Nordic's value for 390 kHz. */
#define TWIM_FREQUENCY_390_KHZ 0x06200000u

/* 6.34 UARTE0 */
#define UARTE_STARTRX           CORTEX_REGISTER(0x40002000u)
#define UARTE_STOPRX            CORTEX_REGISTER(0x40002004u)
#define UARTE_STARTTX           CORTEX_REGISTER(0x40002008u)
#define UARTE_STOPTX            CORTEX_REGISTER(0x4000200Cu)
#define UARTE_FLUSHRX           CORTEX_REGISTER(0x4000202Cu)
#define UARTE_EVENTS_RXDRDY     CORTEX_REGISTER(0x40002108u)
#define UARTE_EVENTS_ENDRX      CORTEX_REGISTER(0x40002110u)
#define UARTE_EVENTS_ENDTX      CORTEX_REGISTER(0x40002120u)
#define UARTE_EVENTS_RXTO       CORTEX_REGISTER(0x40002144u)
#define UARTE_EVENTS_TXSTOPPED  CORTEX_REGISTER(0x40002158u)
#define UARTE_SHORTS            CORTEX_REGISTER(0x40002200u)
#define UARTE_INTENSET          CORTEX_REGISTER(0x40002304u)
#define UARTE_ENABLE            CORTEX_REGISTER(0x40002500u)
#define UARTE_PSEL_TXD          CORTEX_REGISTER(0x4000250Cu)
#define UARTE_PSEL_RXD          CORTEX_REGISTER(0x40002514u)
#define UARTE_BAUDRATE          CORTEX_REGISTER(0x40002524u)
#define UARTE_RXD_PTR           CORTEX_REGISTER(0x40002534u)
#define UARTE_RXD_MAXCNT        CORTEX_REGISTER(0x40002538u)
#define UARTE_TXD_PTR           CORTEX_REGISTER(0x40002544u)
#define UARTE_TXD_MAXCNT        CORTEX_REGISTER(0x40002548u)
#define UARTE_SHORT_ENDRX_TO_RX (1u << 5)
#define UARTE_INT_RXDRDY        (1u << 2)
#define UARTE_INT_ENDTX         (1u << 8)
#define UARTE_ENABLE_ON         8u
#define UARTE_BAUDRATE_115200   0x01D60000u
#define PSEL_PORT_1             (1u << 5)
#define PSEL_DISCONNECTED       0xFFFFFFFFu

/* 6.30 TIMER0 and TIMER1, 6.16 PPI, 6.22 RTC1 */
#define TIMER_START(n)            CORTEX_REGISTER(0x40008000u + 0x1000u * (n))
#define TIMER_COUNT(n)            CORTEX_REGISTER(0x40008008u + 0x1000u * (n))
#define TIMER_SHUTDOWN(n)         CORTEX_REGISTER(0x40008010u + 0x1000u * (n))
#define TIMER_CAPTURE_0(n)        CORTEX_REGISTER(0x40008040u + 0x1000u * (n))
#define TIMER_EVENTS_COMPARE_0(n) CORTEX_REGISTER(0x40008140u + 0x1000u * (n))
#define TIMER_INTENSET(n)         CORTEX_REGISTER(0x40008304u + 0x1000u * (n))
#define TIMER_MODE(n)             CORTEX_REGISTER(0x40008504u + 0x1000u * (n))
#define TIMER_BITMODE(n)          CORTEX_REGISTER(0x40008508u + 0x1000u * (n))
#define TIMER_PRESCALER(n)        CORTEX_REGISTER(0x40008510u + 0x1000u * (n))
#define TIMER_CC_0(n)             CORTEX_REGISTER(0x40008540u + 0x1000u * (n))
#define TIMER_INT_COMPARE_0       (1u << 16)
#define TIMER_MODE_COUNTER        2u /* low power counter */
#define TIMER_BITMODE_32          3u
#define TIMER_PRESCALER_1_MHZ     4u
#define PPI_CHENSET               CORTEX_REGISTER(0x4001F504u)
#define PPI_CH_0_EEP              CORTEX_REGISTER(0x4001F510u)
#define PPI_CH_0_TEP              CORTEX_REGISTER(0x4001F514u)
#define RTC_START                 CORTEX_REGISTER(0x40011000u)
#define RTC_STOP                  CORTEX_REGISTER(0x40011004u)
#define RTC_CLEAR                 CORTEX_REGISTER(0x40011008u)
#define RTC_EVENTS_COMPARE_0      CORTEX_REGISTER(0x40011140u)
#define RTC_INTENSET              CORTEX_REGISTER(0x40011304u)
#define RTC_INTENCLR              CORTEX_REGISTER(0x40011308u)
#define RTC_COUNTER               CORTEX_REGISTER(0x40011504u) /* 24 bits, 32768 Hz */
#define RTC_PRESCALER             CORTEX_REGISTER(0x40011508u)
#define RTC_CC_0                  CORTEX_REGISTER(0x40011540u)
#define RTC_INT_COMPARE_0         (1u << 16)

/* 6.17 PWM0 */
#define PWM_STOP              CORTEX_REGISTER(0x4001C004u)
#define PWM_SEQSTART_0        CORTEX_REGISTER(0x4001C008u)
#define PWM_EVENTS_STOPPED    CORTEX_REGISTER(0x4001C104u)
#define PWM_ENABLE            CORTEX_REGISTER(0x4001C500u)
#define PWM_MODE              CORTEX_REGISTER(0x4001C504u)
#define PWM_COUNTERTOP        CORTEX_REGISTER(0x4001C508u)
#define PWM_PRESCALER         CORTEX_REGISTER(0x4001C50Cu)
#define PWM_DECODER           CORTEX_REGISTER(0x4001C510u)
#define PWM_LOOP              CORTEX_REGISTER(0x4001C514u)
#define PWM_SEQ_0_PTR         CORTEX_REGISTER(0x4001C520u)
#define PWM_SEQ_0_CNT         CORTEX_REGISTER(0x4001C524u)
#define PWM_SEQ_0_REFRESH     CORTEX_REGISTER(0x4001C528u)
#define PWM_SEQ_0_ENDDELAY    CORTEX_REGISTER(0x4001C52Cu)
#define PWM_PSEL_OUT_0        CORTEX_REGISTER(0x4001C560u)
#define PWM_MODE_UP           0u
#define PWM_PRESCALER_125_KHZ 7u /* 16 MHz / 128 */
#define PWM_DECODER_COMMON    0u /* one value for all outputs, each when the one before is done */

/* 4.3 NVMC, 6.36 WDT, 4.4 FICR, 4.5 UICR, 3.8 debug and trace: APPROTECT */
#define NVMC_READY              CORTEX_REGISTER(0x4001E400u)
#define NVMC_READY_READY        1u
#define NVMC_CONFIG             CORTEX_REGISTER(0x4001E504u)
#define NVMC_ERASEPAGE          CORTEX_REGISTER(0x4001E508u)
#define NVMC_ICACHECNF          CORTEX_REGISTER(0x4001E540u)
#define NVMC_CONFIG_READ        0u
#define NVMC_CONFIG_WRITE       1u
#define NVMC_CONFIG_ERASE       2u
#define WDT_START               CORTEX_REGISTER(0x40010000u)
#define WDT_CRV                 CORTEX_REGISTER(0x40010504u)
#define WDT_CONFIG              CORTEX_REGISTER(0x4001050Cu)
#define WDT_RR_0                CORTEX_REGISTER(0x40010600u)
#define WDT_CONFIG_RUN_IN_SLEEP 1u
#define WDT_RR_RELOAD           0x6E524635u
#define FICR_DEVICEID(word)     CORTEX_REGISTER(0x10000060u + 4u * (word))
#define CHIP_PART               CORTEX_REGISTER(0x10000130u) /* as nrfx reads it, nrf52_erratas.h */
#define CHIP_PART_NRF52840      8u
#define CHIP_REVISION           CORTEX_REGISTER(0x10000134u)
#define CHIP_REVISION_3         5u
#define UICR_APPROTECT          CORTEX_REGISTER(0x10001208u)
#define APPROTECT_DISABLE       CORTEX_REGISTER(0x40000558u)

#endif
