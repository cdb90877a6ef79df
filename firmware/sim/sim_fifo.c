/* The four FIFO modes, and the interrupt sources that follow from the level. (data sheet, FIFO) */
#include "sim_fifo.h"

#include "../src/adxl345/adxl345_registers.h"

uint8_t sim_fifo_mode(const sim_adxl345_t *chip)
{
    return chip->registers[ADXL345_FIFO_CTL] & ADXL345_FIFO_MODE_MASK;
}

static uint8_t watermark(const sim_adxl345_t *chip)
{
    return chip->registers[ADXL345_FIFO_CTL] & ADXL345_FIFO_SAMPLES_MASK;
}

static uint8_t levels(const sim_adxl345_t *chip)
{
    const bool more = (chip->readings & SIM_ADXL345_LEVEL_33) != 0;
    return (uint8_t)(ADXL345_FIFO_LEVELS + (more ? 1u : 0u));
}

/* The output filter's sample is not counted until there is room for it (AN-1025). */
static uint8_t entries(const sim_adxl345_t *chip)
{
    return chip->count < ADXL345_FIFO_LEVELS ? chip->count : (uint8_t)ADXL345_FIFO_LEVELS;
}

void sim_fifo_clear(sim_adxl345_t *chip)
{
    chip->first = 0;
    chip->count = 0;
    chip->overrun = false;
    chip->fresh = false;
    chip->triggered = false;
}

static void drop_oldest(sim_adxl345_t *chip)
{
    chip->first = (uint8_t)((chip->first + 1u) % SIM_ADXL345_MOST_LEVELS);
    chip->count--;
}

bool sim_fifo_push(sim_adxl345_t *chip, sim_adxl345_sample_t sample)
{
    const uint8_t mode = sim_fifo_mode(chip);
    if (mode == ADXL345_FIFO_BYPASS) {
        chip->overrun = chip->overrun || chip->fresh;
        chip->data = sample;
        chip->fresh = true;
        return true;
    }
    if (chip->count == levels(chip)) {
        chip->overrun = true;
        const bool stops =
            mode == ADXL345_FIFO_FIFO || (mode == ADXL345_FIFO_TRIGGER && chip->triggered);
        if (stops) {
            return false;
        }
        drop_oldest(chip);
    }
    chip->fifo[(chip->first + chip->count) % SIM_ADXL345_MOST_LEVELS] = sample;
    chip->count++;
    if ((chip->readings & SIM_ADXL345_OVERRUN_WHEN_FULL) != 0 &&
        chip->count >= ADXL345_FIFO_LEVELS) {
        chip->overrun = true;
    }
    return true;
}

sim_adxl345_sample_t sim_fifo_oldest(const sim_adxl345_t *chip)
{
    return chip->count > 0 ? chip->fifo[chip->first] : chip->data;
}

void sim_fifo_pop(sim_adxl345_t *chip)
{
    chip->data = sim_fifo_oldest(chip); /* stays to be seen: an empty FIFO repeats its last */
    chip->fresh = false;
    if (chip->count > 0) {
        drop_oldest(chip);
    }
    if (chip->count == 0 || (chip->readings & SIM_ADXL345_OVERRUN_UNTIL_EMPTY) == 0) {
        chip->overrun = false;
    }
}

/* Activity, tap and free-fall never happen here. The three that do are shown whether enabled or
 * not, and cleared by reading data, not by reading INT_SOURCE. */
uint8_t sim_fifo_int_source(const sim_adxl345_t *chip)
{
    const bool bypass = sim_fifo_mode(chip) == ADXL345_FIFO_BYPASS;
    const bool asleep = (chip->registers[ADXL345_POWER_CTL] & ADXL345_SLEEP) != 0;
    const bool ready = !asleep && (bypass ? chip->fresh : chip->count > 0);
    /* At reset INT_SOURCE is 0x02, because 0 samples reach a watermark of 0. */
    const bool at_watermark = entries(chip) >= watermark(chip);
    return (uint8_t)((ready ? ADXL345_DATA_READY : 0u) | (at_watermark ? ADXL345_WATERMARK : 0u) |
                     (chip->overrun ? ADXL345_OVERRUN : 0u));
}

uint8_t sim_fifo_status(const sim_adxl345_t *chip)
{
    return (uint8_t)((chip->triggered ? ADXL345_FIFO_TRIG : 0u) | entries(chip));
}

/* Keep the newest `watermark` samples from before the event; then the FIFO fills up. */
void sim_adxl345_trigger(sim_adxl345_t *chip)
{
    if (sim_fifo_mode(chip) != ADXL345_FIFO_TRIGGER || chip->triggered) {
        return;
    }
    while (chip->count > watermark(chip)) {
        drop_oldest(chip);
    }
    chip->triggered = true;
}

uint32_t sim_adxl345_entries(const sim_adxl345_t *chip)
{
    return chip->count;
}

bool sim_adxl345_interrupt(const sim_adxl345_t *chip, uint32_t pin)
{
    const uint8_t map = chip->registers[ADXL345_INT_MAP];
    const uint8_t mapped = pin == 1 ? (uint8_t)~map : map;
    const bool active =
        (sim_fifo_int_source(chip) & chip->registers[ADXL345_INT_ENABLE] & mapped) != 0;
    const bool inverted = (chip->registers[ADXL345_DATA_FORMAT] & ADXL345_INT_INVERT) != 0;
    return chip->lines_high || active != inverted;
}
