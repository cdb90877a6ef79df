/* usb_dma: copy packets between RAM and USBD's endpoints.
 *
 * One EasyDMA serves all endpoints: it copies a packet between RAM and an endpoint's own buffer in
 * some microseconds, and is waited for. So there are never two, and no task is given during one,
 * which would be lost (anomaly 199). */
#ifndef EDGEKIT_USB_DMA_H
#define EDGEKIT_USB_DMA_H

#include <stdint.h>

#include "../usb/usb_chip.h"

extern uint8_t usb_dma_received[USB_PACKET_BYTES];

/* Give an endpoint a packet for the host, at most USB_PACKET_BYTES, from RAM or flash. */
void usb_dma_send(uint32_t endpoint, const uint8_t *data, uint32_t bytes);

/* Copy the host's packet from an endpoint to usb_dma_received; return its bytes. The endpoint then
 * takes the next one. */
uint32_t usb_dma_receive(uint32_t endpoint);

/* To be called before USBD is switched off. */
void usb_dma_end(void);

#endif
