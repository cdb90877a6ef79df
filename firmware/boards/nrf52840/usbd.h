/* usbd: the registers of USBD, and those of POWER that are about VBUS. nRF52840 product
 * specification v1.7, 6.35 and 5.3, "Registers".
 *
 * Anomalies of every revision that is sold: 171 and 187 (not enabled without a cure), 199 (tasks
 * are lost during DMA), 223 (wrong after reset). Their registers are not in the specification; the
 * values are those of Nordic's own driver (nrfx_usbd). */
#ifndef EDGEKIT_USBD_H
#define EDGEKIT_USBD_H

#include "nrf52840.h"

#define USBD_INTERRUPT 39u

/* 5.3 POWER; its interrupt is CLOCK's. */
#define POWER_EVENTS_USBDETECTED CORTEX_REGISTER(0x4000011Cu)
#define POWER_EVENTS_USBREMOVED  CORTEX_REGISTER(0x40000120u)
#define POWER_EVENTS_USBPWRRDY   CORTEX_REGISTER(0x40000124u)
#define POWER_INTENSET           CLOCK_INTENSET
#define POWER_INT_USB            (7u << 7) /* the three */
#define POWER_USBREGSTATUS       CORTEX_REGISTER(0x40000438u)
#define POWER_USBREGSTATUS_VBUS  (1u << 0)
#define POWER_USBREGSTATUS_READY (1u << 1) /* the regulator's output has settled */

#define USBD_STARTEPIN(n)            CORTEX_REGISTER(0x40027004u + 4u * (n))
#define USBD_STARTEPOUT(n)           CORTEX_REGISTER(0x40027028u + 4u * (n))
#define USBD_EP0RCVOUT               CORTEX_REGISTER(0x4002704Cu)
#define USBD_EP0STATUS               CORTEX_REGISTER(0x40027050u)
#define USBD_EP0STALL                CORTEX_REGISTER(0x40027054u)
#define USBD_EVENTS_USBRESET         CORTEX_REGISTER(0x40027100u)
#define USBD_EVENTS_ENDEPIN(n)       CORTEX_REGISTER(0x40027108u + 4u * (n))
#define USBD_EVENTS_EP0DATADONE      CORTEX_REGISTER(0x40027128u)
#define USBD_EVENTS_ENDEPOUT(n)      CORTEX_REGISTER(0x40027130u + 4u * (n))
#define USBD_EVENTS_USBEVENT         CORTEX_REGISTER(0x40027158u)
#define USBD_EVENTS_EP0SETUP         CORTEX_REGISTER(0x4002715Cu)
#define USBD_EVENTS_EPDATA           CORTEX_REGISTER(0x40027160u)
#define USBD_INTENSET                CORTEX_REGISTER(0x40027304u)
#define USBD_INTENCLR                CORTEX_REGISTER(0x40027308u)
#define USBD_INT_USBRESET            (1u << 0)
#define USBD_INT_EP0DATADONE         (1u << 10)
#define USBD_INT_USBEVENT            (1u << 22)
#define USBD_INT_EP0SETUP            (1u << 23)
#define USBD_INT_EPDATA              (1u << 24)
#define USBD_EVENTCAUSE              CORTEX_REGISTER(0x40027400u) /* by a one */
#define USBD_EVENTCAUSE_SUSPEND      (1u << 8)
#define USBD_EVENTCAUSE_RESUME       (1u << 9)
#define USBD_EVENTCAUSE_USBWUALLOWED (1u << 10)
#define USBD_EVENTCAUSE_READY        (1u << 11)
#define USBD_EPDATASTATUS            CORTEX_REGISTER(0x4002746Cu) /* by a one */
#define USBD_EPDATASTATUS_IN(n)      (1u << (n))
#define USBD_EPDATASTATUS_OUT(n)     (1u << (16u + (n)))
#define USBD_SETUP(byte)     CORTEX_REGISTER(0x40027480u + 4u * (byte)) /* BMREQUESTTYPE.. */
#define USBD_SIZE_EPOUT(n)   CORTEX_REGISTER(0x400274A0u + 4u * (n))
#define USBD_ENABLE          CORTEX_REGISTER(0x40027500u)
#define USBD_USBPULLUP       CORTEX_REGISTER(0x40027504u)
#define USBD_DTOGGLE         CORTEX_REGISTER(0x4002750Cu)
#define USBD_DTOGGLE_DATA0   (1u << 8)
#define USBD_EPINEN          CORTEX_REGISTER(0x40027510u)
#define USBD_EPOUTEN         CORTEX_REGISTER(0x40027514u)
#define USBD_EPSTALL         CORTEX_REGISTER(0x40027518u)
#define USBD_EPSTALL_STALL   (1u << 8)
#define USBD_LOWPOWER        CORTEX_REGISTER(0x4002752Cu)
#define USBD_EPIN_PTR(n)     CORTEX_REGISTER(0x40027600u + 0x14u * (n))
#define USBD_EPIN_MAXCNT(n)  CORTEX_REGISTER(0x40027604u + 0x14u * (n))
#define USBD_EPOUT_PTR(n)    CORTEX_REGISTER(0x40027700u + 0x14u * (n))
#define USBD_EPOUT_MAXCNT(n) CORTEX_REGISTER(0x40027704u + 0x14u * (n))

/* Without a place in the specification: how nrfx_usbd empties an IN endpoint's buffer. */
#define USBD_BUFFER_SELECT CORTEX_REGISTER(0x40027800u)
#define USBD_BUFFER_IN(n)  (0x7B4u + 2u * (n))
#define USBD_BUFFER        CORTEX_REGISTER(0x40027804u)
#define USBD_BUFFER_EMPTY  (1u << 1)

/* Anomalies */
#define ANOMALY_LOCK           CORTEX_REGISTER(0x4006EC00u) /* 0: locked; the key turns it */
#define ANOMALY_LOCK_KEY       0x9375u
#define ANOMALY_171            CORTEX_REGISTER(0x4006EC14u)
#define ANOMALY_171_WORKAROUND 0xC0u
#define ANOMALY_187            CORTEX_REGISTER(0x4006ED14u)
#define ANOMALY_187_WORKAROUND 3u
#define ANOMALY_199            CORTEX_REGISTER(0x40027C1Cu)
#define ANOMALY_199_WORKAROUND 0x82u

#endif
