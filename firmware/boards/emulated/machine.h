/* machine: the registers of the emulated board, all of 32 bits.
 *
 * A transfer, a byte sent and a sleep take the time that they would; the records are memory. A
 * write to SCB->AIRCR resets. (r) is what a read returns, (w) what a write does. */
#ifndef EDGEKIT_MACHINE_H
#define EDGEKIT_MACHINE_H

#include "../cortex-m/cortex_m.h"

/* Time */
#define MACHINE_TIME_LOW   CORTEX_REGISTER(0x40000000u) /* (r) microseconds; latches TIME_HIGH */
#define MACHINE_TIME_HIGH  CORTEX_REGISTER(0x40000004u) /* (r) upper half of the last TIME_LOW */
#define MACHINE_SLEEP_LOW  CORTEX_REGISTER(0x40000008u) /* (w) until when to sleep */
#define MACHINE_SLEEP_HIGH CORTEX_REGISTER(0x4000000Cu) /* (w) upper half; sleeps */

/* Lines that end a sleep */
#define MACHINE_LINES       CORTEX_REGISTER(0x40000010u) /* (r) which are high */
#define MACHINE_WAKES       CORTEX_REGISTER(0x40000014u) /* (w) which end a sleep */
#define MACHINE_LINE_SENSOR 1u                           /* the sensor's interrupt */
#define MACHINE_LINE_SERIAL 2u                           /* serial bytes wait */

/* The sensor's bus */
#define MACHINE_BUS_ADDRESS  CORTEX_REGISTER(0x40000020u) /* (w) 7 bits */
#define MACHINE_BUS_OUT      CORTEX_REGISTER(0x40000024u) /* (w) address of the bytes to write */
#define MACHINE_BUS_OUT_SIZE CORTEX_REGISTER(0x40000028u) /* (w) how many */
#define MACHINE_BUS_IN       CORTEX_REGISTER(0x4000002Cu) /* (w) address to read to */
#define MACHINE_BUS_IN_SIZE  CORTEX_REGISTER(0x40000030u) /* (w) how many */
#define MACHINE_BUS_GO                                                                             \
    CORTEX_REGISTER(0x40000034u) /* (r) edgekit_error_t of the last; (w) begin                     \
                                  */
#define MACHINE_BUS_TRANSFER 1u
#define MACHINE_BUS_CLOCKS   2u /* nine clocks and a STOP */

/* The serial line */
#define MACHINE_SERIAL_OUT  CORTEX_REGISTER(0x40000040u) /* (w) address of bytes */
#define MACHINE_SERIAL_SEND CORTEX_REGISTER(0x40000044u) /* (w) how many, sends; (r) 0: dropped */
#define MACHINE_SERIAL_IN   CORTEX_REGISTER(0x40000048u) /* (r) 0x100 + a byte, or 0: none */

/* The records' flash */
#define MACHINE_FLASH_OFFSET CORTEX_REGISTER(0x40000060u) /* (w) into the records */
#define MACHINE_FLASH_FROM   CORTEX_REGISTER(0x40000064u) /* (w) address of bytes */
#define MACHINE_FLASH_WRITE  CORTEX_REGISTER(0x40000068u) /* (w) how many; (r) edgekit_error_t */
#define MACHINE_FLASH_ERASE  CORTEX_REGISTER(0x4000006Cu) /* (w) a page's number */
#define MACHINE_RECORDS      0x08000000u
#define MACHINE_RECORD_PAGES 64u

/* Light, battery and power */
#define MACHINE_LED        CORTEX_REGISTER(0x400000A0u) /* (w) 1: on */
#define MACHINE_BATTERY_MV CORTEX_REGISTER(0x400000A4u) /* (r) 0: none */
#define MACHINE_USB_POWER  CORTEX_REGISTER(0x400000A8u) /* (r) 1: USB feeds the board */
#define MACHINE_POWER_OFF  CORTEX_REGISTER(0x400000ACu) /* (w) off until a reset or USB power */

/* The rest */
#define MACHINE_WATCHDOG    CORTEX_REGISTER(0x40000080u) /* (w) feeds; resets after 8 s without */
#define MACHINE_RESET_CAUSE CORTEX_REGISTER(0x40000084u) /* (r) hal_reset_cause_t */
#define MACHINE_ID_LOW      CORTEX_REGISTER(0x40000088u) /* (r) serial number */
#define MACHINE_ID_HIGH     CORTEX_REGISTER(0x4000008Cu)
#define MACHINE_MOTOR       CORTEX_REGISTER(0x40000090u) /* (w) strength of 255; a reset: 0 */

#endif
