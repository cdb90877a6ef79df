"""USBD's registers: offsets, named as in the product specification (6.35.13)."""

from enum import IntEnum


class Register(IntEnum):
    STARTEPIN = 0x004  # the first of eight, as ENDEPIN
    STARTISOIN = 0x024
    STARTEPOUT = 0x028  # the first of eight, as ENDEPOUT
    STARTISOOUT = 0x048
    EP0RCVOUT = 0x04C
    EP0STATUS = 0x050
    EP0STALL = 0x054
    USBRESET = 0x100
    ENDEPIN = 0x108
    EP0DATADONE = 0x128
    ENDEPOUT = 0x130
    USBEVENT = 0x158
    EP0SETUP = 0x15C
    EPDATA = 0x160
    EVENTCAUSE = 0x400
    EPSTATUS = 0x468
    EPDATASTATUS = 0x46C
    USBADDR = 0x470
    BMREQUESTTYPE = 0x480  # and seven more bytes of the SETUP
    SIZE_EPOUT = 0x4A0  # the first of eight
    ENABLE = 0x500
    USBPULLUP = 0x504
    DTOGGLE = 0x50C
    EPINEN = 0x510
    EPOUTEN = 0x514
    EPSTALL = 0x518
    FRAMECNTR = 0x520
    LOWPOWER = 0x52C
    EPIN = 0x600  # PTR, then MAXCNT; of eight
    EPOUT = 0x700  # likewise
    BUFFER_SELECT = 0x800  # not in the specification, as BUFFER and ANOMALY_199
    BUFFER = 0x804
    ANOMALY_199 = 0xC1C


ENDPOINT_BYTES = 0x14  # from one endpoint's PTR to the next one's
# Out of reach while USBD is not ready or in low power, as every task is (6.35.12).
GUARDED = {
    *range(0x420, 0x464, 4),  # HALTED
    *range(Register.USBADDR, 0x4C4, 4),
    *(Register.USBPULLUP, Register.DTOGGLE, Register.EPINEN, Register.EPOUTEN, Register.EPSTALL),
    *(Register.EPSTALL + 4, Register.FRAMECNTR),  # the first is ISOSPLIT
}
