"""Every command in the groups that the help shows: where it is written, and its line of help.

`edgekit --help` prints this list alone. A command's module is imported when it is called, because
all of them together take half a second.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One command, or a group of commands."""

    home: str  # module of this folder and its function or typer.Typer
    summary: str  # the first sentence of its help, held equal by a test
    kind: str = ""  # its class, where it parses its options in a way of its own

    def load(self) -> Any:
        """Import the function, or the typer.Typer of a group."""
        return _imported(self.home)

    def load_kind(self) -> Any:
        """Import the command's class; None where it is typer's own."""
        return _imported(self.kind) if self.kind else None


def _imported(home: str) -> Any:
    module, _, name = home.partition(":")
    return getattr(import_module(f"edgekit.cli.{module}"), name)


GROUPS: dict[str, dict[str, Entry]] = {
    "Try": {
        "try": Entry(
            "first_try:try_command",
            "Watch ten minutes of a simulated night being recognised, then read its report.",
        ),
        "demo": Entry(
            "demo:demo_command",
            "Train, convert, verify, monitor and report, each step shown as the command it is.",
        ),
        "simulate": Entry(
            "simulate:simulate_command",
            "Simulate a night: turns, restlessness, getting up, taking the sensor off.",
        ),
    },
    "Train": {
        "data": Entry("data:data_app", "Import and check recordings."),
        "record": Entry(
            "record.command:record_command",
            "Record labelled data: do what each prompt says, and the sensor's samples get "
            "its label.",
        ),
        "label": Entry(
            "label:label_command", "Label a recording or a night by hand, on a page in the browser."
        ),
        "train": Entry(
            "train:train_command",
            "Train a net with Smooth-Distill and leave a Run: weights, metrics, pictures.",
        ),
        "compare": Entry(
            "compare:compare_command",
            "Compare methods and nets: a grid of trainings, one tidy table, a page to read.",
        ),
    },
    "Deploy": {
        "convert": Entry(
            "convert:convert_command",
            "Make a run's Bundle: int8 TFLite, ONNX, plain C, a TFLM C array, golden "
            "windows, a card.",
        ),
        "verify": Entry(
            "convert:verify_command",
            "Run held-out windows through torch, ONNX, LiteRT, tflite-micro and model.c, "
            "and compare.",
        ),
        "compile": Entry(
            "compile:compile_command",
            "Compile an int8 TFLite model to plain C, with a golden test and its cost on "
            "each core.",
        ),
        "tune": Entry(
            "tune:tune_command",
            "Choose how postures are smoothed: fewest missed and false turns on labelled nights.",
        ),
        "bench": Entry(
            "bench:bench_command",
            "Measure speed, memory, battery life, accuracy, and when training is repaid.",
        ),
        "firmware": Entry("firmware:firmware_app", "Put a bundle onto a microcontroller."),
    },
    "Night": {
        "calibrate": Entry(
            "calibrate:calibrate_command",
            "Learn how the sensor is mounted, for the nights to come.",
        ),
        "monitor": Entry(
            "monitor.command:monitor_command",
            "Write a night: of the sensor on this computer's bus, of a wearable, or of a file.",
            kind="monitor.command:MonitorCommand",
        ),
        "report": Entry(
            "report:report_command",
            "Write a night's report: one self-contained page to read over breakfast, and a table.",
        ),
        "nights": Entry("nights:nights_app", "List, merge, trim, export and delete nights."),
        "rescore": Entry(
            "rescore:rescore_command",
            "Let another model decide on a night's stored samples, and write that as a night.",
        ),
    },
    "Look after": {
        "doctor": Entry(
            "doctor:doctor_command",
            "Check command, bus, sensor, motor, disk, clock and bundle; about 12 s. Exit "
            "code 1 if wrong.",
        ),
        "service": Entry(
            "service:service_app",
            "The monitor as a systemd service: each night from boot on, restarted when it hangs.",
        ),
        "config": Entry(
            "config:config_app", "Show the settings of edgekit.toml and the environment."
        ),
        "completion": Entry(
            "completion:completion_command",
            "Print the script that completes edgekit's commands and options with the tab key.",
        ),
    },
}
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}
