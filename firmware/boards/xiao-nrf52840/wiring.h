/* wiring: what the XIAO nRF52840 adds to its chip: pins (Seeed's pinout), supply, flash layout. */
#ifndef EDGEKIT_WIRING_H
#define EDGEKIT_WIRING_H

#define BOARD_NAME "xiao-nrf52840"

/* Pins of port 0 */
/* D1 (P0.03) stays free: the boot loader reads it as a button, low as INT1 is while it rests. */
#define MOTOR_PIN 2u  /* D0 */
#define INT1_PIN  28u /* D2 */
#define SDA_PIN   4u  /* D4 */
#define SCL_PIN   5u  /* D5 */

/* Pins of port 1 */
#define TXD_PIN 11u /* D6 */
#define RXD_PIN 12u /* D7 */

#define HAS_DCDC_INDUCTORS 1u

/* From the image's limit up to the boot loader; as in board.toml. */
#define FLASH_RECORDS      0x000CE000u
#define FLASH_RECORD_PAGES 38u

#endif
