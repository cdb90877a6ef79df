/* timed_loop: run a net on windows and time each run by the monotonic clock.
 *
 * The call through a pointer costs a nanosecond or two; it keeps the loop out of the net's file.
 */
#define _POSIX_C_SOURCE 199309L
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef void net_run(const int16_t *window, int8_t *posture, int8_t *placement);

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void edgekit_timed(net_run *run, const int16_t *windows, int8_t *posture, int8_t *placement,
                   int64_t *ns, size_t count, size_t step);

void edgekit_timed(net_run *run, const int16_t *windows, int8_t *posture, int8_t *placement,
                   int64_t *ns, size_t count, size_t step)
{
    for (size_t at = 0; at < count; at++) {
        const int64_t began = now_ns();

        run(windows + at * step, posture, placement);
        ns[at] = now_ns() - began;
    }
}
