#include "usb_descriptors.h"

#include "edgekit_hal.h"
#include "usb_chip.h"
#include "usb_identity.h"

/* USB 2.0, table 9-5 */
#define DEVICE         1u
#define CONFIGURATION  2u
#define STRING         3u
#define INTERFACE      4u
#define ENDPOINT       5u
#define ASSOCIATION    11u /* of interfaces: its engineering change notice */
#define CLASS_SPECIFIC 0x24u

#define LOW(word)    (uint8_t)((word) & 0xFFu)
#define HIGH(word)   (uint8_t)((word) >> 8)
#define RELEASE      0x0200u /* of the device, in binary-coded decimals */
#define MILLIAMPERES 200u    /* from the host at most: the board, and its battery's charger */
#define BULK         2u
#define INTERRUPT    3u
#define INTERRUPT_MS 255u

enum { LANGUAGES, MANUFACTURER, PRODUCT, SERIAL_NUMBER };

/* Table 9-8; the class says that interfaces belong together. */
static const uint8_t device[] = {
    18,
    DEVICE,
    LOW(0x0200u), /* USB 2.0 */
    HIGH(0x0200u),
    0xEF, /* class, subclass and protocol of an interface association */
    0x02,
    0x01,
    USB_PACKET_BYTES,
    LOW(USB_VENDOR_ID),
    HIGH(USB_VENDOR_ID),
    LOW(USB_PRODUCT_ID),
    HIGH(USB_PRODUCT_ID),
    LOW(RELEASE),
    HIGH(RELEASE),
    MANUFACTURER,
    PRODUCT,
    SERIAL_NUMBER,
    1, /* configuration */
};

#define CONFIGURATION_BYTES (9u + 8u + 9u + 5u + 5u + 4u + 5u + 7u + 9u + 7u + 7u)

/* Tables 9-10, 9-12, 9-13, and between them CDC 1.2, 5.2.3, with PSTN 1.2, 5.3 */
static const uint8_t configuration[] = {
    /* the configuration, of two interfaces */
    9, CONFIGURATION, LOW(CONFIGURATION_BYTES), HIGH(CONFIGURATION_BYTES), 2, USB_CONFIGURATION, 0,
    0x80, MILLIAMPERES / 2u,
    /* both are one function: communication (02), abstract control model (02), no commands (00) */
    8, ASSOCIATION, USB_CONTROL_INTERFACE, 2, 0x02, 0x02, 0x00, 0,
    /* the control interface, of one endpoint */
    9, INTERFACE, USB_CONTROL_INTERFACE, 0, 1, 0x02, 0x02, 0x00, 0,
    /* header: CDC 1.20 */
    5, CLASS_SPECIFIC, 0x00, LOW(0x0120u), HIGH(0x0120u),
    /* call management: none */
    5, CLASS_SPECIFIC, 0x01, 0x00, USB_DATA_INTERFACE,
    /* abstract control management: the requests for line coding and line state */
    4, CLASS_SPECIFIC, 0x02, 0x02,
    /* union of both interfaces */
    5, CLASS_SPECIFIC, 0x06, USB_CONTROL_INTERFACE, USB_DATA_INTERFACE,
    /* for notifications, of which none is sent */
    7, ENDPOINT, USB_INTERRUPT, INTERRUPT, LOW(USB_PACKET_BYTES), HIGH(USB_PACKET_BYTES),
    INTERRUPT_MS,
    /* the data interface, of two endpoints */
    9, INTERFACE, USB_DATA_INTERFACE, 0, 2, 0x0A, 0x00, 0x00, 0,
    /* to the device, from the device */
    7, ENDPOINT, USB_BULK_OUT, BULK, LOW(USB_PACKET_BYTES), HIGH(USB_PACKET_BYTES), 0, /**/
    7, ENDPOINT, USB_BULK_IN, BULK, LOW(USB_PACKET_BYTES), HIGH(USB_PACKET_BYTES), 0};

_Static_assert(sizeof device == 18, "the device descriptor says its own length");
_Static_assert(sizeof configuration == CONFIGURATION_BYTES, "the length is of all parts");

#define DEVICE_ID_BYTES 8u
#define TEXT_BYTES      (2u * DEVICE_ID_BYTES) /* the longest text, beside the product's name */
#define DESCRIPTOR_BYTES(characters) (2u + 2u * (characters))
_Static_assert(sizeof USB_PRODUCT - 1u <= TEXT_BYTES, "the product's name fits");
_Static_assert(sizeof USB_MANUFACTURER - 1u <= TEXT_BYTES, "the manufacturer's name fits");

static uint8_t string[DESCRIPTOR_BYTES(TEXT_BYTES)];

/* Lay out a string descriptor in `string`, in UTF-16; return its bytes. (9.6.7) */
static uint32_t lay_out(const char *text, uint32_t characters)
{
    string[0] = (uint8_t)DESCRIPTOR_BYTES(characters);
    string[1] = STRING;
    for (uint32_t i = 0; i < characters; i++) {
        string[2u + 2u * i] = (uint8_t)text[i];
        string[3u + 2u * i] = 0;
    }
    return string[0];
}

static uint32_t lay_out_languages(void)
{
    string[0] = 4;
    string[1] = STRING;
    string[2] = LOW(0x0409u); /* English, United States */
    string[3] = HIGH(0x0409u);
    return string[0];
}

static uint32_t lay_out_serial_number(void)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t id[DEVICE_ID_BYTES];
    char text[2u * DEVICE_ID_BYTES];
    hal_device_id(id);
    for (uint32_t i = 0; i < DEVICE_ID_BYTES; i++) {
        text[2u * i] = digits[id[i] >> 4];
        text[2u * i + 1u] = digits[id[i] & 0xFu];
    }
    return lay_out(text, sizeof text);
}

static uint32_t string_descriptor(uint8_t index)
{
    switch (index) {
    case LANGUAGES:
        return lay_out_languages();
    case MANUFACTURER:
        return lay_out(USB_MANUFACTURER, sizeof USB_MANUFACTURER - 1u);
    case PRODUCT:
        return lay_out(USB_PRODUCT, sizeof USB_PRODUCT - 1u);
    case SERIAL_NUMBER:
        return lay_out_serial_number();
    default:
        return 0;
    }
}

uint32_t usb_descriptor(uint16_t value, const uint8_t **data)
{
    const uint8_t kind = (uint8_t)(value >> 8);
    const uint8_t index = (uint8_t)(value & 0xFFu);
    if (kind == DEVICE && index == 0) {
        *data = device;
        return sizeof device;
    }
    if (kind == CONFIGURATION && index == 0) {
        *data = configuration;
        return sizeof configuration;
    }
    *data = string;
    return kind == STRING ? string_descriptor(index) : 0;
}
