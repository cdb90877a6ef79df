/* usb_chip: what a chip's USB block does for usb_cdc.c. Each chip with USB implements it.
 *
 * Endpoint 0 is control, 1 IN interrupt (of which nothing is ever sent), 2 IN and OUT bulk, all of
 * USB_PACKET_BYTES. Everything runs in the main loop: usb_chip_poll() reads what happened and calls
 * usb_cdc.h's functions, which call the others here. Nothing here waits for the host, and bytes
 * are copied before a function returns, so `data` may be in flash and need not be aligned.
 *
 * The chip's file does by itself: the data toggles; DATA1 after SETUP and in a status stage; at a
 * SETUP, ending a control transfer that was under way; at a bus reset, address 0 and endpoints 1
 * and 2 closed. (USB 2.0, 8.5.3 control transfers, 8.6 toggles, 9.1 states)
 */
#ifndef EDGEKIT_USB_CHIP_H
#define EDGEKIT_USB_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#define USB_PACKET_BYTES 64u

#define USB_IN        0x80u /* in an endpoint's address: to the host */
#define USB_INTERRUPT (1u | USB_IN)
#define USB_BULK_IN   (2u | USB_IN)
#define USB_BULK_OUT  2u

/* Set the block up, once after reset; attach to the bus now or when VBUS comes. The block's
 * interrupt is enabled, so that an event ends WFI. */
void usb_chip_start(void);

/* Handle everything that happened since the last call: events are cleared, then the interrupt's
 * pending bit. Called before and after each sleep, and while hal_serial_write() waits. */
void usb_chip_poll(void);

/* Leave the bus until the next reset: the host sees the device go. */
void usb_chip_detach(void);

/* Take this address when the status stage that follows has ended. A chip whose hardware takes
 * SET_ADDRESS keeps that SETUP from usb_cdc_setup(), and does nothing here. */
void usb_chip_set_address(uint8_t address);

/* The control transfer of the last SETUP. usb_chip_control_in sends one packet of the data stage, 0
 * to USB_PACKET_BYTES, and usb_cdc_control_in_done() follows; usb_chip_control_out lets the host
 * send one packet, and usb_cdc_control_out() follows. usb_chip_control_status takes the status
 * stage, of which nothing follows: an empty packet to the host where to_host (there was no data, or
 * it came from the host), else one from the host. usb_chip_control_stall refuses the transfer; the
 * next SETUP ends the stall. */
void usb_chip_control_in(const uint8_t *data, uint32_t bytes);
void usb_chip_control_out(void);
void usb_chip_control_status(bool to_host);
void usb_chip_control_stall(void);

/* Open endpoints 1 and 2 anew, or close them. Open: toggles at DATA0, not halted, packets under way
 * forgotten, nothing received before usb_chip_bulk_out_ready(). */
void usb_chip_configure(bool is_open);

/* Halt an endpoint, which then answers STALL, or end that: from DATA0 on, also where it was not
 * halted; a packet under way stays under way. (USB 2.0, 9.4.5) */
void usb_chip_halt(uint8_t endpoint, bool is_halted);

/* Send one packet of 0 to USB_PACKET_BYTES; usb_cdc_bulk_in_done() follows when the host has it.
 * Called only when no other is under way. */
void usb_chip_bulk_in(const uint8_t *data, uint32_t bytes);

/* Let the host send one packet; usb_cdc_bulk_out() follows. Until then it sees NAK. Called only
 * when no other is awaited. */
void usb_chip_bulk_out_ready(void);

#endif
