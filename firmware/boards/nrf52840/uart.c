/* UARTE0 and the crystal that it needs. */
#include "uart.h"

#include <stdbool.h>

#include "clock.h"
#include "edgekit_hal.h"
#include "nrf52840.h"
#include "wiring.h"

#define WAIT_US 2000u

static bool is_on;

void uart_start(void)
{
    GPIO_OUTSET(1) = 1u << TXD_PIN;
    GPIO_PIN_CNF(1, TXD_PIN) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
    UARTE_PSEL_TXD = TXD_PIN | PSEL_PORT_1;
    UARTE_PSEL_RXD = RXD_PIN | PSEL_PORT_1;
    UARTE_BAUDRATE = UARTE_BAUDRATE_115200;
    UARTE_INTENSET = UARTE_INT_RXDRDY | UARTE_INT_ENDTX;
    cortex_enable_interrupt(UARTE0_INTERRUPT);
}

void uart_on(void)
{
    if (!is_on) {
        clock_crystal_on();
        UARTE_ENABLE = UARTE_ENABLE_ON;
        is_on = true;
    }
}

void uart_off(void)
{
    if (is_on) {
        UARTE_EVENTS_TXSTOPPED = 0;
        UARTE_STOPTX = 1; /* after ENDTX alone the sender stays ready, and keeps the clock */
        uart_wait_for(&UARTE_EVENTS_TXSTOPPED);
        UARTE_ENABLE = 0;
        clock_crystal_off();
        is_on = false;
    }
}

void uart_wait_for(volatile uint32_t *event)
{
    const uint64_t until_us = hal_time_us() + WAIT_US;
    while (!*event && hal_time_us() < until_us) {
    }
    *event = 0;
}
