/* usb_registers: the USB block that the RP2040 and the RP2350 have alike. RP2040 data sheet, 4.1.3
 * and 4.1.4; RP2350 data sheet, 12.7.4 and 12.7.5. */
#ifndef EDGEKIT_USB_REGISTERS_H
#define EDGEKIT_USB_REGISTERS_H

#include "rp2.h"

#define USB_REGISTER(offset) CORTEX_REGISTER(0x50110000u + (offset))

#define USB_ADDR_ENDP     USB_REGISTER(0x00u)
#define USB_MAIN_CTRL     USB_REGISTER(0x40u)
#define USB_SOF_RD        USB_REGISTER(0x48u) /* reading ends INTS_DEV_SOF */
#define USB_SIE_CTRL      USB_REGISTER(0x4Cu)
#define USB_SIE_STATUS    USB_REGISTER(0x50u) /* these four: a one is cleared by writing it */
#define USB_BUFF_STATUS   USB_REGISTER(0x58u)
#define USB_EP_ABORT      USB_REGISTER(0x60u)
#define USB_EP_ABORT_DONE USB_REGISTER(0x64u)
#define USB_EP_STALL_ARM  USB_REGISTER(0x68u)
#define USB_MUXING        USB_REGISTER(0x74u)
#define USB_PWR           USB_REGISTER(0x78u)
#define USB_INTE          USB_REGISTER(0x90u)
#define USB_INTS          USB_REGISTER(0x98u)

#define USB_MAIN_CTRL_DEVICE     1u /* enabled, no host; RP2350: PHY_ISO, bit 2, is off */
#define USB_MUXING_TO_PHY        ((1u << 3) | (1u << 0)) /* SOFTCON: the pull-up is software's */
#define USB_PWR_VBUS_IS_THERE    ((1u << 3) | (1u << 2)) /* no pin tells */
#define USB_SIE_CTRL_EP0_INT     (1u << 29)              /* each buffer of endpoint 0 */
#define USB_SIE_CTRL_PULL_UP     (1u << 16)
#define USB_SIE_STATUS_BUS_RESET (1u << 19)
#define USB_SIE_STATUS_SETUP     (1u << 17)
#define USB_SIE_STATUS_RESUME    (1u << 11)
#define USB_SIE_STATUS_SUSPENDED (1u << 4)
#define USB_INT_DEV_SOF          (1u << 17)
#define USB_INT_SETUP            (1u << 16)
#define USB_INT_RESUME           (1u << 15)
#define USB_INT_SUSPEND          (1u << 14)
#define USB_INT_BUS_RESET        (1u << 12)
#define USB_INT_BUFF_STATUS      (1u << 4)
#define USB_STALL_ARM_EP0        3u

/* The memory that both the core and the block reach, without aliases: 4 KiB. */
#define USB_MEMORY(offset)       CORTEX_REGISTER(0x50100000u + (offset))
#define USB_MEMORY_CONTROL_BYTES 0x100u /* what lies before the buffers */
#define USB_SETUP_PACKET         0x00u
#define USB_EP_CONTROL_ON        ((1u << 31) | (1u << 29)) /* an interrupt for each buffer */
#define USB_EP_CONTROL_BULK      (2u << 26)
#define USB_EP_CONTROL_INTERRUPT (3u << 26)
#define USB_BUFFER_FULL          (1u << 15)
#define USB_BUFFER_LAST          (1u << 14)
#define USB_BUFFER_DATA1         (1u << 13)
#define USB_BUFFER_STALL         (1u << 11)
#define USB_BUFFER_AVAILABLE     (1u << 10) /* to the block */
#define USB_BUFFER_BYTES         0x3FFu

#endif
