/* The I2C block, polled; a stuck bus is freed by the GPIO. (RP2040 data sheet, 4.3) */
#include "../cortex-m/blocks.h"

#include "clock.h"
#include "edgekit_hal.h"
#include "rp2.h"

#define SDA_PIN         4u
#define SCL_PIN         5u
#define SDA             (1u << SDA_PIN)
#define SCL             (1u << SCL_PIN)
#define PAD             (PADS_INPUT | PADS_PULL_UP | PADS_SCHMITT | PADS_DRIVE_4_MA)
#define SCL_LOW_CYCLES  (CLOCK_SYS_MHZ * 3u / 2u)  /* 1.5 us, I2C wants 1.3 */
#define SCL_HIGH_CYCLES CLOCK_SYS_MHZ              /* 1 us, I2C wants 0.6 */
#define SPIKE_CYCLES    (CLOCK_SYS_MHZ / 20u)      /* 50 ns */
#define SDA_HOLD_CYCLES (CLOCK_SYS_MHZ * 3u / 10u) /* 0.3 us */
#define TRANSFER_US     15000u
#define HALF_CLOCK_US   5u
#define RECOVERY_CLOCKS 9u

static bool lines_high(uint32_t lines)
{
    return (SIO_GPIO_IN & lines) == lines;
}

static void delay_us(uint32_t us)
{
    const uint64_t until_us = hal_time_us() + us + 1u;
    while (hal_time_us() < until_us) {
    }
}

/* Pull lines low by making them outputs; no line is ever driven high. */
static void pull(uint32_t lines)
{
    SIO_GPIO_OE_SET = lines;
    delay_us(HALF_CLOCK_US);
}

static void release(uint32_t lines)
{
    SIO_GPIO_OE_CLR = lines;
    delay_us(HALF_CLOCK_US);
}

void bus_start(void)
{
    PADS_PIN(SDA_PIN) = PAD;
    PADS_PIN(SCL_PIN) = PAD;
    IO_CTRL(SDA_PIN) = IO_CTRL_I2C;
    IO_CTRL(SCL_PIN) = IO_CTRL_I2C;
    I2C_ENABLE = 0;
    I2C_CON = I2C_CON_MASTER_400;
    I2C_FS_SCL_LCNT = SCL_LOW_CYCLES;
    I2C_FS_SCL_HCNT = SCL_HIGH_CYCLES;
    I2C_FS_SPKLEN = SPIKE_CYCLES;
    I2C_SDA_HOLD = SDA_HOLD_CYCLES;
}

/* Return the command for byte `at`: bytes to write, then bytes to read, the last with the STOP. */
static uint32_t command(const uint8_t *out, uint32_t out_bytes, uint32_t at, uint32_t total)
{
    uint32_t word = at < out_bytes ? out[at] : I2C_CMD_READ;
    if (at == out_bytes && at > 0) {
        word |= I2C_CMD_RESTART;
    }
    return at + 1u == total ? word | I2C_CMD_STOP : word;
}

edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes)
{
    if (!lines_high(SDA | SCL)) {
        return EDGEKIT_BUS_STUCK;
    }
    I2C_ENABLE = 0;
    I2C_TAR = address;
    I2C_ENABLE = 1;
    (void)I2C_CLR_INTR;
    const uint32_t total = out_bytes + in_bytes;
    const uint64_t until_us = hal_time_us() + TRANSFER_US;
    edgekit_error_t error = EDGEKIT_OK;
    uint32_t sent = 0;
    uint32_t got = 0;
    for (bool stopped = false; !stopped;) {
        const uint32_t status = I2C_STATUS;
        const uint32_t raw = I2C_RAW_INTR_STAT;
        stopped = (raw & I2C_INTR_STOP_DET) != 0;
        if (raw & I2C_INTR_TX_ABRT) {
            error = I2C_TX_ABRT_SOURCE & I2C_ABRT_NACKS ? EDGEKIT_NACK : EDGEKIT_TIMEOUT;
            (void)I2C_CLR_TX_ABRT;
        } else if (error == EDGEKIT_OK && sent < total && (status & I2C_STATUS_TX_ROOM) &&
                   (sent < out_bytes || sent - out_bytes - got < I2C_FIFO_BYTES)) {
            I2C_DATA_CMD = command(out, out_bytes, sent, total);
            sent++;
        }
        if (got < in_bytes && (I2C_STATUS & I2C_STATUS_RX_WAITS)) {
            in[got++] = (uint8_t)I2C_DATA_CMD;
        }
        if (!stopped && hal_time_us() >= until_us) {
            error = EDGEKIT_TIMEOUT;
            break;
        }
    }
    while (error == EDGEKIT_OK && got < in_bytes && (I2C_STATUS & I2C_STATUS_RX_WAITS)) {
        in[got++] = (uint8_t)I2C_DATA_CMD;
    }
    if (error == EDGEKIT_OK && got < in_bytes) {
        error = EDGEKIT_TIMEOUT;
    }
    I2C_ENABLE = 0; /* also empties both FIFOs */
    return error;
}

edgekit_error_t hal_bus_recover(void)
{
    clock_reset(RESETS_I2C0);    /* a block that waits for the bus cannot be disabled */
    SIO_GPIO_OE_CLR = SDA | SCL; /* outputs are 0 from reset on */
    IO_CTRL(SDA_PIN) = IO_CTRL_SIO;
    IO_CTRL(SCL_PIN) = IO_CTRL_SIO;
    for (uint32_t clock = 0; clock < RECOVERY_CLOCKS && !lines_high(SDA); clock++) {
        pull(SCL);
        release(SCL);
    }
    /* STOP: SDA rises while SCL is high. */
    pull(SCL);
    pull(SDA);
    release(SCL);
    release(SDA);
    const bool free = lines_high(SDA | SCL);
    bus_start();
    return free ? EDGEKIT_OK : EDGEKIT_BUS_STUCK;
}
