"""EventKind: every kind of event that a night may hold, and what each means for its readers.

Whoever writes, filters or shows an event asks this list. A new kind is one entry here, and one in
a set below where it is treated in a special way.
"""

from edgekit.worded import WordedEnum


class EventKind(WordedEnum):
    """The kind as the night stores it, with what it says in plain words."""

    # The monitor's run.
    START = "start", "the recording began"
    STOP = "stop", "the recording ended as it was meant to"
    INTERRUPTED = "interrupted", "somebody ended the recording"
    FAILED = "failed", "the source of the samples, or the disk, failed"
    RESUMED = "resumed", "the monitor continued this night"
    # Time and rate of the samples.
    GAP = "gap", "samples are missing"
    CLOCK_JUMP = "clock jump", "the times of the source did not continue, and were moved"
    CLOCK_STEP = "clock step", "this computer's clock was set"
    SUSPENDED = "suspended", "this computer slept"
    RESAMPLED = "resampled", "samples came at another rate than the model's, and were resampled"
    RATE = "rate", "the wearable's rate differs from its model's"
    # Noticed in the decisions.
    PLACEMENT = "placement", "the sensor seems to be worn elsewhere"
    SLIPPED = "slipped", "the sensor seems to have slipped"
    # A sensor on this computer.
    SENSOR_GAP = "sensor gap", "the sensor lost samples"
    SENSOR_LOST = "sensor lost", "the sensor does not answer"
    SENSOR_BACK = "sensor back", "the sensor answers again"
    INTERRUPT_LOST = "interrupt lost", "the sensor's interrupt line does not work, and is not used"
    # A wearable, and the line to it.
    LOST_SAMPLES = "lost samples", "samples from the wearable did not arrive"
    DAMAGED = "damaged", "a record from the wearable does not fit its model"
    RESTART = "restart", "the wearable started anew"
    SILENT = "silent", "no sample came from the wearable"
    LINE = "line", "frames from the wearable were lost or damaged"
    LINE_DROPPED = "line dropped", "the line to the wearable broke"
    LINE_BACK = "line back", "the line to the wearable works again"
    BOOT = "boot", "the wearable started"
    FAULT = "fault", "the wearable's processor had stopped on a fault"
    SENSOR_HEALTH = "sensor health", "the wearable's counters of faults"
    CLOCK = "clock", "a host set the wearable's clock"
    NO_SAMPLES = "no samples", "the wearable stored decisions only"
    EARLIER = "earlier", "the wearable still holds earlier nights"
    COMPLETED = "completed", "decisions that the wearable stored were added to this night"
    LOST_RECORDS = "lost records", "records on the wearable are damaged or were written over"
    # An error that the wearable's firmware reports (edgekit_error.h).
    NACK = "nack", "no device answered on the bus"
    BUS_STUCK = "bus stuck", "a device holds the bus low"
    TIMEOUT = "timeout", "the bus or the flash did not answer in time"
    WRONG_DEVICE = "wrong device", "another chip than an ADXL345 answered"
    REGISTER_LOST = "register lost", "a register lost what was written to it"
    FROZEN = "frozen", "the sensor repeats one sample"
    SELF_TEST = "self test", "the sensor failed its self-test"
    OVERRUN = "overrun", "samples were lost before they were read"
    BAD_FRAME = "bad frame", "a frame was cut, damaged or of another kind"
    BAD_RECORD = "bad record", "a record in flash is damaged"
    FLASH = "flash", "the flash could not be written or erased"
    FULL = "full", "there is no room left"
    LOW_BATTERY = "low battery", "the battery is low"
    BATTERY_EMPTY = "battery empty", "the battery is empty: the night ends"
    UNKNOWN_ERROR = "error", "of a kind that this edgekit does not know"
    # The file itself.
    DISK_FULL = "disk full", "raw samples are not kept; decisions are"
    TRIMMED = "trimmed", "this night was cut out of a longer one"
    RESCORED = "rescored", "another model decided on this night again"


# Windows began afresh there, whatever the samples alone show.
BREAKS_WINDOWS = frozenset({EventKind.GAP, EventKind.CLOCK_JUMP})
# Noticed in the decisions of one model: the report warns of them, and rescoring replaces them.
FROM_DECISIONS = frozenset({EventKind.PLACEMENT, EventKind.SLIPPED})
ENDS_NIGHT = frozenset({EventKind.STOP, EventKind.INTERRUPTED, EventKind.FAILED})
# After these errors a wearable's windows start afresh.
BREAKS_WEARABLE = frozenset(
    {
        EventKind.NACK, EventKind.BUS_STUCK, EventKind.TIMEOUT, EventKind.WRONG_DEVICE,
        EventKind.REGISTER_LOST, EventKind.FROZEN, EventKind.SELF_TEST, EventKind.OVERRUN,
    }
)  # fmt: skip
