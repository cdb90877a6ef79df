/* semihosting: files of the machine that runs the emulator, and its end. */
#ifndef EDGEKIT_SEMIHOSTING_H
#define EDGEKIT_SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

/* Arm semihosting 3.0: what it is to do in r0, the address of its arguments in r1. */
static inline uint32_t semihosting_call(uint32_t operation, const volatile void *arguments)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const volatile void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

typedef enum { SEMIHOSTING_READ = 1, SEMIHOSTING_WRITE = 5 } semihosting_mode_t; /* rb, wb */

/* `bytes`: of the name, its zero not included. */
static inline uint32_t semihosting_open(const char *name, uint32_t bytes, semihosting_mode_t mode)
{
    const uint32_t arguments[3] = {(uint32_t)(uintptr_t)name, (uint32_t)mode, bytes};
    return semihosting_call(0x01, arguments);
}

/* Whether all of it was read. */
static inline bool semihosting_read(uint32_t file, void *to, uint32_t bytes)
{
    const uint32_t arguments[3] = {file, (uint32_t)(uintptr_t)to, bytes};
    return semihosting_call(0x06, arguments) == 0;
}

static inline bool semihosting_write(uint32_t file, const void *from, uint32_t bytes)
{
    const uint32_t arguments[3] = {file, (uint32_t)(uintptr_t)from, bytes};
    return semihosting_call(0x05, arguments) == 0;
}

static inline void semihosting_close(uint32_t file)
{
    semihosting_call(0x02, &file);
}

/* Ends the emulator, with exit status 0 or 1. */
_Noreturn static inline void semihosting_exit(bool well)
{
    /* ADP_Stopped_ApplicationExit or ADP_Stopped_RunTimeErrorUnknown */
    const uintptr_t reason = well ? 0x20026u : 0x20023u;
    semihosting_call(0x18, (const void *)reason);
    for (;;) {
    }
}

#endif
