"""An emulated board on a modelled USB cable, for a person at a terminal.

python -m tests.helpers.usb serve --board pico: over USB/IP, for Linux' own driver
python -m tests.helpers.usb night --board pico --hours 8 --out FOLDER: into edgekit monitor
"""

import argparse
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import load_bundle
from edgekit.firmware.build.build import LinkOptions, build
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.recording import load_recording
from edgekit.spec import ADXL345_COUNTS_PER_G
from tests.helpers.command import REPOSITORY

from .boards import BOARDS
from .host_controller import HostController
from .usb_night import Pull, UsbNight
from .usbip_server import BUS_ID, PORT, UsbIpServer

SAMPLES = REPOSITORY / "src" / "edgekit" / "samples"
# When the cable is pulled in a night of 8 h, and for how long, in s.
PULLS = ((1800.37, 30.0), (7200.11, 420.0), (12345.67, 5.0), (18000.9, 240.0), (25000.05, 90.0))
STEP_US = 5000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.helpers.usb", description=__doc__)
    parser.add_argument("command", choices=("serve", "night"))
    parser.add_argument("--board", choices=tuple(BOARDS), default="xiao-nrf52840")
    parser.add_argument("--bundle", type=Path, default=SAMPLES / "sleep-micro")
    parser.add_argument("--recording", type=Path, default=SAMPLES / "simulated-night.npz")
    parser.add_argument("--port", type=int, default=PORT, help="of USB/IP, on this computer alone")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--out", type=Path, default=Path("usb-night"), help="a new folder")
    words = parser.parse_args()
    recording = load_recording(words.recording)
    counts = np.rint(recording.xyz_g * ADXL345_COUNTS_PER_G).astype(np.int16)
    with tempfile.TemporaryDirectory(prefix="edgekit-usb-") as folder:
        bundle, board = load_bundle(words.bundle), BOARDS[words.board].board
        elf = build(bundle, board, Path(folder) / "image", LinkOptions()).elf
        if words.command == "serve":
            _serve(elf, words.board, counts, words.port)
        else:
            _night(elf, words.board, counts, words.hours, words.out)


def _serve(elf: Path, board: str, counts: NDArray[np.int16], port: int) -> None:
    """Offer the board in its own time, no faster than real."""
    sensor = SimulatedSensor()
    sensor.set_counts(counts)
    system = BOARDS[board].power_on(elf, sensor)
    host = HostController(BOARDS[board].port(system), system)
    host.plug()
    server = UsbIpServer(host, port)
    print(
        f"{board} at 127.0.0.1:{server.port}. In another terminal: sudo modprobe vhci-hcd, then\n"
        f"sudo usbip --tcp-port {server.port} attach -r 127.0.0.1 -b {BUS_ID.decode()}\n"
        "then: edgekit monitor --serial auto. Ctrl-C ends it."
    )
    ahead_s = time.monotonic() - system.now_us / 1e6

    def pause() -> bool:
        time.sleep(max(0.0, system.now_us / 1e6 + ahead_s - time.monotonic()))
        return False

    try:
        server.serve(pause, STEP_US)
    except KeyboardInterrupt:
        server.close()
    for complaint in (*host.complaints, *system.complaints):
        print(f"complaint: {complaint}")


def _night(elf: Path, board: str, counts: NDArray[np.int16], hours: float, folder: Path) -> None:
    folder.mkdir()
    night, began = UsbNight(folder, elf, BOARDS[board], counts), time.monotonic()
    names = ("ttyACM1", "ttyACM0")  # another one each time
    scale = hours / 8
    pulls = [Pull(at * scale, away, names[i % 2]) for i, (at, away) in enumerate(PULLS)]

    def progress(now_s: float) -> None:
        print(f"{now_s:.0f} s of the board's time in {time.monotonic() - began:.0f} s", flush=True)

    print(night.record(hours * 3600, pulls, progress))
    figures = night.figures(counts)
    print({**asdict(figures), "lost": figures.lost, "seconds": round(time.monotonic() - began)})
    print(
        "complaints:", [*night.host.complaints, *night.system.complaints, *night.computer.refused]
    )
    print("resets and faults:", [*night.system.resets, *night.system.faults])


if __name__ == "__main__":
    main()
