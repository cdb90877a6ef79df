/* The motor by PWM0, which runs on in sleep: 100 periods a second, as on a Raspberry Pi. */
#include "motor.h"

#include <stdbool.h>

#include "edgekit_hal.h"
#include "nrf52840.h"
#include "wiring.h"

#define PERIOD_TICKS 1250u   /* of 125 kHz: 10 ms */
#define HIGH_FIRST   0x8000u /* polarity: high from the period's start up to the compared value */
#define STOPPED_US   15000u  /* STOP is obeyed at the period's end */
#define STRENGTHS    255u

static bool is_on;
static uint16_t duty; /* EasyDMA reads it: in RAM, and kept while the motor runs */

void motor_start(void)
{
    GPIO_OUTCLR(0) = 1u << MOTOR_PIN;
    GPIO_PIN_CNF(0, MOTOR_PIN) = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
}

/* Stop PWM0 before it is disabled; its pin is GPIO's again then, which is low. */
static void stop(void)
{
    const uint64_t until_us = hal_time_us() + STOPPED_US;
    PWM_EVENTS_STOPPED = 0;
    PWM_STOP = 1;
    while (!PWM_EVENTS_STOPPED && hal_time_us() < until_us) {
    }
    PWM_ENABLE = 0;
    PWM_PSEL_OUT_0 = PSEL_DISCONNECTED;
    is_on = false;
}

void hal_motor(uint8_t strength)
{
    if (is_on) {
        stop();
    }
    if (strength == 0) {
        return;
    }
    duty = (uint16_t)(HIGH_FIRST | strength * PERIOD_TICKS / STRENGTHS);
    PWM_PSEL_OUT_0 = MOTOR_PIN;
    PWM_ENABLE = 1;
    PWM_MODE = PWM_MODE_UP;
    PWM_PRESCALER = PWM_PRESCALER_125_KHZ;
    PWM_COUNTERTOP = PERIOD_TICKS;
    PWM_DECODER = PWM_DECODER_COMMON;
    PWM_LOOP = 0;
    PWM_SEQ_0_PTR = (uint32_t)(uintptr_t)&duty;
    PWM_SEQ_0_CNT = 1;
    PWM_SEQ_0_REFRESH = 0;
    PWM_SEQ_0_ENDDELAY = 0;
    cortex_barrier();
    PWM_SEQSTART_0 = 1; /* after its one value it goes on with that, until STOP */
    is_on = true;
}
