/* The file calls of a preloaded process: /dev/i2c-N and /dev/gpiochip0 are simulated, and the disk
 * may be full. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sim_gpio_device.h"
#include "sim_i2c_device.h"
#include "sim_next.h"
#include "sim_world.h"

static bool simulated(const char *path)
{
    return sim_world() != NULL && (sim_i2c_device_is(path) || sim_gpio_device_is(path));
}

static int open_path(int folder, const char *path, int flags, mode_t mode)
{
    if (!simulated(path)) {
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    }
    return sim_gpio_device_is(path) ? sim_gpio_device_open() : sim_i2c_device_open(sim_world());
}

static mode_t mode_of(int flags, va_list more)
{
    const bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return makes ? va_arg(more, mode_t) : 0;
}

#define OPEN(name, folder, parameters)                                                             \
    int name parameters                                                                            \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const mode_t mode = mode_of(flags, more);                                                  \
        va_end(more);                                                                              \
        return open_path(folder, path, flags, mode);                                               \
    }
OPEN(open, AT_FDCWD, (const char *path, int flags, ...))
OPEN(open64, AT_FDCWD, (const char *path, int flags, ...))
OPEN(openat, folder, (int folder, const char *path, int flags, ...))
OPEN(openat64, folder, (int folder, const char *path, int flags, ...))

/* Called by a program that was compiled with checks. */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open_path(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
    return open_path(AT_FDCWD, path, flags, 0);
}

int close(int file)
{
    if (sim_i2c_device_has(file)) {
        sim_i2c_device_close(file);
    }
    if (sim_gpio_device_has(file)) {
        sim_gpio_device_close(file);
    }
    return (int)syscall(SYS_close, file);
}

int ioctl(int file, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    if (sim_i2c_device_has(file)) {
        return sim_i2c_device_ioctl(sim_world(), file, request & 0xFFFFFFFFu, argument);
    }
    if (sim_gpio_device_has(file)) {
        return sim_gpio_device_ioctl(sim_world(), file, request & 0xFFFFFFFFu, argument);
    }
    return (int)syscall(SYS_ioctl, file, request, argument);
}

int access(const char *path, int wanted)
{
    if (simulated(path)) {
        errno = (wanted & X_OK) != 0 ? EACCES : errno;
        return (wanted & X_OK) != 0 ? -1 : 0;
    }
    return (int)syscall(SYS_faccessat, AT_FDCWD, path, wanted);
}

/* Call the next stat() with `arguments`, in which a device's `real` path is another; describe the
 * device, by the numbers of a Raspberry Pi. */
#define DESCRIBE(path, about, arguments)                                                           \
    const bool device = simulated(path);                                                           \
    const char *real = device ? "/dev/null" : path;                                                \
    const int result = next arguments;                                                             \
    if (device && result == 0) {                                                                   \
        about->st_mode = S_IFCHR | 0660;                                                           \
        about->st_rdev = sim_gpio_device_is(path) ? makedev(254, 0) : makedev(89, 1);              \
    }                                                                                              \
    return result;

#define STAT(name, type)                                                                           \
    int name(const char *restrict path, struct type *restrict about)                               \
    {                                                                                              \
        NEXT(#name, int, const char *, struct type *)                                              \
        DESCRIBE(path, about, (real, about))                                                       \
    }
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)

/* Called by a program that was linked before glibc 2.33. */
#define OLD_STAT(name, type)                                                                       \
    int name(int version, const char *path, struct type *about);                                   \
    int name(int version, const char *path, struct type *about)                                    \
    {                                                                                              \
        NEXT(#name, int, int, const char *, struct type *)                                         \
        DESCRIBE(path, about, (version, real, about))                                              \
    }
OLD_STAT(__xstat, stat)
OLD_STAT(__xstat64, stat64)
OLD_STAT(__lxstat, stat)
OLD_STAT(__lxstat64, stat64)

static bool disk_full(void)
{
    const sim_world_t *world = sim_world();
    return world != NULL && world->now_ns < world->disk_full_until_ns;
}

/* Whether a write to this file fails because the disk is full: a night, or its log. */
static bool no_room(int file)
{
    if (!disk_full()) {
        return false;
    }
    char link[32];
    char path[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t bytes = readlink(link, path, sizeof path - 1);
    path[bytes > 0 ? bytes : 0] = '\0';
    if (strstr(path, ".night") == NULL) {
        return false;
    }
    errno = ENOSPC;
    return true;
}

ssize_t write(int file, const void *bytes, size_t count)
{
    return no_room(file) ? -1 : syscall(SYS_write, file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    return no_room(file) ? -1 : syscall(SYS_pwrite64, file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    return no_room(file) ? -1 : syscall(SYS_pwrite64, file, bytes, count, at);
}

int ftruncate(int file, off_t length)
{
    return no_room(file) ? -1 : (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate64(int file, off64_t length)
{
    return no_room(file) ? -1 : (int)syscall(SYS_ftruncate, file, length);
}

int fallocate(int file, int mode, off_t from, off_t length)
{
    return no_room(file) ? -1 : (int)syscall(SYS_fallocate, file, mode, from, length);
}

int posix_fallocate(int file, off_t from, off_t length)
{
    if (no_room(file)) {
        return ENOSPC;
    }
    NEXT("posix_fallocate", int, int, off_t, off_t)
    return next(file, from, length);
}

#define STATVFS(name, type, of)                                                                    \
    int name(of, struct type *restrict about)                                                      \
    {                                                                                              \
        NEXT(#name, int, of, struct type *)                                                        \
        const int result = next(which, about);                                                     \
        if (result == 0 && disk_full()) {                                                          \
            about->f_bfree = about->f_bavail = 0;                                                  \
        }                                                                                          \
        return result;                                                                             \
    }
STATVFS(statvfs, statvfs, const char *restrict which)
STATVFS(statvfs64, statvfs64, const char *restrict which)
STATVFS(fstatvfs, statvfs, int which)
STATVFS(fstatvfs64, statvfs64, int which)
