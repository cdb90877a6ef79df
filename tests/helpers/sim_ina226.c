/* sim_ina226: an INA226 (TI SBOS547, June 2011) at its registers, as a simulated world's second
 * chip: conversions of a load that changes in steps, their average, the multiplier, the flags.
 * Written from the data sheet by its numbers of tables and equations; not compared with a part.
 * Alerts are registers without a pin.
 */
#include <math.h>

#include "sim_world.h"

enum { MOST_LOADS = 64, MOST_FAULTS = 16 };

/* From at_us on, through the shunt. */
typedef struct {
    uint64_t at_us;
    double volts, amperes;
} load_t;

/* From at_us on so many transfers are not answered; 0: a reset, as by a dip of the supply. */
typedef struct {
    uint64_t at_us;
    uint32_t nacks;
} fault_t;

typedef struct {
    uint8_t address; /* 0: there is none on the bus */
    double shunt_ohms;
    uint16_t manufacturer, die; /* another chip's, to be refused */
    load_t load[MOST_LOADS];
    uint32_t loads;
    fault_t fault[MOST_FAULTS];
    uint32_t faults, fired;

    uint16_t configuration, calibration, mask, limit;
    int16_t shunt, current;
    uint16_t bus, power;
    bool ready, overflow;
    uint8_t pointer;

    uint64_t now_us;
    uint64_t start_us; /* the average under way; UINT64_MAX: none */
    uint32_t nacks;
} ina226_t;

_Static_assert(sizeof(ina226_t) <= sizeof((sim_world_t *)0)->second_chip, "it fits the world");

enum {
    CONFIGURATION,
    SHUNT,
    BUS,
    POWER,
    CURRENT,
    CALIBRATION,
    MASK_ENABLE,
    ALERT_LIMIT,
    MANUFACTURER = 0xFE,
    DIE = 0xFF
};

enum {
    RESET = 1 << 15,
    POWER_ON = 0x4127, /* page 18: one sample, 1.1 ms each, both continuously */
    CONTINUOUS = 1 << 2,
    OF_BUS = 1 << 1,
    OF_SHUNT = 1 << 0,
    READY = 1 << 3,
    OVERFLOW = 1 << 2,
    MASK_WRITABLE = 0xFC03
};

static const double SHUNT_LSB_V = 2.5e-6;
static const double BUS_LSB_V = 1.25e-3;

static const uint32_t AVERAGES[] = {1, 4, 16, 64, 128, 256, 512, 1024};               /* table 3 */
static const uint32_t CONVERSION_US[] = {140, 204, 332, 588, 1100, 2116, 4156, 8244}; /* 4, 5 */

static void begin(ina226_t *chip)
{
    const bool converts = (chip->configuration & (OF_BUS | OF_SHUNT)) != 0;
    chip->start_us = converts ? chip->now_us : UINT64_MAX;
}

static void power_on(ina226_t *chip)
{
    chip->configuration = POWER_ON;
    chip->calibration = chip->mask = chip->limit = 0;
    chip->shunt = chip->current = 0;
    chip->bus = chip->power = 0;
    chip->ready = chip->overflow = false;
    chip->pointer = 0;
    begin(chip);
}

/* Put the chip, as after power-on at time 0, on the bus of a world that was just made; no load. */
void sim_ina226_put(void *memory, uint32_t address, double shunt_ohms, uint32_t die);
void sim_ina226_put(void *memory, uint32_t address, double shunt_ohms, uint32_t die)
{
    ina226_t *chip = (void *)((sim_world_t *)memory)->second_chip;
    chip->address = (uint8_t)address;
    chip->shunt_ohms = shunt_ohms;
    chip->manufacturer = 0x5449;
    chip->die = (uint16_t)die;
    power_on(chip);
}

/* Add a load, in order of time; false when there is no room, or it is before the last one. */
bool sim_ina226_add_load(void *memory, uint64_t at_us, double volts, double amperes);
bool sim_ina226_add_load(void *memory, uint64_t at_us, double volts, double amperes)
{
    ina226_t *chip = (void *)((sim_world_t *)memory)->second_chip;
    const uint32_t known = chip->loads;
    if (known == MOST_LOADS || (known > 0 && at_us < chip->load[known - 1].at_us)) {
        return false;
    }
    chip->load[known] = (load_t){.at_us = at_us, .volts = volts, .amperes = amperes};
    chip->loads++;
    return true;
}

/* Add a fault, likewise. */
bool sim_ina226_add_fault(void *memory, uint64_t at_us, uint32_t nacks);
bool sim_ina226_add_fault(void *memory, uint64_t at_us, uint32_t nacks)
{
    ina226_t *chip = (void *)((sim_world_t *)memory)->second_chip;
    const uint32_t known = chip->faults;
    if (known == MOST_FAULTS || (known > 0 && at_us < chip->fault[known - 1].at_us)) {
        return false;
    }
    chip->fault[known] = (fault_t){.at_us = at_us, .nacks = nacks};
    chip->faults++;
    return true;
}

static load_t load_at(const ina226_t *chip, uint64_t time_us)
{
    load_t now = {0};
    for (uint32_t i = 0; i < chip->loads && chip->load[i].at_us <= time_us; i++) {
        now = chip->load[i];
    }
    return now;
}

static double bounded(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

static uint32_t shunt_us(const ina226_t *chip)
{
    return (chip->configuration & OF_SHUNT) != 0 ? CONVERSION_US[chip->configuration >> 3 & 7] : 0;
}

static uint32_t bus_us(const ina226_t *chip)
{
    return (chip->configuration & OF_BUS) != 0 ? CONVERSION_US[chip->configuration >> 6 & 7] : 0;
}

/* Convert shunt, then bus, as often as are averaged, with the multiplier after each. The registers
 * saturate, and OVERFLOW is set when one does. */
static void convert(ina226_t *chip)
{
    const uint32_t averages = AVERAGES[chip->configuration >> 9 & 7];
    double shunt_sum = 0.0, bus_sum = 0.0, current_sum = 0.0, power_sum = 0.0;
    uint64_t time_us = chip->start_us;
    chip->overflow = false;
    for (uint32_t i = 0; i < averages; i++) {
        time_us += shunt_us(chip);
        const double drop_v = load_at(chip, time_us).amperes * chip->shunt_ohms;
        const double shunt = bounded(round(drop_v / SHUNT_LSB_V), -32768.0, 32767.0);
        time_us += bus_us(chip);
        const double bus = bounded(round(load_at(chip, time_us).volts / BUS_LSB_V), 0.0, 32767.0);
        const double current = trunc(shunt * chip->calibration / 2048.0); /* equation 3 */
        const double power = trunc(fabs(current) * bus / 20000.0);        /* equation 4 */
        chip->overflow = chip->overflow || fabs(current) > 32767.0 || power > 65535.0;
        shunt_sum += shunt;
        bus_sum += bus;
        current_sum += bounded(current, -32768.0, 32767.0);
        power_sum += bounded(power, 0.0, 65535.0);
    }
    if (shunt_us(chip) > 0) {
        chip->shunt = (int16_t)lround(shunt_sum / averages);
    }
    if (bus_us(chip) > 0) {
        chip->bus = (uint16_t)lround(bus_sum / averages);
    }
    chip->current = (int16_t)lround(current_sum / averages);
    chip->power = (uint16_t)lround(power_sum / averages);
    chip->ready = true;
}

static void run_until(ina226_t *chip, uint64_t time_us)
{
    chip->now_us = time_us;
    if (chip->start_us == UINT64_MAX) {
        return;
    }
    const uint64_t each_us = shunt_us(chip) + bus_us(chip);
    const uint64_t whole_us = each_us * AVERAGES[chip->configuration >> 9 & 7];
    const uint64_t over = (time_us - chip->start_us) / whole_us;
    if (over == 0) {
        return;
    }
    const bool continuous = (chip->configuration & CONTINUOUS) != 0;
    if (continuous) {
        chip->start_us += (over - 1) * whole_us; /* only the last one can still be read */
    }
    convert(chip);
    chip->start_us = continuous ? chip->start_us + whole_us : UINT64_MAX;
}

void sim_second_chip_advance(void *memory, uint64_t time_us)
{
    ina226_t *chip = memory;
    for (; chip->fired < chip->faults && chip->fault[chip->fired].at_us <= time_us; chip->fired++) {
        const fault_t *fault = &chip->fault[chip->fired];
        run_until(chip, fault->at_us);
        if (fault->nacks > 0) {
            chip->nacks = fault->nacks;
        } else {
            power_on(chip);
        }
    }
    run_until(chip, time_us);
}

static uint16_t read_register(ina226_t *chip)
{
    switch (chip->pointer) {
    case CONFIGURATION:
        return chip->configuration;
    case SHUNT:
        return (uint16_t)chip->shunt;
    case BUS:
        return chip->bus;
    case POWER:
        return chip->power;
    case CURRENT:
        return (uint16_t)chip->current;
    case CALIBRATION:
        return chip->calibration;
    case MASK_ENABLE: {
        const uint32_t flags = (chip->ready ? READY : 0u) | (chip->overflow ? OVERFLOW : 0u);
        chip->ready = false;
        return (uint16_t)(chip->mask | flags);
    }
    case ALERT_LIMIT:
        return chip->limit;
    case MANUFACTURER:
        return chip->manufacturer;
    case DIE:
        return chip->die;
    default:
        return 0;
    }
}

static void write_register(ina226_t *chip, uint16_t value)
{
    switch (chip->pointer) {
    case CONFIGURATION:
        if ((value & RESET) != 0) {
            power_on(chip);
        } else {
            chip->configuration = (uint16_t)((value & 0x0FFFu) | 0x4000u);
            chip->ready = false;
            begin(chip);
        }
        break;
    case CALIBRATION:
        chip->calibration = value & 0x7FFF;
        break;
    case MASK_ENABLE:
        chip->mask = value & MASK_WRITABLE;
        break;
    case ALERT_LIMIT:
        chip->limit = value;
        break;
    default: /* the others are read-only */
        break;
    }
}

bool sim_second_chip_has(const void *memory, uint8_t address)
{
    const ina226_t *chip = memory;
    return chip->address != 0 && address == chip->address;
}

/* Transfer words, high byte first. The pointer stays where it was set; a longer reading repeats the
 * word. */
edgekit_error_t sim_second_chip_transfer(void *memory, const uint8_t *out, uint32_t out_bytes,
                                         uint8_t *in, uint32_t in_bytes)
{
    ina226_t *chip = memory;
    if (chip->nacks > 0) {
        chip->nacks--;
        return EDGEKIT_NACK;
    }
    if (out_bytes > 0) {
        chip->pointer = out[0];
    }
    if (out_bytes >= 3) {
        write_register(chip, (uint16_t)(out[1] << 8 | out[2]));
    }
    uint16_t word = 0;
    for (uint32_t i = 0; i < in_bytes; i++) {
        if (i % 2 == 0) {
            word = read_register(chip);
        }
        in[i] = (uint8_t)(i % 2 == 0 ? word >> 8 : word & 0xFFu);
    }
    return EDGEKIT_OK;
}
