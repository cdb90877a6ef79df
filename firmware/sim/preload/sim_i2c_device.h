/* sim_i2c_device: /dev/i2c-N as the kernel offers it, with the world's chip on its bus. */
#ifndef SIM_I2C_DEVICE_H
#define SIM_I2C_DEVICE_H

#include <stdbool.h>

#include "sim_world.h"

bool sim_i2c_device_is(const char *path);
int sim_i2c_device_open(sim_world_t *world); /* return a file descriptor */
bool sim_i2c_device_has(int file);
void sim_i2c_device_close(int file);
/* As ioctl(2): -1 and errno, or what the request returns. */
int sim_i2c_device_ioctl(sim_world_t *world, int file, unsigned long request, void *argument);

#endif
