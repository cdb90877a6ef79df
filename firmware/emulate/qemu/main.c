/* Each window of windows.bin through the model to answers.bin, and the first some times more for
 * the count: times.bin holds how often it ran and how many SysTicks that took.
 *
 * With -icount shift=0 an instruction takes a nanosecond of QEMU's time, and a tick some tens: the
 * more turns, the finer the count. */
#include "../../boards/cortex-m/cortex_m.h"
#include "model.h"
#include "semihosting.h"

#define SYST_CSR CORTEX_REGISTER(0xE000E010u)
#define SYST_RVR CORTEX_REGISTER(0xE000E014u)
#define SYST_CVR CORTEX_REGISTER(0xE000E018u)

#define SYST_CSR_OF_CORE_CLOCK 5u
#define SYST_MOST              0xFFFFFFu

#define TURNS_MOST 100u
#define TICKS_MOST 1000000u /* for all turns; some seconds */

#define FILE_NAME(name) (name), (uint32_t)sizeof(name) - 1u

_Noreturn void image_main(void);

typedef struct {
    int8_t posture[EDGEKIT_MODEL_POSTURES], placement[EDGEKIT_MODEL_PLACEMENTS];
} answer_t;

static edgekit_sample_t window[EDGEKIT_MODEL_WINDOW];
static answer_t answer;

static uint32_t ticks_of(uint32_t turns)
{
    SYST_CVR = 0;
    const uint32_t from = SYST_CVR;
    for (uint32_t turn = 0; turn < turns; turn++) {
        edgekit_model_run(window, answer.posture, answer.placement);
    }
    return (from - SYST_CVR) & SYST_MOST;
}

static void require(bool well)
{
    if (!well) {
        semihosting_exit(false);
    }
}

void image_main(void)
{
    const uint32_t windows = semihosting_open(FILE_NAME("windows.bin"), SEMIHOSTING_READ);
    const uint32_t answers = semihosting_open(FILE_NAME("answers.bin"), SEMIHOSTING_WRITE);
    while (semihosting_read(windows, window, sizeof window)) {
        edgekit_model_run(window, answer.posture, answer.placement);
        require(semihosting_write(answers, &answer, sizeof answer));
    }
    semihosting_close(answers);

    SYST_RVR = SYST_MOST;
    SYST_CSR = SYST_CSR_OF_CORE_CLOCK;
    const uint32_t once = ticks_of(1) + 1u;
    uint32_t turns = 1;
    while (turns < TURNS_MOST && (turns + 1u) * once < TICKS_MOST) {
        turns++;
    }
    const uint32_t times[2] = {turns, ticks_of(turns)};
    const uint32_t file = semihosting_open(FILE_NAME("times.bin"), SEMIHOSTING_WRITE);
    require(semihosting_write(file, times, sizeof times));
    semihosting_close(file);
    semihosting_exit(true);
}
