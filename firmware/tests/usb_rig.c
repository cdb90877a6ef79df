#include "usb_rig.h"

#include <string.h>

#include "edgekit_hal.h"

usb_rig_t usb_rig;

static void expect(bool is_allowed)
{
    usb_rig.misuses += !is_allowed;
}

static uint32_t place(uint8_t endpoint)
{
    expect(endpoint == USB_INTERRUPT || endpoint == USB_BULK_OUT || endpoint == USB_BULK_IN);
    return endpoint == USB_INTERRUPT ? 0 : endpoint == USB_BULK_OUT ? 1 : 2;
}

void hal_device_id(uint8_t id[8])
{
    static const uint8_t bytes[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};
    memcpy(id, bytes, sizeof bytes);
}

void usb_chip_set_address(uint8_t address)
{
    usb_rig.address = address;
}

void usb_chip_control_in(const uint8_t *data, uint32_t bytes)
{
    expect(bytes <= USB_PACKET_BYTES);
    memcpy(usb_rig.control_data, data, bytes);
    usb_rig.control_bytes = bytes;
    usb_rig.control = RIG_DATA_TO_HOST;
}

void usb_chip_control_out(void)
{
    usb_rig.control = RIG_DATA_FROM_HOST;
}

void usb_chip_control_status(bool to_host)
{
    usb_rig.control = to_host ? RIG_STATUS_TO_HOST : RIG_STATUS_FROM_HOST;
}

void usb_chip_control_stall(void)
{
    usb_rig.control = RIG_STALL;
}

void usb_chip_configure(bool is_open)
{
    usb_rig.is_open = is_open;
    usb_rig.opened++;
    usb_rig.is_sending = usb_rig.is_out_ready = false;
    memset(usb_rig.is_halted, 0, sizeof usb_rig.is_halted);
}

void usb_chip_halt(uint8_t endpoint, bool is_halted)
{
    expect(usb_rig.is_open);
    usb_rig.is_halted[place(endpoint)] = is_halted;
    usb_rig.unhalted[place(endpoint)] += !is_halted;
}

void usb_chip_bulk_in(const uint8_t *data, uint32_t bytes)
{
    expect(usb_rig.is_open && !usb_rig.is_sending && bytes <= USB_PACKET_BYTES);
    memcpy(usb_rig.bulk_data, data, bytes);
    usb_rig.bulk_bytes = bytes;
    usb_rig.is_sending = true;
}

void usb_chip_bulk_out_ready(void)
{
    expect(usb_rig.is_open && !usb_rig.is_out_ready);
    usb_rig.is_out_ready = true;
}
