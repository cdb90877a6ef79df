/* What the sensor measures without a recording: a sleeper's quiet night, or a body at rest. */
#include <math.h>

#include "host_inside.h"

#define TWO_PI    6.283185307179586
#define TURN_S    180.0 /* from one turn to the next */
#define TURNING_S 4.0
#define BREATH_S  4.2
#define BREATH_G  0.012
#define STEPS_DEG 30.0

/* Return the torso's angle after each turn: all twelve postures, not in their order. */
static double angle_of(uint64_t turn)
{
    return STEPS_DEG * (double)((3 + 5 * turn) % 12) * TWO_PI / 360;
}

void host_motion(void *context, uint64_t time_us, double g[3])
{
    (void)context;
    const double seconds = (double)time_us / 1e6;
    const uint64_t turn = (uint64_t)(seconds / TURN_S);
    const double since_s = seconds - (double)turn * TURN_S;
    double angle = angle_of(turn);
    if (turn > 0 && since_s < TURNING_S) {
        const double before = angle_of(turn - 1);
        angle = before + (angle - before) * since_s / TURNING_S;
    }
    g[0] = cos(angle);
    g[1] = BREATH_G * sin(TWO_PI * seconds / BREATH_S);
    g[2] = sin(angle);
}

void host_rest(void *context, uint64_t time_us, double g[3])
{
    const double *rest_g = context;
    (void)time_us;
    for (uint32_t axis = 0; axis < 3; axis++) {
        g[axis] = rest_g[axis];
    }
}
