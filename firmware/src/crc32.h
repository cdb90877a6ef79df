/* CRC-32 (IEEE 802.3, as in zlib), half a byte at a time: a table of 64 bytes. Pure. */
#ifndef EDGEKIT_CRC32_H
#define EDGEKIT_CRC32_H

#include <stdint.h>

/* Return the checksum over `data`, continued from `before`, that of the bytes before (0: none). */
static inline uint32_t crc32_over(uint32_t before, const void *data, uint32_t bytes)
{
    static const uint32_t table[16] = {
        0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u,
        0x4DB26158u, 0x5005713Cu, 0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
        0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu,
    };
    const uint8_t *byte = data;
    uint32_t crc = ~before;
    for (uint32_t i = 0; i < bytes; i++) {
        crc ^= byte[i];
        crc = (crc >> 4) ^ table[crc & 15u];
        crc = (crc >> 4) ^ table[crc & 15u];
    }
    return ~crc;
}

#endif
