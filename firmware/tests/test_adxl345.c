/* A long random night under ASan and UBSan: whatever fault strikes at whatever transfer, samples
 * arrive in order, unaltered and once; where some are missing, a gap was reported; and when the
 * faults stop, they flow again. Exit code 0: all of it holds. Usage: test_adxl345 [seed] [rounds]
 */
#include <stdio.h>
#include <stdlib.h>

#include "adxl345_rig.h"

enum { SAMPLES = 60000, CAPACITY = 40, DRAINS = 60, STRUCK = 40 };

static int16_t recording[SAMPLES * 3];
static int16_t *drained; /* of exactly CAPACITY samples, so that ASan sees one too many */
static uint64_t state;

static uint32_t below(uint32_t bound)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % bound;
}

static int fail(const char *what, uint32_t round)
{
    fprintf(stderr, "round %u: %s\n", round, what);
    return 1;
}

static uint32_t amount(uint32_t fault)
{
    switch (fault) {
    case RIG_BROWN_OUT:
        return below(2) == 0 ? 0 : below(300000);
    case RIG_FREEZE:
        return below(120);
    case RIG_PAUSE:
        return below(3000000);
    case RIG_ONES:
        return below(11);
    default:
        return 1 + below(30);
    }
}

/* True when one of them freezes the chip. */
static bool plan_faults(void)
{
    bool freezes = false;
    const uint32_t faults = below(16);
    for (uint32_t i = 0; i < faults; i++) {
        const uint32_t fault = below(RIG_FAULTS);
        freezes = freezes || fault == RIG_FREEZE;
        rig_plan(below(400), fault, amount(fault));
    }
    return freezes;
}

/* The samples of one drain against the recording; `next` is the first that may come. */
static int check_drain(uint32_t round, uint32_t count, bool gap, uint32_t *next, bool freezes)
{
    for (uint32_t i = 0; i < count; i++) {
        const int16_t *sample = drained + 3 * i;
        const uint32_t index = (uint32_t)(uint16_t)sample[0] | (uint32_t)sample[1] << 16;
        if (index >= SAMPLES || sample[2] != recording[3 * index + 2]) {
            return fail("a sample was altered", round);
        }
        if (freezes && index + 1 == *next) {
            continue; /* what a frozen chip repeats is what it measured */
        }
        if (index < *next) {
            return fail("a sample came twice or out of order", round);
        }
        if (index > *next && !(gap && i == 0)) {
            return fail("samples are missing and no gap was reported", round);
        }
        *next = index + 1;
    }
    return 0;
}

static int night(uint32_t round)
{
    rig_init(round, below(8));
    sim_adxl345_set_counts(rig_chip(), recording, SAMPLES);
    const bool freezes = plan_faults();
    const uint8_t watermark = (uint8_t)(1 + below(31));
    const uint16_t rate_hz = below(2) == 0 ? 50 : 100;
    bool gap = rig_start(0x53, watermark, false, rate_hz) != EDGEKIT_OK;
    uint32_t next = 0;
    uint32_t late = 0;
    for (uint32_t i = 0; i < DRAINS; i++) {
        (void)rig_sleep_us(500000);
        uint32_t count = 0;
        const uint32_t capacity = 1 + below(CAPACITY);
        gap = rig_drain(drained, capacity, &count) != EDGEKIT_OK || gap;
        if (count > capacity || check_drain(round, count, gap, &next, freezes) != 0) {
            return count > capacity ? fail("more samples than asked for", round) : 1;
        }
        gap = gap && count == 0;
        if (below(16) == 0) {
            gap = rig_check() != EDGEKIT_OK || gap;
        }
        if (i == STRUCK) {
            rig_clear_faults();
        }
        late += i > STRUCK + 5 ? count : 0;
    }
    return late == 0 ? fail("no samples came after the faults", round) : 0;
}

int main(int argc, char **argv)
{
    state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    const uint32_t rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 300;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        recording[3 * i] = (int16_t)(uint16_t)i;
        recording[3 * i + 1] = (int16_t)(i >> 16);
        recording[3 * i + 2] = (int16_t)(i * 40503u >> 4);
    }
    drained = malloc(CAPACITY * 3 * sizeof drained[0]);
    int failed = drained == NULL;
    for (uint32_t round = 0; round < rounds && failed == 0; round++) {
        failed = night(round);
    }
    free(drained);
    return failed;
}
