/* motor: the vibration motor's pin, through a transistor; hal_motor() drives it. */
#ifndef EDGEKIT_MOTOR_H
#define EDGEKIT_MOTOR_H

/* Drive the pin low, first of all at start. */
void motor_start(void);

#endif
