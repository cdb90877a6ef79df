/* The FIFO holds 32 received bytes, 2.8 ms: a command, not a file. Bytes that arrive while the core
 * is busy for longer are lost, which the frame's checksum detects. */
#include "../cortex-m/blocks.h"

#include "../cortex-m/uart_out.h"
#include "rp2.h"

#define TX_PIN 0u
#define RX_PIN 1u
#define IBRD   6u  /* 12 MHz / 16 / 115200 = 6.51 */
#define FBRD   33u /* of 64: 115108 baud, 0.08 % slow */

void uart_line_start(void)
{
    PADS_PIN(TX_PIN) = PADS_INPUT | PADS_SCHMITT | PADS_DRIVE_4_MA;
    PADS_PIN(RX_PIN) = PADS_INPUT | PADS_SCHMITT | PADS_PULL_UP;
    IO_CTRL(TX_PIN) = IO_CTRL_UART;
    IO_CTRL(RX_PIN) = IO_CTRL_UART;
    UART_IBRD = IBRD;
    UART_FBRD = FBRD;
    UART_LCR_H = UART_LCR_H_8N1;
    UART_CR = UART_CR_ON;
    UART_IMSC = UART_INT_RX | UART_INT_RX_IDLE | UART_INT_TX;
    cortex_enable_interrupt(UART0_INTERRUPT);
}

void uart_line_continue(void)
{
    UART_ICR = UART_INT_TX;
    const uint8_t *piece;
    for (uint32_t bytes = byte_ring_piece(&uart_out, &piece);
         bytes > 0 && !(UART_FR & UART_FR_TX_FULL); bytes = byte_ring_piece(&uart_out, &piece)) {
        UART_DR = *piece;
        uart_out.sent++;
    }
    cortex_clear_pending(UART0_INTERRUPT);
}

bool uart_line_has_input(void)
{
    return !(UART_FR & UART_FR_RX_EMPTY);
}

uint32_t uart_line_read(uint8_t *data, uint32_t capacity)
{
    uint32_t count = 0;
    while (count < capacity && uart_line_has_input()) {
        data[count++] = (uint8_t)UART_DR;
    }
    return count;
}
