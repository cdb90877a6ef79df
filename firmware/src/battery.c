#include "battery.h"

static battery_state_t state_of(const battery_t *battery, uint16_t mv)
{
    if (battery->was_above_empty && battery->empty_readings >= BATTERY_EMPTY_READINGS) {
        return BATTERY_EMPTY;
    }
    const bool is_low = battery->state == BATTERY_LOW || battery->state == BATTERY_EMPTY;
    const uint16_t good_from_mv = is_low ? BATTERY_GOOD_MV : BATTERY_LOW_MV;
    return mv < good_from_mv ? BATTERY_LOW : BATTERY_GOOD;
}

bool battery_push(battery_t *battery, uint16_t mv, bool on_usb)
{
    const battery_state_t before = battery->state;
    if (on_usb || mv < BATTERY_LEAST_MV) {
        battery->empty_readings = 0;
        battery->state = BATTERY_UNKNOWN;
    } else {
        battery->was_above_empty = battery->was_above_empty || mv >= BATTERY_EMPTY_MV;
        const bool counts = mv < BATTERY_EMPTY_MV;
        const uint8_t most = BATTERY_EMPTY_READINGS;
        const uint8_t readings = battery->empty_readings;
        battery->empty_readings = counts ? (uint8_t)(readings + (readings < most)) : 0;
        battery->state = state_of(battery, mv);
    }
    return battery->state != before;
}
