/* machine: the registers of the emulated board, all of 32 bits.
 *
 * | address    | name         | read                               | written                     |
 * |------------|--------------|------------------------------------|-----------------------------|
 * | 0x40000000 | TIME_LOW     | microseconds; latches TIME_HIGH    |                             |
 * | 0x40000004 | TIME_HIGH    | the upper 32 bits of the last read |                             |
 * | 0x40000008 | SLEEP_LOW    |                                    | until when to sleep         |
 * | 0x4000000C | SLEEP_HIGH   |                                    | upper 32 bits; sleeps       |
 * | 0x40000010 | LINES        | 1: the sensor's interrupt is high; |                             |
 * |            |              | 2: serial bytes wait               |                             |
 * | 0x40000014 | WAKES        |                                    | which of them end a sleep   |
 * | 0x40000020 | BUS_ADDRESS  |                                    | 7 bits                      |
 * | 0x40000024 | BUS_OUT      |                                    | address of bytes to write   |
 * | 0x40000028 | BUS_OUT_SIZE |                                    | how many                    |
 * | 0x4000002C | BUS_IN       |                                    | where to read to            |
 * | 0x40000030 | BUS_IN_SIZE  |                                    | how many                    |
 * | 0x40000034 | BUS_GO       | edgekit_error_t of the last        | 1: transfer; 2: nine clocks |
 * | 0x40000040 | SERIAL_OUT   |                                    | address of bytes            |
 * | 0x40000044 | SERIAL_SEND  | 1: they were taken; 0: dropped     | how many; sends             |
 * | 0x40000048 | SERIAL_IN    | 0x100 + a byte, 0: none            |                             |
 * | 0x40000060 | FLASH_OFFSET |                                    | into the records            |
 * | 0x40000064 | FLASH_FROM   |                                    | address of bytes            |
 * | 0x40000068 | FLASH_WRITE  | edgekit_error_t of the last        | how many; clears bits only  |
 * | 0x4000006C | FLASH_ERASE  |                                    | a page's number             |
 * | 0x40000080 | WATCHDOG     |                                    | fed; bites after 8 s        |
 * | 0x40000084 | RESET_CAUSE  | hal_reset_cause_t                  |                             |
 * | 0x40000088 | ID_LOW       | serial number                      |                             |
 * | 0x4000008C | ID_HIGH      |                                    |                             |
 *
 * A transfer, a byte sent and a sleep take the time that they would; the records are memory from
 * 0x08000000 on. A write to SCB->AIRCR resets.
 */
#ifndef EDGEKIT_MACHINE_H
#define EDGEKIT_MACHINE_H

#include "../cortex-m/cortex_m.h"

#define MACHINE_TIME_LOW     CORTEX_REGISTER(0x40000000u)
#define MACHINE_TIME_HIGH    CORTEX_REGISTER(0x40000004u)
#define MACHINE_SLEEP_LOW    CORTEX_REGISTER(0x40000008u)
#define MACHINE_SLEEP_HIGH   CORTEX_REGISTER(0x4000000Cu)
#define MACHINE_LINES        CORTEX_REGISTER(0x40000010u)
#define MACHINE_WAKES        CORTEX_REGISTER(0x40000014u)
#define MACHINE_BUS_ADDRESS  CORTEX_REGISTER(0x40000020u)
#define MACHINE_BUS_OUT      CORTEX_REGISTER(0x40000024u)
#define MACHINE_BUS_OUT_SIZE CORTEX_REGISTER(0x40000028u)
#define MACHINE_BUS_IN       CORTEX_REGISTER(0x4000002Cu)
#define MACHINE_BUS_IN_SIZE  CORTEX_REGISTER(0x40000030u)
#define MACHINE_BUS_GO       CORTEX_REGISTER(0x40000034u)
#define MACHINE_SERIAL_OUT   CORTEX_REGISTER(0x40000040u)
#define MACHINE_SERIAL_SEND  CORTEX_REGISTER(0x40000044u)
#define MACHINE_SERIAL_IN    CORTEX_REGISTER(0x40000048u)
#define MACHINE_FLASH_OFFSET CORTEX_REGISTER(0x40000060u)
#define MACHINE_FLASH_FROM   CORTEX_REGISTER(0x40000064u)
#define MACHINE_FLASH_WRITE  CORTEX_REGISTER(0x40000068u)
#define MACHINE_FLASH_ERASE  CORTEX_REGISTER(0x4000006Cu)
#define MACHINE_WATCHDOG     CORTEX_REGISTER(0x40000080u)
#define MACHINE_RESET_CAUSE  CORTEX_REGISTER(0x40000084u)
#define MACHINE_ID_LOW       CORTEX_REGISTER(0x40000088u)
#define MACHINE_ID_HIGH      CORTEX_REGISTER(0x4000008Cu)

#define MACHINE_LINE_SENSOR  1u
#define MACHINE_LINE_SERIAL  2u
#define MACHINE_BUS_TRANSFER 1u
#define MACHINE_BUS_CLOCKS   2u

#define MACHINE_RECORDS      0x08000000u
#define MACHINE_RECORD_PAGES 64u

#endif
