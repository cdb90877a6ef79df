/* wiring: what the XIAO nRF52840 adds to its chip: pins (Seeed's pinout), supply, flash layout. */
#ifndef EDGEKIT_WIRING_H
#define EDGEKIT_WIRING_H

#include <stdbool.h>

#define BOARD_NAME "xiao-nrf52840"

/* Pins of port 0 */
/* D1 (P0.03) stays free: the boot loader reads it as a button, low as INT1 is while it rests. */
#define MOTOR_PIN 2u  /* D0 */
#define INT1_PIN  28u /* D2 */
#define SDA_PIN   4u  /* D4 */
#define SCL_PIN   5u  /* D5 */

#define LED_PIN            26u /* red */
#define LED_IS_LIT_BY_HIGH false

/* The battery's divider, 1000 over 510 kOhm: connected while its pin is driven low. P0.31 (AIN7)
 * must never see the battery undivided: Seeed's wiki advises to leave the pin low, which costs 2.3
 * uA. */
#define BATTERY_ENABLE_PIN   14u
#define BATTERY_INPUT        8u /* of SAADC's PSELP: AIN7 */
#define BATTERY_LOWER_KOHM   510u
#define BATTERY_DIVIDER_KOHM 1510u

/* Pins of port 1 */
#define TXD_PIN 11u /* D6 */
#define RXD_PIN 12u /* D7 */

#define HAS_DCDC_INDUCTORS 1u

/* From the image's limit up to the boot loader; as in board.toml. */
#define FLASH_RECORDS      0x000CE000u
#define FLASH_RECORD_PAGES 38u

#endif
