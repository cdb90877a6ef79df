/* motor: the vibration motor's pin, through a transistor; hal_motor() drives it. */
#ifndef EDGEKIT_MOTOR_H
#define EDGEKIT_MOTOR_H

/* Drive the pin low, as soon as its block is out of reset. */
void motor_start(void);

#endif
