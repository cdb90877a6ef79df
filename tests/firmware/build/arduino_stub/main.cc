// Runs a sketch's setup and some of its loops. argv: x y z in counts.
#include <cstdlib>

#include "Arduino.h"
#include "Wire.h"

SerialLine Serial;
TwoWire Wire;
void setup();
void loop();

static uint8_t registers[256];
static unsigned waiting;

void delay(unsigned long)
{
    waiting = 10;
}

void delayMicroseconds(unsigned)
{
}

size_t TwoWire::write(uint8_t byte)
{
    if (written++ == 0) {
        reg = byte;
    } else {
        registers[reg++] = byte;
    }
    return 1;
}

uint8_t TwoWire::endTransmission(bool)
{
    return here ? 0 : 2;
}

uint8_t TwoWire::requestFrom(uint8_t address, uint8_t count)
{
    registers[0x39] = static_cast<uint8_t>(waiting);
    if (reg == 0x32 && waiting > 0) {
        waiting--;
    }
    return address == 0x53 ? count : 0;
}

int TwoWire::read()
{
    return registers[reg++];
}

int main(int, char **argv)
{
    registers[0] = 0xE5;
    for (int axis = 0; axis < 3; axis++) {
        const unsigned counts = static_cast<unsigned>(std::atoi(argv[1 + axis]));
        registers[0x32 + 2 * axis] = static_cast<uint8_t>(counts);
        registers[0x33 + 2 * axis] = static_cast<uint8_t>(counts >> 8);
    }
    setup();
    for (int i = 0; i < 60; i++) {
        loop();
    }
    // Measuring at the rate that is asked for, in full resolution.
    return registers[0x2D] == 0x08 && registers[0x31] == 0x0B ? 0 : 1;
}
