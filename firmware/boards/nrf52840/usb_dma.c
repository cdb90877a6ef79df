#include "usb_dma.h"

#include "usbd.h"

#include <stdbool.h>
#include <string.h>

#define END_READS 5000u /* of its END event: more than a millisecond, for some microseconds */

__attribute__((aligned(4))) uint8_t usb_dma_received[USB_PACKET_BYTES];
static __attribute__((aligned(4))) uint8_t to_send[USB_PACKET_BYTES];
static bool is_odd; /* the count of all bytes since USBD was switched on */

static void run(volatile uint32_t *start, volatile uint32_t *end)
{
    *end = 0;
    ANOMALY_199 = ANOMALY_199_WORKAROUND;
    cortex_barrier(); /* what it reads is in memory */
    *start = 1;
    for (uint32_t read = 0; read < END_READS && !*end; read++) {
    }
    *end = 0;
    ANOMALY_199 = 0;
    __asm__ volatile("" ::: "memory"); /* what it wrote is read after this */
}

static void run_in(uint32_t endpoint, uint32_t bytes)
{
    USBD_EPIN_PTR(endpoint) = (uint32_t)(uintptr_t)to_send; /* EasyDMA reads no flash */
    USBD_EPIN_MAXCNT(endpoint) = bytes;
    run(&USBD_STARTEPIN(endpoint), &USBD_EVENTS_ENDEPIN(endpoint));
    is_odd ^= bytes & 1u;
}

void usb_dma_send(uint32_t endpoint, const uint8_t *data, uint32_t bytes)
{
    if (bytes > 0) {
        memcpy(to_send, data, bytes);
    }
    run_in(endpoint, bytes);
}

uint32_t usb_dma_receive(uint32_t endpoint)
{
    const uint32_t size = USBD_SIZE_EPOUT(endpoint);
    const uint32_t bytes = size < USB_PACKET_BYTES ? size : USB_PACKET_BYTES;
    USBD_EPOUT_PTR(endpoint) = (uint32_t)(uintptr_t)usb_dma_received;
    USBD_EPOUT_MAXCNT(endpoint) = bytes;
    run(&USBD_STARTEPOUT(endpoint), &USBD_EVENTS_ENDEPOUT(endpoint));
    is_odd ^= bytes & 1u;
    return bytes;
}

/* Zephyr's driver does the same: after an odd count of bytes USBD would make a wrong bus access
 * when it is next switched on. Nordic's list of anomalies does not have it. */
void usb_dma_end(void)
{
    if (is_odd) {
        run_in(0, 1);
    }
}
