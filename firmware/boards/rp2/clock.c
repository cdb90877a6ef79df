/* The core runs at CLOCK_SYS_MHZ, nearly as fast as its chip may, because a window of a net must
 * end before the sensor's FIFO is full. The UART runs from the crystal, USB from a PLL of its own.
 */
#include "clock.h"

#include "../cortex-m/blocks.h"
#include "edgekit_hal.h"
#include "rp2.h"

#define CRYSTAL_MHZ    12u
#define STARTUP_CYCLES (CRYSTAL_MHZ * 1000u / 256u + 1u) /* 1 ms, in units of 256 */

#define PLL_USB_FEEDBACK      64u                       /* 768 MHz in the VCO */
#define PLL_USB_POST_DIVIDERS ((4u << 16) | (4u << 12)) /* to 48 MHz */

#define MOST_READS    200000u
#define MOST_AHEAD_US 1000000000u /* the alarm compares 32 bits */

/* Wait until the register has these bits, within a bound. */
static void wait_for(volatile uint32_t *reg, uint32_t bits)
{
    for (uint32_t reads = 0; reads < MOST_READS && (*reg & bits) != bits; reads++) {
    }
}

void clock_reset(uint32_t blocks)
{
    RP2_SET(RESETS_RESET) = blocks;
    RP2_CLR(RESETS_RESET) = blocks;
    wait_for(&RESETS_DONE, blocks);
}

static void start_pll(uintptr_t base, uint32_t feedback, uint32_t post_dividers)
{
    PLL_CS(base) = 1; /* the crystal undivided */
    PLL_FBDIV(base) = feedback;
    RP2_CLR(PLL_PWR(base)) = PLL_PWR_VCO;
    wait_for(&PLL_CS(base), PLL_CS_LOCK);
    PLL_PRIM(base) = post_dividers;
    RP2_CLR(PLL_PWR(base)) = PLL_PWR_POST;
}

void clock_start(void)
{
    XOSC_STARTUP = STARTUP_CYCLES;
    XOSC_CTRL = XOSC_CTRL_ON;
    wait_for(&XOSC_STATUS, XOSC_STATUS_STABLE);
    CLK_REF_CTRL = CLK_REF_CTRL_XOSC;
    wait_for(&CLK_REF_SELECTED, 1u << CLK_REF_CTRL_XOSC);
    CLK_SYS_CTRL = CLK_SYS_CTRL_REF;
    wait_for(&CLK_SYS_SELECTED, 1u << CLK_SYS_CTRL_REF);

    clock_reset(RESETS_PLL_SYS | RESETS_PLL_USB | RESETS_TIMER);
    start_pll(PLL_SYS_BASE, PLL_FEEDBACK, PLL_POST_DIVIDERS);
    CLK_SYS_CTRL = CLK_SYS_CTRL_PLL;
    wait_for(&CLK_SYS_SELECTED, 1u << CLK_SYS_CTRL_PLL);
    CLK_PERI_CTRL = CLK_PERI_CTRL_XOSC;
    start_pll(PLL_USB_BASE, PLL_USB_FEEDBACK, PLL_USB_POST_DIVIDERS);
    CLK_USB_CTRL = CLK_USB_CTRL_PLL;

    chip_start_ticks(CRYSTAL_MHZ);
    TIMER_INTE = 1;
    cortex_enable_interrupt(TIMER_INTERRUPT);
}

uint64_t hal_time_us(void)
{
    uint32_t high = TIMER_RAW_H;
    uint32_t low = TIMER_RAW_L;
    const uint32_t again = TIMER_RAW_H;
    if (again != high) { /* the low word overflowed in between, as it does every 71 minutes */
        high = again;
        low = TIMER_RAW_L;
    }
    return ((uint64_t)high << 32) | low;
}

void clock_wait_until(uint64_t until_us)
{
    const uint64_t now_us = hal_time_us();
    const uint64_t most_us = now_us + MOST_AHEAD_US;
    const uint64_t wake_us = until_us < most_us ? until_us : most_us;
    TIMER_INTR = 1;
    cortex_clear_pending(TIMER_INTERRUPT);
    TIMER_ALARM_0 = (uint32_t)wake_us; /* only equality wakes: the time must lie ahead */
    if (hal_time_us() < wake_us) {
        cortex_wait();
    }
    TIMER_ARMED = 1; /* writing disarms */
}
