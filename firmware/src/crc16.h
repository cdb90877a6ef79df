/* CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, nothing reflected; "123456789" gives 0x29B1.
 */
#ifndef EDGEKIT_CRC16_H
#define EDGEKIT_CRC16_H

#include <stdint.h>

#define CRC16_START 0xFFFFu

/* Return the checksum with one more byte. Without a table, because it is 16 bytes of code and some
 * 40 cycles. */
static inline uint16_t crc16_push(uint16_t crc, uint8_t byte)
{
    uint32_t x = ((uint32_t)crc >> 8) ^ byte;
    x ^= x >> 4;
    return (uint16_t)(((uint32_t)crc << 8) ^ (x << 12) ^ (x << 5) ^ x);
}

#endif
