/* The ADXL345's registers and their bits, as the data sheet names them (register map, table 19). */
#ifndef ADXL345_REGISTERS_H
#define ADXL345_REGISTERS_H

#define ADXL345_ADDRESS     0x53u /* ALT ADDRESS (SDO) low */
#define ADXL345_ADDRESS_ALT 0x1Du /* ALT ADDRESS high */

#define ADXL345_DEVID       0x00u
#define ADXL345_THRESH_TAP  0x1Du
#define ADXL345_OFSX        0x1Eu
#define ADXL345_OFSY        0x1Fu
#define ADXL345_OFSZ        0x20u
#define ADXL345_BW_RATE     0x2Cu
#define ADXL345_POWER_CTL   0x2Du
#define ADXL345_INT_ENABLE  0x2Eu
#define ADXL345_INT_MAP     0x2Fu
#define ADXL345_INT_SOURCE  0x30u
#define ADXL345_DATA_FORMAT 0x31u
#define ADXL345_DATAX0      0x32u
#define ADXL345_DATAZ1      0x37u
#define ADXL345_FIFO_CTL    0x38u
#define ADXL345_FIFO_STATUS 0x39u

#define ADXL345_DEVID_VALUE 0xE5u

#define ADXL345_COUNTS_PER_G 256 /* in full resolution, at any range (table 1: 3.9 mg a count) */

/* BW_RATE */
#define ADXL345_LOW_POWER  0x10u
#define ADXL345_RATE_MASK  0x0Fu
#define ADXL345_RATE_25HZ  0x08u /* each code above doubles the rate, up to 0x0F: 3200 Hz */
#define ADXL345_RATE_400HZ 0x0Cu
#define ADXL345_RATE_100HZ 0x0Au

/* POWER_CTL */
#define ADXL345_STANDBY 0x00u
#define ADXL345_MEASURE 0x08u
#define ADXL345_SLEEP   0x04u

/* INT_ENABLE, INT_MAP, INT_SOURCE */
#define ADXL345_DATA_READY 0x80u
#define ADXL345_WATERMARK  0x02u
#define ADXL345_OVERRUN    0x01u

/* DATA_FORMAT */
#define ADXL345_SELF_TEST  0x80u
#define ADXL345_INT_INVERT 0x20u
#define ADXL345_FULL_RES   0x08u
#define ADXL345_JUSTIFY    0x04u
#define ADXL345_RANGE_16G  0x03u

/* FIFO_CTL: mode, trigger pin, samples */
#define ADXL345_FIFO_MODE_MASK    0xC0u
#define ADXL345_FIFO_BYPASS       0x00u
#define ADXL345_FIFO_FIFO         0x40u
#define ADXL345_FIFO_STREAM       0x80u
#define ADXL345_FIFO_TRIGGER      0xC0u
#define ADXL345_FIFO_SAMPLES_MASK 0x1Fu

/* FIFO_STATUS; bit 6 is always 0 */
#define ADXL345_FIFO_TRIG         0x80u
#define ADXL345_FIFO_STATUS_ZERO  0x40u
#define ADXL345_FIFO_ENTRIES_MASK 0x3Fu
#define ADXL345_FIFO_LEVELS       32u

#endif
