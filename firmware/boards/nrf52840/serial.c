/* The UART to a host: bytes of uart_out go to the DMA piece by piece. */
#include "../cortex-m/blocks.h"

#include "../cortex-m/uart_out.h"
#include "nrf52840.h"
#include "receiver.h"
#include "uart.h"

static uint32_t in_flight; /* of uart_out, with the DMA */

void uart_line_start(void)
{
    uart_start();
    receiver_start();
}

static void send(const uint8_t *piece, uint32_t waiting)
{
    const uint32_t bytes = waiting < BYTE_RING_PIECE_BYTES ? waiting : BYTE_RING_PIECE_BYTES;
    uart_on();
    in_flight = bytes;
    UARTE_EVENTS_ENDTX = 0;
    UARTE_TXD_PTR = (uint32_t)(uintptr_t)piece;
    UARTE_TXD_MAXCNT = bytes;
    cortex_barrier();
    UARTE_STARTTX = 1;
}

void uart_line_continue(void)
{
    UARTE_EVENTS_RXDRDY = 0; /* it has woken the core; TIMER1 has the count */
    if (in_flight > 0 && UARTE_EVENTS_ENDTX) {
        UARTE_EVENTS_ENDTX = 0;
        uart_out.sent += in_flight;
        in_flight = 0;
    }
    (void)UARTE_EVENTS_RXDRDY;
    cortex_clear_pending(UARTE0_INTERRUPT);
    receiver_continue();
    const uint8_t *piece;
    const uint32_t bytes = byte_ring_piece(&uart_out, &piece);
    if (in_flight == 0 && bytes > 0) {
        send(piece, bytes);
    }
    if (in_flight == 0 && !receiver_is_listening()) {
        uart_off();
    }
}

bool uart_line_has_input(void)
{
    return receiver_has_input();
}

uint32_t uart_line_read(uint8_t *data, uint32_t capacity)
{
    return receiver_read(data, capacity);
}
