/* sim_gpio_device: /dev/gpiochip0 as the kernel offers it, with the chip's INT1 on one line. */
#ifndef SIM_GPIO_DEVICE_H
#define SIM_GPIO_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sim_world.h"

bool sim_gpio_device_is(const char *path);
int sim_gpio_device_open(void);     /* return a file descriptor */
bool sim_gpio_device_has(int file); /* the chip, or the requested line */
bool sim_gpio_device_is_line(int file);
void sim_gpio_device_close(int file);
/* As ioctl(2) and read(2): -1 and errno. */
int sim_gpio_device_ioctl(sim_world_t *world, int file, unsigned long request, void *argument);
ssize_t sim_gpio_device_read(sim_world_t *world, void *events, size_t bytes);
/* Wait for an edge, at most this long; negative: without end. 1, 0, or -1 and errno. */
int sim_gpio_device_wait(sim_world_t *world, int64_t timeout_ns);

/* Note an edge if INT1 has changed, at this time of the world. Under the chip's lock. */
void sim_gpio_device_update(const sim_world_t *world, int64_t ns);

#endif
