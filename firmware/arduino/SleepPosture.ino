// An ADXL345 on the I2C bus; posture and placement on the serial monitor, one line a window.
//
// Wiring: SDA and SCL, 3.3 V, ground, CS to 3.3 V, SDO to ground (address 0x53).
// Another sensor: call sleeper.addG(x, y, z) with g, sleeper.rateHz() times a second.

#include <EdgekitPosture.h>
#include <Wire.h>

const uint8_t ADDRESS = 0x53;  // 0x1D where SDO is high
const uint8_t BW_RATE = 0x2C, POWER_CTL = 0x2D, INT_SOURCE = 0x30, DATA_FORMAT = 0x31;
const uint8_t DATAX0 = 0x32, FIFO_CTL = 0x38, FIFO_STATUS = 0x39, DEVID = 0x00;
const uint8_t OVERRUN = 0x01;

EdgekitPosture sleeper;

bool writeRegister(uint8_t reg, uint8_t value) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(reg);
  Wire.write(value);
  return Wire.endTransmission() == 0;
}

bool readRegisters(uint8_t reg, uint8_t *values, uint8_t count) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(reg);
  if (Wire.endTransmission(false) != 0) return false;
  if (Wire.requestFrom(ADDRESS, count) != count) return false;
  for (uint8_t i = 0; i < count; i++) values[i] = (uint8_t)Wire.read();
  return true;
}

// 25 Hz is 0x08, and each step doubles it.
uint8_t rateCode() {
  uint8_t code = 0x08;
  for (uint16_t hz = 25; hz < sleeper.rateHz(); hz *= 2) code++;
  return code;
}

bool startSensor() {
  uint8_t id = 0;
  return readRegisters(DEVID, &id, 1) && id == 0xE5 &&
         writeRegister(POWER_CTL, 0) &&            // standby
         writeRegister(BW_RATE, rateCode()) &&
         writeRegister(DATA_FORMAT, 0x0B) &&       // full resolution, 16 g
         writeRegister(FIFO_CTL, 0x90) &&          // stream
         writeRegister(POWER_CTL, 0x08);           // measure
}

void setup() {
  Serial.begin(115200);
  Wire.begin();
  Wire.setClock(400000);
  while (!startSensor()) {
    Serial.println("no ADXL345 at 0x53: check SDA, SCL, CS and power");
    delay(1000);
  }
  sleeper.begin();
}

void loop() {
  uint8_t lost = 0, waiting = 0;
  if (!readRegisters(INT_SOURCE, &lost, 1) || !readRegisters(FIFO_STATUS, &waiting, 1)) {
    sleeper.gap(1000);
    delay(1000);
    startSensor();
    return;
  }
  if (lost & OVERRUN) sleeper.gap(1000 / sleeper.rateHz());
  for (uint8_t left = waiting & 0x3F; left > 0; left--) {
    uint8_t data[6];  // all six in one transaction: it takes one sample out of the FIFO
    if (!readRegisters(DATAX0, data, sizeof data)) return;
    delayMicroseconds(5);
    const int16_t x = (int16_t)(data[0] | data[1] << 8);
    const int16_t y = (int16_t)(data[2] | data[3] << 8);
    const int16_t z = (int16_t)(data[4] | data[5] << 8);
    if (sleeper.add(x, y, z)) {
      Serial.print(sleeper.posture());
      Serial.print(' ');
      Serial.print(sleeper.answer().posture_confidence * 100 / 255);
      Serial.print(" % ");
      Serial.println(sleeper.placement());
    }
  }
  delay(100);
}
