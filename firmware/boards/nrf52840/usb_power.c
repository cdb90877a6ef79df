/* The order is the specification's (6.35.4, power-up sequence); what anomalies 171, 187 and 223
 * want in between is in usbd.h. */
#include "usb_power.h"

#include "clock.h"
#include "edgekit_hal.h"
#include "usbd.h"

#define EVENT_READS 5000u /* of a register: more than a millisecond; READY takes some 10 us */

static enum { OFF, ENABLED, ATTACHED, FAILED } state;
static bool was_enabled; /* since reset */

/* Write one of the anomalies' registers, which a lock guards. */
static void write_locked(volatile uint32_t *guarded, uint32_t value)
{
    const bool is_locked = ANOMALY_LOCK == 0;
    if (is_locked) {
        ANOMALY_LOCK = ANOMALY_LOCK_KEY;
    }
    *guarded = value;
    if (is_locked) {
        ANOMALY_LOCK = ANOMALY_LOCK_KEY;
    }
}

static bool wait_for_cause(uint32_t cause)
{
    bool came = false;
    for (uint32_t read = 0; read < EVENT_READS && !came; read++) {
        came = (USBD_EVENTCAUSE & cause) != 0;
    }
    USBD_EVENTCAUSE = cause;
    USBD_EVENTS_USBEVENT = 0;
    return came;
}

static bool enable(void)
{
    USBD_EVENTCAUSE = USBD_EVENTCAUSE_READY;
    write_locked(&ANOMALY_187, ANOMALY_187_WORKAROUND);
    write_locked(&ANOMALY_171, ANOMALY_171_WORKAROUND);
    USBD_ENABLE = 1;
    const bool is_ready = wait_for_cause(USBD_EVENTCAUSE_READY);
    write_locked(&ANOMALY_171, 0);
    write_locked(&ANOMALY_187, 0);
    if (!is_ready) {
        USBD_ENABLE = 0;
    }
    return is_ready;
}

static void enable_interrupts(void)
{
    USBD_EVENTS_USBRESET = 0;
    USBD_EVENTS_EP0DATADONE = 0;
    USBD_EVENTS_EP0SETUP = 0;
    USBD_EVENTS_EPDATA = 0;
    USBD_INTENSET = USBD_INT_USBRESET | USBD_INT_EP0DATADONE | USBD_INT_USBEVENT |
                    USBD_INT_EP0SETUP | USBD_INT_EPDATA;
    cortex_enable_interrupt(USBD_INTERRUPT);
}

static void switch_on(void)
{
    bool is_ready = enable();
    if (is_ready && !was_enabled) { /* anomaly 223: the first time is not enough */
        USBD_ENABLE = 0;
        is_ready = enable();
        was_enabled = true;
    }
    state = is_ready ? ENABLED : FAILED;
    if (is_ready) {
        enable_interrupts();
        clock_crystal_on();
    }
}

void usb_power_start(void)
{
    USBD_INTENCLR = 0xFFFFFFFFu;
    USBD_ENABLE = 0;
    POWER_INTENSET = POWER_INT_USB;
    cortex_enable_interrupt(CLOCK_INTERRUPT);
}

static bool take(volatile uint32_t *event)
{
    const bool came = *event != 0;
    if (came) {
        *event = 0;
        (void)*event; /* the write has arrived before pending is cleared */
        cortex_clear_pending(CLOCK_INTERRUPT);
    }
    return came;
}

bool usb_power_is_lost(void)
{
    (void)take(&POWER_EVENTS_USBDETECTED);
    (void)take(&POWER_EVENTS_USBPWRRDY);
    const bool went = take(&POWER_EVENTS_USBREMOVED);
    return state != OFF && (went || !hal_usb_power());
}

bool usb_power_up(void)
{
    if (state == OFF && hal_usb_power()) {
        switch_on();
    }
    if (state == ENABLED && POWER_USBREGSTATUS & POWER_USBREGSTATUS_READY && clock_crystal_runs()) {
        USBD_USBPULLUP = 1;
        state = ATTACHED;
    }
    return state == ATTACHED;
}

void usb_power_down(void)
{
    if (state == ENABLED || state == ATTACHED) {
        USBD_INTENCLR = 0xFFFFFFFFu;
        USBD_USBPULLUP = 0;
        USBD_ENABLE = 0;
        (void)USBD_ENABLE;
        cortex_clear_pending(USBD_INTERRUPT);
        clock_crystal_off();
    }
    state = OFF;
}

void usb_power_sleep(void)
{
    USBD_LOWPOWER = 1;
    (void)USBD_LOWPOWER;
}

void usb_power_wake(void)
{
    /* A host's resume has woken it, unless that came before usb_power_sleep() was done. */
    if (USBD_LOWPOWER != 0) {
        write_locked(&ANOMALY_171, ANOMALY_171_WORKAROUND);
        USBD_LOWPOWER = 0;
        (void)wait_for_cause(USBD_EVENTCAUSE_USBWUALLOWED);
        write_locked(&ANOMALY_171, 0);
    }
}
