/* The board's serial flash chip (P25Q16H, 2 MB) stands by from power-on until a command puts it
 * into deep power-down. Its lines are driven for good, because undriven lines may wake it. Nothing
 * else draws current by itself: LEDs, the Sense's microphone and its IMU are off until a pin
 * switches them on. */
#include "../nrf52840/idle_chips.h"

#include "../nrf52840/nrf52840.h"

#define DATA            (1u << 20) /* P0.20, 21, 25 */
#define CLOCK           (1u << 21)
#define SELECT          (1u << 25) /* low: the chip listens */
#define NO_PROTECT      (1u << 22) /* WP#, low: protects; P0.22 */
#define NO_HOLD         (1u << 23) /* HOLD#, low: the chip ignores the clock; P0.23 */
#define DATA_PIN        20u
#define CLOCK_PIN       21u
#define SELECT_PIN      25u
#define NO_PROTECT_PIN  22u
#define NO_HOLD_PIN     23u
#define DEEP_POWER_DOWN 0xB9u

static void put(uint32_t line, uint32_t bit)
{
    if (bit != 0) {
        GPIO_OUTSET(0) = line;
    } else {
        GPIO_OUTCLR(0) = line;
    }
}

void idle_chips_sleep(void)
{
    const uint32_t driven = GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_INPUT_OFF;
    GPIO_OUTSET(0) = SELECT | NO_PROTECT | NO_HOLD;
    GPIO_OUTCLR(0) = DATA | CLOCK;
    GPIO_PIN_CNF(0, NO_PROTECT_PIN) = driven; /* floating, they may hold or protect the chip */
    GPIO_PIN_CNF(0, NO_HOLD_PIN) = driven;
    GPIO_PIN_CNF(0, SELECT_PIN) = driven; /* for good: it stays high */
    GPIO_PIN_CNF(0, DATA_PIN) = driven;
    GPIO_PIN_CNF(0, CLOCK_PIN) = driven;
    GPIO_OUTCLR(0) = SELECT;
    for (uint32_t bit = 8; bit-- > 0;) {
        put(DATA, DEEP_POWER_DOWN >> bit & 1u);
        GPIO_OUTSET(0) = CLOCK;
        GPIO_OUTCLR(0) = CLOCK;
    }
    GPIO_OUTSET(0) = SELECT;
}
