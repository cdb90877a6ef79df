/* Received bytes go round a buffer that the UARTE starts again by itself. How many there are, the
 * UARTE does not tell before the buffer is full: TIMER1 counts them, a PPI channel leads its event
 * there. What a host sends beyond the buffer before it is read is lost, and a frame's checksum sees
 * it. */
#include "serial.h"

#include "../cortex-m/byte_ring.h"
#include "clock.h"
#include "edgekit_hal.h"
#include "nrf52840.h"

#define TXD_PIN       11u /* D6, P1.11 */
#define RXD_PIN       12u /* D7, P1.12 */
#define PORT_1        (1u << 5)
#define RECEIVE_BYTES 256u
#define COUNTER       1u
#define WRITE_US      20000u

static byte_ring_t outgoing;
static uint32_t in_flight; /* of outgoing, with the DMA */
static volatile uint8_t received[RECEIVE_BYTES];
static uint32_t read_count;

static uint32_t received_count(void)
{
    TIMER_CAPTURE_0(COUNTER) = 1;
    return TIMER_CC_0(COUNTER);
}

void serial_start(void)
{
    GPIO_OUTSET(1) = 1u << TXD_PIN;
    GPIO_PIN_CNF(1, TXD_PIN) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
    GPIO_PIN_CNF(1, RXD_PIN) = GPIO_PIN_CNF_PULL_UP;
    TIMER_SHUTDOWN(COUNTER) = 1; /* to zero, whoever had it before */
    TIMER_MODE(COUNTER) = TIMER_MODE_COUNTER;
    TIMER_BITMODE(COUNTER) = TIMER_BITMODE_32;
    TIMER_START(COUNTER) = 1;
    PPI_CH_0_EEP = (uint32_t)(uintptr_t)&UARTE_EVENTS_RXDRDY;
    PPI_CH_0_TEP = (uint32_t)(uintptr_t)&TIMER_COUNT(COUNTER);
    PPI_CHENSET = 1;
    UARTE_PSEL_TXD = TXD_PIN | PORT_1;
    UARTE_PSEL_RXD = RXD_PIN | PORT_1;
    UARTE_BAUDRATE = UARTE_BAUDRATE_115200;
    UARTE_ENABLE = UARTE_ENABLE_ON;
    UARTE_RXD_PTR = (uint32_t)(uintptr_t)received;
    UARTE_RXD_MAXCNT = RECEIVE_BYTES;
    UARTE_SHORTS = UARTE_SHORT_ENDRX_TO_RX;
    UARTE_INTENSET = UARTE_INT_RXDRDY | UARTE_INT_ENDTX;
    UARTE_STARTRX = 1;
    cortex_let_through(UARTE0_INTERRUPT);
}

void serial_go_on(void)
{
    UARTE_EVENTS_RXDRDY = 0; /* it has woken us; the count is what tells */
    if (in_flight > 0 && UARTE_EVENTS_ENDTX) {
        UARTE_EVENTS_ENDTX = 0;
        outgoing.taken += in_flight;
        in_flight = 0;
    }
    (void)UARTE_EVENTS_RXDRDY;
    cortex_clear_pending(UARTE0_INTERRUPT);
    const uint8_t *piece;
    const uint32_t bytes = byte_ring_piece(&outgoing, &piece);
    if (in_flight == 0 && bytes > 0) {
        in_flight = bytes;
        UARTE_EVENTS_ENDTX = 0;
        UARTE_TXD_PTR = (uint32_t)(uintptr_t)piece;
        UARTE_TXD_MAXCNT = bytes;
        cortex_barrier();
        UARTE_STARTTX = 1;
    }
}

bool serial_waits(void)
{
    return received_count() != read_count;
}

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    const uint64_t until_us = hal_time_us() + WRITE_US;
    serial_go_on();
    bool put = byte_ring_put(&outgoing, data, bytes);
    while (!put && bytes <= BYTE_RING_BYTES && hal_time_us() < until_us) {
        clock_wait_until(until_us);
        serial_go_on();
        put = byte_ring_put(&outgoing, data, bytes);
    }
    serial_go_on();
    return put;
}

uint32_t hal_serial_read(uint8_t *data, uint32_t capacity)
{
    const uint32_t there = received_count();
    if (there - read_count > RECEIVE_BYTES) {
        read_count = there - RECEIVE_BYTES;
    }
    uint32_t count = 0;
    while (count < capacity && read_count != there) {
        data[count++] = received[read_count++ % RECEIVE_BYTES];
    }
    return count;
}
