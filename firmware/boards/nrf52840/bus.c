/* The TWIM is enabled for a transfer only: between transfers the pins belong to the GPIO, which can
 * read them and make the nine clocks that free a bus. */
#include "../cortex-m/blocks.h"

#include "edgekit_hal.h"
#include "nrf52840.h"
#include "wiring.h"

#include <string.h>
#define SDA           (1u << SDA_PIN)
#define SCL           (1u << SCL_PIN)
#define PIN_RELEASED  (GPIO_PIN_CNF_PULL_UP | GPIO_PIN_CNF_OPEN_DRAIN)
#define TRANSFER_US   15000u
#define STOP_US       2000u
#define HALF_CLOCK_US 5u
#define OUT_MOST      64u
#define US_READS 8u /* of a register, at least, in a microsecond: 64 MHz, 4 or more cycles each */
#define RECOVERY_CLOCKS 9u

static uint8_t outgoing[OUT_MOST]; /* EasyDMA reads no flash */

static void short_delay(uint32_t us)
{
    for (uint32_t read = 0; read < us * US_READS * 2u; read++) {
        (void)GPIO_IN(0);
    }
}

static bool lines_high(uint32_t lines)
{
    return (GPIO_IN(0) & lines) == lines;
}

/* Wait until the TWIM has made its STOP; false at until_us. After an error the shortcuts make none,
 * so it is requested here. */
static bool stopped(uint64_t until_us)
{
    while (!TWIM_EVENTS_STOPPED) {
        if (TWIM_EVENTS_ERROR) {
            TWIM_EVENTS_ERROR = 0;
            (void)TWIM_EVENTS_ERROR;
            TWIM_STOP = 1;
        }
        if (hal_time_us() >= until_us) {
            return false;
        }
        cortex_clear_pending(TWIM0_INTERRUPT);
        clock_wait_until(until_us);
    }
    return true;
}

void bus_start(void)
{
    GPIO_OUTSET(0) = SDA | SCL;
    GPIO_PIN_CNF(0, SDA_PIN) = PIN_RELEASED;
    GPIO_PIN_CNF(0, SCL_PIN) = PIN_RELEASED;
    TWIM_PSEL_SDA = SDA_PIN;
    TWIM_PSEL_SCL = SCL_PIN;
    TWIM_FREQUENCY = TWIM_FREQUENCY_390_KHZ;
    TWIM_INTENSET = TWIM_INT_STOPPED | TWIM_INT_ERROR;
    cortex_enable_interrupt(TWIM0_INTERRUPT);
}

edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes)
{
    if (out_bytes > OUT_MOST) {
        return EDGEKIT_FULL;
    }
    if (!lines_high(SDA | SCL)) {
        return EDGEKIT_BUS_STUCK;
    }
    if (out_bytes > 0) {
        memcpy(outgoing, out, out_bytes);
    }
    TWIM_ENABLE = TWIM_ENABLE_ON;
    TWIM_ADDRESS = address;
    TWIM_TXD_PTR = (uint32_t)(uintptr_t)outgoing;
    TWIM_TXD_MAXCNT = out_bytes;
    TWIM_RXD_PTR = (uint32_t)(uintptr_t)in;
    TWIM_RXD_MAXCNT = in_bytes;
    TWIM_ERRORSRC = TWIM_ERRORSRC_ALL;
    TWIM_EVENTS_STOPPED = 0;
    TWIM_EVENTS_ERROR = 0;
    TWIM_SHORTS =
        in_bytes == 0 ? TWIM_SHORT_LASTTX_STOP : TWIM_SHORT_LASTTX_TO_RX | TWIM_SHORT_LASTRX_STOP;
    cortex_barrier(); /* what the DMA reads is in memory */
    if (out_bytes > 0) {
        TWIM_STARTTX = 1;
    } else {
        TWIM_STARTRX = 1;
    }
    bool ended = stopped(hal_time_us() + TRANSFER_US);
    edgekit_error_t error = ended ? EDGEKIT_OK : EDGEKIT_TIMEOUT;
    if (!ended) {
        TWIM_STOP = 1;
        (void)stopped(hal_time_us() + STOP_US);
    } else if (TWIM_ERRORSRC & TWIM_ERRORSRC_NACKS) {
        error = EDGEKIT_NACK;
    } else if (in_bytes > 0 && TWIM_RXD_AMOUNT != in_bytes) {
        error = EDGEKIT_TIMEOUT;
    }
    TWIM_ENABLE = 0;
    TWIM_EVENTS_STOPPED = 0; /* otherwise they would wake the core from every later sleep */
    TWIM_EVENTS_ERROR = 0;
    (void)TWIM_EVENTS_ERROR;
    cortex_clear_pending(TWIM0_INTERRUPT);
    __asm__ volatile("" ::: "memory"); /* the DMA wrote `in` */
    return error;
}

edgekit_error_t hal_bus_recover(void)
{
    TWIM_ENABLE = 0;
    GPIO_OUTSET(0) = SDA | SCL;
    GPIO_PIN_CNF(0, SCL_PIN) = PIN_RELEASED | GPIO_PIN_CNF_OUTPUT;
    for (uint32_t clock = 0; clock < RECOVERY_CLOCKS && !lines_high(SDA); clock++) {
        GPIO_OUTCLR(0) = SCL;
        short_delay(HALF_CLOCK_US);
        GPIO_OUTSET(0) = SCL;
        short_delay(HALF_CLOCK_US);
    }
    /* STOP: SDA rises while SCL is high. */
    GPIO_OUTCLR(0) = SCL;
    short_delay(HALF_CLOCK_US);
    GPIO_OUTCLR(0) = SDA;
    GPIO_PIN_CNF(0, SDA_PIN) = PIN_RELEASED | GPIO_PIN_CNF_OUTPUT;
    short_delay(HALF_CLOCK_US);
    GPIO_OUTSET(0) = SCL;
    short_delay(HALF_CLOCK_US);
    GPIO_OUTSET(0) = SDA;
    short_delay(HALF_CLOCK_US);
    bus_start();
    return lines_high(SDA | SCL) ? EDGEKIT_OK : EDGEKIT_BUS_STUCK;
}
