/* Waiting for INT1 by select, poll or read, as gpiod does; all other waits are the real ones. */
#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sim_gpio_device.h"
#include "sim_next.h"

static const int64_t SECOND_NS = 1000000000;

int select(int files, fd_set *restrict reading, fd_set *restrict writing, fd_set *restrict failing,
           struct timeval *restrict timeout)
{
    for (int file = 0; reading != NULL && file < files; file++) {
        if (FD_ISSET(file, reading) && sim_gpio_device_is_line(file)) {
            const int64_t ns =
                timeout == NULL ? -1 : timeout->tv_sec * SECOND_NS + timeout->tv_usec * 1000;
            const int ready = sim_gpio_device_wait(sim_world(), ns);
            FD_ZERO(reading);
            if (ready > 0) {
                FD_SET(file, reading);
            }
            return ready;
        }
    }
    NEXT("select", int, int, fd_set *, fd_set *, fd_set *, struct timeval *)
    return next(files, reading, writing, failing, timeout);
}

/* Wait for the line if it is among the files, with poll's result in *ready. */
static bool polled(struct pollfd *files, nfds_t count, int64_t timeout_ns, int *ready)
{
    for (nfds_t i = 0; i < count; i++) {
        if (sim_gpio_device_is_line(files[i].fd)) {
            *ready = sim_gpio_device_wait(sim_world(), timeout_ns);
            for (nfds_t other = 0; other < count; other++) {
                files[other].revents = 0;
            }
            files[i].revents = *ready > 0 ? POLLIN : 0;
            return true;
        }
    }
    return false;
}

int poll(struct pollfd *files, nfds_t count, int timeout_ms)
{
    int ready = 0;
    if (polled(files, count, timeout_ms < 0 ? -1 : (int64_t)timeout_ms * 1000000, &ready)) {
        return ready;
    }
    NEXT("poll", int, struct pollfd *, nfds_t, int)
    return next(files, count, timeout_ms);
}

int ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    int ready = 0;
    const int64_t ns = timeout == NULL ? -1 : timeout->tv_sec * SECOND_NS + timeout->tv_nsec;
    if (polled(files, count, ns, &ready)) {
        return ready;
    }
    NEXT("ppoll", int, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *)
    return next(files, count, timeout, mask);
}

ssize_t read(int file, void *bytes, size_t count)
{
    return sim_gpio_device_is_line(file) ? sim_gpio_device_read(sim_world(), bytes, count)
                                         : syscall(SYS_read, file, bytes, count);
}

/* Resolve what libgpiod tells a GPIO chip from any other device by. */
char *realpath(const char *restrict path, char *restrict resolved)
{
    static const char subsystem[] = "/sys/dev/char/254:0/subsystem";
    if (sim_world() != NULL && path != NULL && strcmp(path, subsystem) == 0) {
        return resolved == NULL ? strdup("/sys/bus/gpio") : strcpy(resolved, "/sys/bus/gpio");
    }
    static char *(*real)(const char *, char *);
    if (real == NULL) { /* the newer one, which may allocate, is its default */
        *(void **)&real = dlvsym(RTLD_NEXT, "realpath", "GLIBC_2.3");
        if (real == NULL) {
            *(void **)&real = dlsym(RTLD_NEXT, "realpath");
        }
    }
    return real(path, resolved);
}
