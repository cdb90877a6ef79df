/* Received bytes go round a buffer that the UARTE starts again by itself. The UARTE does not say
 * how many there are before the buffer is full, so TIMER1 counts its events, by a PPI channel.
 * Bytes beyond the buffer are lost, which the frame's checksum detects. */
#include "receiver.h"

#include "edgekit_hal.h"
#include "nrf52840.h"
#include "uart.h"
#include "wiring.h"

#define RXD           (1u << RXD_PIN)
#define RECEIVE_BYTES 256u
#define COUNTER       1u
#define QUIET_US      10000000u

static volatile uint8_t received[RECEIVE_BYTES];
static uint32_t read_count, seen_count;
static uint64_t heard_us;
static bool is_listening;

static uint32_t received_count(void)
{
    TIMER_CAPTURE_0(COUNTER) = 1;
    return TIMER_CC_0(COUNTER);
}

static void start_listening(void)
{
    GPIO_PIN_CNF(1, RXD_PIN) = GPIO_PIN_CNF_PULL_UP;
    uart_on();
    TIMER_SHUTDOWN(COUNTER) = 1; /* to zero, whatever used it before */
    TIMER_START(COUNTER) = 1;
    UARTE_EVENTS_RXDRDY = 0;
    UARTE_RXD_PTR = (uint32_t)(uintptr_t)received;
    UARTE_RXD_MAXCNT = RECEIVE_BYTES;
    UARTE_SHORTS = UARTE_SHORT_ENDRX_TO_RX;
    UARTE_STARTRX = 1;
    read_count = seen_count = 0;
    heard_us = hal_time_us();
    is_listening = true;
}

/* Wake when the line changes. A line that is low now belongs to an adapter without power, which a
 * pull-up would feed: then it is pulled down, and a high level wakes. */
static void wake_at_a_change(void)
{
    const bool is_high = (GPIO_IN(1) & RXD) != 0;
    const uint32_t pull = is_high ? GPIO_PIN_CNF_PULL_UP : GPIO_PIN_CNF_PULL_DOWN;
    GPIO_PIN_CNF(1, RXD_PIN) = pull; /* anomaly 210: connected first, sensed then */
    GPIO_PIN_CNF(1, RXD_PIN) = pull | (is_high ? GPIO_PIN_CNF_SENSE_LOW : GPIO_PIN_CNF_SENSE_HIGH);
    GPIO_LATCH(1) = RXD;
}

static void stop_listening(void)
{
    UARTE_SHORTS = 0; /* otherwise the ENDRX that STOPRX makes would start it again */
    UARTE_EVENTS_RXTO = 0;
    UARTE_STOPRX = 1;
    uart_wait_for(&UARTE_EVENTS_RXTO);
    UARTE_EVENTS_ENDRX = 0;
    UARTE_FLUSHRX = 1; /* otherwise a byte of now would be read after the next wake-up */
    uart_wait_for(&UARTE_EVENTS_ENDRX);
    UARTE_EVENTS_RXDRDY = 0;
    TIMER_SHUTDOWN(COUNTER) = 1;
    is_listening = false;
    wake_at_a_change();
}

void receiver_start(void)
{
    TIMER_MODE(COUNTER) = TIMER_MODE_COUNTER;
    TIMER_BITMODE(COUNTER) = TIMER_BITMODE_32;
    PPI_CH_0_EEP = (uint32_t)(uintptr_t)&UARTE_EVENTS_RXDRDY;
    PPI_CH_0_TEP = (uint32_t)(uintptr_t)&TIMER_COUNT(COUNTER);
    PPI_CHENSET = 1;
    start_listening();
}

void receiver_continue(void)
{
    if (!is_listening) {
        if (GPIO_LATCH(1) & RXD) {
            start_listening();
        }
        return;
    }
    const uint32_t count = received_count();
    const uint64_t now_us = hal_time_us();
    if (count != seen_count || count != read_count || hal_usb_power()) {
        seen_count = count;
        heard_us = now_us;
    } else if (now_us - heard_us >= QUIET_US) {
        stop_listening();
    }
}

bool receiver_is_listening(void)
{
    return is_listening;
}

bool receiver_has_input(void)
{
    return is_listening ? received_count() != read_count : (GPIO_LATCH(1) & RXD) != 0;
}

uint32_t receiver_read(uint8_t *data, uint32_t capacity)
{
    if (!is_listening) {
        return 0;
    }
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
