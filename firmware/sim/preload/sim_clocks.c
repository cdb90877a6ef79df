/* The clocks and sleeps of a preloaded process: time moves when it sleeps, or uses the bus. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "sim_next.h"
#include "sim_world.h"

/* What reading a clock costs, so that a loop that only waits for one ends. */
static const int64_t READING_NS = 1000;
static const int64_t SECOND_NS = 1000000000;

static int64_t to_ns(const struct timespec *time)
{
    return (int64_t)time->tv_sec * SECOND_NS + time->tv_nsec;
}

static struct timespec to_timespec(int64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / SECOND_NS), .tv_nsec = (long)(ns % SECOND_NS)};
}

/* Find the clock's time when the world began; false for a clock that stays real. */
static bool clock_offset_ns(const sim_world_t *world, clockid_t clock, int64_t *ns)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        *ns = world->utc_ns;
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
        *ns = SIM_WORLD_BOOTED_NS - world->suspended_ns;
        return true;
    case CLOCK_BOOTTIME:
        *ns = SIM_WORLD_BOOTED_NS;
        return true;
    default:
        return false;
    }
}

static int real_gettime(clockid_t clock, struct timespec *time)
{
    return (int)syscall(SYS_clock_gettime, clock, time);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    sim_world_t *world = sim_world();
    int64_t offset_ns;
    if (world == NULL || !clock_offset_ns(world, clock, &offset_ns)) {
        return real_gettime(clock, time);
    }
    (void)sim_world_go_to(world, world->now_ns + READING_NS);
    (void)clock_offset_ns(world, clock, &offset_ns); /* a step may just have come */
    *time = to_timespec(world->now_ns + offset_ns);
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    *time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return result;
}

time_t time(time_t *where)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (where != NULL) {
        *where = now.tv_sec;
    }
    return now.tv_sec;
}

/* Return the world's seconds in a real one; 0: no real sleep at all. */
static double speed(void)
{
    static _Atomic double known = -1.0;
    if (known < 0.0) {
        const char *text = getenv("EDGEKIT_SIM_SPEED");
        known = text == NULL ? 0.0 : strtod(text, NULL);
    }
    return known;
}

/* Sleep until `clock` shows `ns`: a suspension or a step on the way moves the end. 0, or EINTR. */
static int sleep_until(sim_world_t *world, clockid_t clock, int64_t ns)
{
    int64_t offset_ns = 0;
    while (clock_offset_ns(world, clock, &offset_ns) && world->now_ns + offset_ns < ns) {
        const int64_t until_ns = ns - offset_ns;
        if (speed() > 0.0) {
            struct timespec left =
                to_timespec((int64_t)((double)(until_ns - world->now_ns) / speed()));
            if (syscall(SYS_nanosleep, &left, NULL) != 0) {
                return EINTR;
            }
        }
        if (!sim_world_go_to(world, until_ns)) {
            return EINTR;
        }
    }
    return 0;
}

int sim_world_sleep(sim_world_t *world, int64_t ns)
{
    return sleep_until(world, CLOCK_BOOTTIME, ns + SIM_WORLD_BOOTED_NS);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
                    struct timespec *remaining)
{
    sim_world_t *world = sim_world();
    int64_t offset_ns;
    if (world == NULL || !clock_offset_ns(world, clock, &offset_ns)) {
        return syscall(SYS_clock_nanosleep, clock, flags, wanted, remaining) == 0 ? 0 : errno;
    }
    if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= SECOND_NS) {
        return EINVAL;
    }
    const bool absolute = (flags & TIMER_ABSTIME) != 0;
    /* A relative sleep is not moved by a step of the calendar. */
    const clockid_t base = absolute || clock == CLOCK_BOOTTIME ? clock : CLOCK_MONOTONIC;
    (void)clock_offset_ns(world, base, &offset_ns);
    const int64_t end_ns = to_ns(wanted) + (absolute ? 0 : world->now_ns + offset_ns);
    const int error = sleep_until(world, base, end_ns);
    if (error != 0 && !absolute && remaining != NULL) {
        (void)clock_offset_ns(world, base, &offset_ns);
        *remaining = to_timespec(end_ns - offset_ns - world->now_ns);
    }
    return error;
}

int nanosleep(const struct timespec *wanted, struct timespec *remaining)
{
    const int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, remaining);
    errno = error != 0 ? error : errno;
    return error == 0 ? 0 : -1;
}

int usleep(useconds_t us)
{
    const struct timespec wanted = to_timespec((int64_t)us * 1000);
    return nanosleep(&wanted, NULL);
}

unsigned sleep(unsigned seconds)
{
    const struct timespec wanted = {.tv_sec = (time_t)seconds};
    return nanosleep(&wanted, NULL) == 0 ? 0 : seconds;
}

/* Wait for another thread. The deadline is in the world's time, which that thread or a third may
 * advance; when none does for a while, this wait does. */
static int wait_for_post(sim_world_t *world, sem_t *semaphore, int64_t until_ns)
{
    enum { POLL_NS = 200000, PATIENCE = 50 };
    int64_t seen_ns = world->now_ns;
    int still = 0;
    while (sem_trywait(semaphore) != 0) {
        if (world->now_ns >= until_ns) {
            errno = ETIMEDOUT;
            return -1;
        }
        const struct timespec poll = {.tv_nsec = POLL_NS};
        (void)syscall(SYS_nanosleep, &poll, NULL);
        still = world->now_ns == seen_ns ? still + 1 : 0;
        seen_ns = world->now_ns;
        if (still >= PATIENCE) {
            if (speed() <= 0.0) {
                (void)sim_world_go_to(world, until_ns);
            } else {
                (void)sim_world_go_to(world, seen_ns + (int64_t)(POLL_NS * PATIENCE * speed()));
                still = 0;
            }
        }
    }
    return 0;
}

int sem_clockwait(sem_t *restrict semaphore, clockid_t clock,
                  const struct timespec *restrict deadline)
{
    sim_world_t *world = sim_world();
    int64_t offset_ns;
    if (world == NULL || !clock_offset_ns(world, clock, &offset_ns)) {
        NEXT("sem_clockwait", int, sem_t *, clockid_t, const struct timespec *)
        return next(semaphore, clock, deadline);
    }
    return wait_for_post(world, semaphore, to_ns(deadline) - offset_ns);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline)
{
    sim_world_t *world = sim_world();
    if (world == NULL) {
        NEXT("sem_timedwait", int, sem_t *, const struct timespec *)
        return next(semaphore, deadline);
    }
    return wait_for_post(world, semaphore, to_ns(deadline) - world->utc_ns);
}

/* Condition variables are internal to an interpreter (Python's lock, a thread pool): they wait in
 * real time, and do not advance the world. */
int pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           clockid_t clock, const struct timespec *restrict deadline)
{
    NEXT("pthread_cond_clockwait", int, pthread_cond_t *, pthread_mutex_t *, clockid_t,
         const struct timespec *)
    sim_world_t *world = sim_world();
    int64_t offset_ns;
    if (world == NULL || !clock_offset_ns(world, clock, &offset_ns)) {
        return next(condition, mutex, clock, deadline);
    }
    struct timespec now;
    (void)real_gettime(CLOCK_MONOTONIC, &now);
    const struct timespec end =
        to_timespec(to_ns(&now) + to_ns(deadline) - offset_ns - world->now_ns);
    return next(condition, mutex, CLOCK_MONOTONIC, &end);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    if (sim_world() == NULL) {
        NEXT("pthread_cond_timedwait", int, pthread_cond_t *, pthread_mutex_t *,
             const struct timespec *)
        return next(condition, mutex, deadline);
    }
    /* Its clock is not known here; but no machine is up for thirty years. */
    const bool calendar = deadline->tv_sec > 1000000000;
    return pthread_cond_clockwait(condition, mutex, calendar ? CLOCK_REALTIME : CLOCK_MONOTONIC,
                                  deadline);
}
