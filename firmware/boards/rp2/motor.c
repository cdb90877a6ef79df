/* The motor by PWM slice 3, output B, which runs on in sleep: 100 periods a second, as on a
 * Raspberry Pi. */
#include "motor.h"

#include "clock.h"
#include "edgekit_hal.h"
#include "rp2.h"

#define MOTOR_PIN    7u
#define SLICE        (MOTOR_PIN / 2u) /* and output B, because the pin is odd (4.5.2) */
#define PERIOD_TICKS 10000u           /* of 1 MHz: 10 ms */
#define STRENGTHS    255u

void motor_start(void)
{
    SIO_GPIO_OUT_CLR = 1u << MOTOR_PIN;
    SIO_GPIO_OE_SET = 1u << MOTOR_PIN;
    IO_CTRL(MOTOR_PIN) = IO_CTRL_SIO;
    PADS_PIN(MOTOR_PIN) = PADS_DRIVE_4_MA | PADS_PULL_DOWN;
}

void hal_motor(uint8_t strength)
{
    if (strength == 0) {
        IO_CTRL(MOTOR_PIN) = IO_CTRL_SIO; /* low at once, wherever the slice is in its period */
        PWM_CSR(SLICE) = 0;
        return;
    }
    PWM_DIV(SLICE) = CLOCK_SYS_MHZ << PWM_DIV_INT_SHIFT;
    PWM_TOP(SLICE) = PERIOD_TICKS - 1;
    PWM_CC(SLICE) = strength * PERIOD_TICKS / STRENGTHS << PWM_CC_B_SHIFT;
    PWM_CTR(SLICE) = 0;
    PWM_CSR(SLICE) = PWM_CSR_ENABLE;
    IO_CTRL(MOTOR_PIN) = IO_CTRL_PWM;
}
