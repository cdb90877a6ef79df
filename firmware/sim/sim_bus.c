/* The chip as an I2C target: which register a byte reaches, and what that does. */
#include "../src/adxl345/adxl345_registers.h"
#include "sim_adxl345.h"
#include "sim_conversion.h"
#include "sim_fifo.h"

static bool is_data(uint8_t reg)
{
    return reg >= ADXL345_DATAX0 && reg <= ADXL345_DATAZ1;
}

/* Return the bits that a write can set; 0: read-only, reserved or absent. The data sheet does not
 * say whether a reserved bit holds what is written; here it stays 0. */
static uint8_t writable_bits(uint8_t reg)
{
    enum { TAP_AXES = 0x2A, ACT_TAP_STATUS = 0x2B };
    if (reg < ADXL345_THRESH_TAP || reg >= SIM_ADXL345_REGISTERS || is_data(reg)) {
        return 0;
    }
    switch (reg) {
    case ACT_TAP_STATUS:
    case ADXL345_INT_SOURCE:
    case ADXL345_FIFO_STATUS:
        return 0;
    case TAP_AXES:
        return 0x0F;
    case ADXL345_BW_RATE:
        return ADXL345_LOW_POWER | ADXL345_RATE_MASK;
    case ADXL345_POWER_CTL:
        return 0x3F;
    case ADXL345_DATA_FORMAT:
        return 0xEF;
    default:
        return 0xFF;
    }
}

/* Apply a register's new value. The same value again changes nothing. */
static void take_effect(sim_adxl345_t *chip, uint8_t reg, uint8_t before)
{
    const uint8_t changed = before ^ chip->registers[reg];
    if (reg == ADXL345_FIFO_CTL && (changed & ADXL345_FIFO_MODE_MASK) != 0) {
        /* Bypass empties the FIFO. From one of the other modes straight to another the data sheet
         * says nothing; it is emptied then too. */
        sim_fifo_clear(chip);
    }
    if (reg == ADXL345_POWER_CTL && (changed & (ADXL345_MEASURE | ADXL345_SLEEP | 3u)) != 0) {
        sim_conversion_restart(chip, (changed & ADXL345_MEASURE) != 0);
    }
    if (reg == ADXL345_BW_RATE && (changed & ADXL345_RATE_MASK) != 0) {
        sim_conversion_restart(chip, false);
    }
}

static void write_register(sim_adxl345_t *chip, uint8_t reg, uint8_t value)
{
    const uint8_t bits = writable_bits(reg);
    if (bits == 0) {
        return;
    }
    const uint8_t before = chip->registers[reg];
    chip->registers[reg] = value & bits;
    take_effect(chip, reg, before);
}

static uint8_t data_byte(const sim_adxl345_t *chip, uint8_t reg)
{
    const uint32_t byte = (uint32_t)(reg - ADXL345_DATAX0);
    const sim_adxl345_sample_t oldest = sim_fifo_oldest(chip);
    const uint16_t word = (uint16_t)oldest.axis[byte / 2];
    return (uint8_t)(byte % 2 == 0 ? word & 0xFFu : word >> 8);
}

uint8_t sim_adxl345_peek(const sim_adxl345_t *chip, uint8_t reg)
{
    if (is_data(reg)) {
        return data_byte(chip, reg);
    }
    if (reg == ADXL345_INT_SOURCE) {
        return sim_fifo_int_source(chip);
    }
    if (reg == ADXL345_FIFO_STATUS) {
        return sim_fifo_status(chip);
    }
    return reg < SIM_ADXL345_REGISTERS ? chip->registers[reg] : 0;
}

void sim_adxl345_poke(sim_adxl345_t *chip, uint8_t reg, uint8_t value)
{
    const uint8_t before = chip->registers[reg];
    chip->registers[reg] = value;
    take_effect(chip, reg, before);
}

/* Read registers. The data registers are popped together when the reading leaves them, however few
 * were read: the rest of that sample is lost. The FIFO needs 5 us to show the next one, less than a
 * byte at 400 kHz or a STOP and START take, so a second sample may follow at once. */
static void read_registers(sim_adxl345_t *chip, uint8_t *in, uint32_t in_bytes)
{
    for (uint32_t i = 0; i < in_bytes; i++) {
        in[i] = sim_adxl345_peek(chip, chip->pointer);
        const bool leaves = i + 1 == in_bytes || chip->pointer == ADXL345_DATAZ1;
        if (is_data(chip->pointer) && leaves) {
            sim_fifo_pop(chip);
        }
        chip->pointer++;
    }
}

static void write_registers(sim_adxl345_t *chip, const uint8_t *out, uint32_t out_bytes)
{
    for (uint32_t i = 0; i < out_bytes; i++) {
        if (i == 0) {
            chip->pointer = out[0];
        } else {
            write_register(chip, chip->pointer++, out[i]);
        }
    }
}

static void lose_drive(sim_adxl345_t *chip, uint8_t *in, uint32_t in_bytes)
{
    if (chip->ones == 0 || in_bytes == 0) {
        return;
    }
    chip->ones--;
    for (uint32_t i = chip->ones_from; i < in_bytes; i++) {
        in[i] = 0xFF;
    }
}

edgekit_error_t sim_i2c_transfer(sim_adxl345_t *chip, uint8_t address, const uint8_t *out,
                                 uint32_t out_bytes, uint8_t *in, uint32_t in_bytes)
{
    if (chip->held_clocks > 0) {
        return EDGEKIT_BUS_STUCK;
    }
    if (address != chip->address || chip->now_us < chip->powered_us) {
        return EDGEKIT_NACK;
    }
    if (chip->nacks > 0) {
        chip->nacks--;
        return EDGEKIT_NACK;
    }
    const bool slow = chip->slow > 0;
    if (slow) {
        chip->slow--;
    }
    if (!slow || chip->slow_done) {
        write_registers(chip, out, out_bytes);
        read_registers(chip, in, in_bytes);
        lose_drive(chip, in, in_bytes);
    }
    return slow ? EDGEKIT_TIMEOUT : EDGEKIT_OK;
}

edgekit_error_t sim_i2c_clock_out(sim_adxl345_t *chip, uint32_t clocks)
{
    chip->held_clocks -= clocks < chip->held_clocks ? clocks : chip->held_clocks;
    return chip->held_clocks == 0 ? EDGEKIT_OK : EDGEKIT_BUS_STUCK;
}

/* Count START, address and bytes of nine clocks each, a repeated START and the address, STOP. */
uint32_t sim_i2c_us(uint32_t out_bytes, uint32_t in_bytes)
{
    const uint32_t writing = out_bytes > 0 || in_bytes == 0 ? 1 + 9 * (1 + out_bytes) : 0;
    const uint32_t reading = in_bytes > 0 ? 1 + 9 * (1 + in_bytes) : 0;
    return ((writing + reading + 1) * 5 + 1) / 2;
}
