/* Clocks, and time from RTC1 on the 32768 Hz clock. */
#include "clock.h"

#include "../cortex-m/blocks.h"
#include "edgekit_hal.h"
#include "nrf52840.h"

#define TICK_BITS         24u
#define TICK_MASK         ((1u << TICK_BITS) - 1u)
#define LEAST_AHEAD_TICKS 3u         /* RTC: a compare 1 tick ahead may be missed */
#define MOST_AHEAD_US     200000000u /* well within the 512 s of the counter */
#define US_PER_512_TICKS  15625u     /* 32768 Hz */
#define CRYSTAL_START_US  1000000u
#define FAST_CRYSTAL_US   10000u
#define RC_START_US       10000u
#define RTC_STOP_US       100u /* product specification: STOP takes up to 46 us */
#define TIMER             0u

static uint32_t crystal_users;

/* Wait for an event of CLOCK, at most most_us, by TIMER0 because the RTC may not run yet. True when
 * the event came; it is cleared. */
static bool wait_for(volatile uint32_t *event, uint32_t interrupt, uint32_t most_us)
{
    TIMER_BITMODE(TIMER) = TIMER_BITMODE_32;
    TIMER_PRESCALER(TIMER) = TIMER_PRESCALER_1_MHZ;
    TIMER_CC_0(TIMER) = most_us;
    TIMER_EVENTS_COMPARE_0(TIMER) = 0;
    TIMER_INTENSET(TIMER) = TIMER_INT_COMPARE_0;
    CLOCK_INTENSET = interrupt;
    cortex_enable_interrupt(TIMER0_INTERRUPT);
    cortex_enable_interrupt(CLOCK_INTERRUPT);
    TIMER_START(TIMER) = 1;
    while (!*event && !TIMER_EVENTS_COMPARE_0(TIMER)) {
        cortex_wait();
    }
    const bool came = *event != 0;
    TIMER_SHUTDOWN(TIMER) = 1; /* anomaly 78: STOP alone leaves its current flowing */
    TIMER_EVENTS_COMPARE_0(TIMER) = 0;
    CLOCK_INTENCLR = interrupt;
    *event = 0;
    (void)*event; /* the write has arrived before pending is cleared */
    cortex_clear_pending(TIMER0_INTERRUPT);
    cortex_clear_pending(CLOCK_INTERRUPT);
    return came;
}

static bool start_slow(uint32_t source, uint32_t most_us)
{
    CLOCK_LFCLKSTARTED = 0;
    CLOCK_LFCLKSRC = source;
    CLOCK_LFCLKSTART = 1;
    return wait_for(&CLOCK_LFCLKSTARTED, CLOCK_INT_LFCLKSTARTED, most_us);
}

void clock_start(void)
{
    /* The boot loader may have left the clock running; its source cannot change while it runs. */
    CLOCK_LFCLKSTOP = 1;
    for (uint32_t reads = 0; reads < 1000u && CLOCK_LFCLKSTAT & CLOCK_LFCLKSTAT_RUNS; reads++) {
    }
    if (!start_slow(CLOCK_LFCLKSRC_CRYSTAL, CRYSTAL_START_US)) {
        CLOCK_LFCLKSTOP = 1;
        (void)start_slow(CLOCK_LFCLKSRC_RC, RC_START_US);
    }
    /* The boot loader uses this RTC, whose prescaler cannot be written while it runs. */
    RTC_INTENCLR = 0xFFFFFFFFu;
    RTC_STOP = 1;
    RTC_CLEAR = 1;
    (void)wait_for(&CLOCK_LFCLKSTARTED, 0, RTC_STOP_US);
    RTC_PRESCALER = 0;
    RTC_INTENSET = RTC_INT_COMPARE_0;
    RTC_START = 1;
    cortex_enable_interrupt(RTC1_INTERRUPT);
}

/* Return what runs, not what was asked for: while the watchdog runs on over a reset, it keeps the
 * source that it had. */
hal_clock_source_t hal_clock_source(void)
{
    const uint32_t status = CLOCK_LFCLKSTAT;
    if (!(status & CLOCK_LFCLKSTAT_RUNS)) {
        return HAL_CLOCK_UNKNOWN;
    }
    return (status & CLOCK_LFCLKSTAT_SRC) == CLOCK_LFCLKSRC_CRYSTAL ? HAL_CLOCK_CRYSTAL
                                                                    : HAL_CLOCK_RC;
}

void clock_crystal_on(void)
{
    if (crystal_users++ == 0) {
        CLOCK_HFCLKSTARTED = 0;
        CLOCK_HFCLKSTART = 1;
        (void)wait_for(&CLOCK_HFCLKSTARTED, CLOCK_INT_HFCLKSTARTED, FAST_CRYSTAL_US);
    }
}

void clock_crystal_off(void)
{
    if (--crystal_users == 0) {
        CLOCK_HFCLKSTOP = 1;
    }
}

bool clock_crystal_runs(void)
{
    return (CLOCK_HFCLKSTAT & CLOCK_HFCLKSTAT_XTAL) == CLOCK_HFCLKSTAT_XTAL;
}

uint64_t hal_time_us(void)
{
    /* Called at least every 512 s, because clock_wait_until() sleeps for MOST_AHEAD_US at most. */
    static uint64_t ticks;
    ticks += (RTC_COUNTER - (uint32_t)ticks) & TICK_MASK;
    return (ticks * US_PER_512_TICKS) >> 9;
}

void clock_wait_until(uint64_t until_us)
{
    const uint64_t now_us = hal_time_us();
    const uint32_t now = RTC_COUNTER;
    const uint64_t ahead_us = until_us > now_us ? until_us - now_us : 0;
    const uint32_t us = ahead_us < MOST_AHEAD_US ? (uint32_t)ahead_us : MOST_AHEAD_US;
    const uint32_t ticks =
        us / US_PER_512_TICKS * 512u + us % US_PER_512_TICKS * 512u / US_PER_512_TICKS;
    if (ticks < LEAST_AHEAD_TICKS) {
        return;
    }
    RTC_EVENTS_COMPARE_0 = 0;
    RTC_CC_0 = (now + ticks + 1u) & TICK_MASK;
    (void)RTC_EVENTS_COMPARE_0;
    cortex_clear_pending(RTC1_INTERRUPT);
    cortex_wait();
}
