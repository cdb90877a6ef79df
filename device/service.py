"""The systemd service of the monitor: write its unit and user, start it, remove it."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

from edgekit.errors import EdgekitError, UsageError
from edgekit.programs import run_program

from .sources.sensors import DEFAULT_ADDRESS

UNIT = "edgekit-monitor.service"
USER = "edgekit"
STATE = Path("/var/lib/edgekit")
# sysusers.d(5): these groups exist on a Raspberry Pi; elsewhere they are created.
SYSUSERS = f"""\
u {USER} - "edgekit monitor" {STATE}
m {USER} i2c
m {USER} gpio
"""


@dataclass(frozen=True)
class Service:
    """The options of `edgekit monitor` that its unit runs it with."""

    bundle: Path
    folder: Path = STATE  # the working folder, with the nights in nights/
    bus: int = 1  # /dev/i2c-1
    address: int = DEFAULT_ADDRESS  # the sensor's
    web: str | None = None  # the dashboard's address
    alarm: str | None = None  # 'supine' or 'baseline'
    alarm_pin: int | None = None
    interrupt_pin: int | None = None  # where the sensor's INT1 is wired
    python: Path = Path(sys.executable)
    subject: str | None = None  # who wears the sensor

    def unit(self) -> str:
        """Return the text of the unit. Raises UsageError for a path that systemd cannot hold."""
        words: list[object] = [self.python, *["-m", "edgekit", "monitor", "--resume"]]
        options = {
            "--bundle": self.bundle,
            "--bus": self.bus,
            "--address": hex(self.address) if self.address != DEFAULT_ADDRESS else None,
            "--web": self.web,
            "--alarm": self.alarm,
            "--alarm-pin": self.alarm_pin,
            "--interrupt-pin": self.interrupt_pin,
            "--subject": self.subject,
        }
        for name, value in options.items():
            words += [name, value] if value is not None else []
        template = Template((Path(__file__).parent / UNIT).read_text(encoding="utf-8"))
        in_homes = any(
            path.is_relative_to(home) or path.resolve().is_relative_to(home)
            for path in (self.python, self.bundle, self.folder)
            for home in (Path("/home"), Path("/root"))
        )
        return template.substitute(
            command=" ".join(_quoted(str(word)) for word in words),
            user=USER,
            folder=_plain(self.folder),
            i2c=f"/dev/i2c-{self.bus}",
            protect_home="read-only" if in_homes else "yes",
            families="AF_UNIX AF_INET AF_INET6" if self.web else "AF_UNIX",
            deny="" if self.web else "any",
        )


def install(service: Service, etc: Path = Path("/etc")) -> None:
    """Create the user and the unit, and start it.

    Raises UsageError unless root, EdgekitError where systemd refuses.
    """
    _require_root("install")
    for path in (service.python, service.bundle):
        check_reach(path)
    _write(etc / "sysusers.d" / "edgekit.conf", SYSUSERS)
    _write(etc / "systemd/system" / UNIT, service.unit())
    _run("systemd-sysusers", str(etc / "sysusers.d" / "edgekit.conf"))
    if service.folder != STATE:  # systemd creates that one
        _run("install", "-d", "-o", USER, "-m", "0700", str(service.folder))
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", UNIT)
    _run("systemctl", "restart", "--no-block", UNIT)  # starts it too


def uninstall(etc: Path = Path("/etc")) -> None:
    """Stop the service and remove its unit; its nights and its user stay."""
    _require_root("uninstall")
    unit = etc / "systemd/system" / UNIT
    if not unit.exists():
        raise UsageError(f"{unit} is not there: no service is installed")
    _run("systemctl", "disable", "--now", UNIT)
    unit.unlink()
    (etc / "sysusers.d" / "edgekit.conf").unlink(missing_ok=True)
    _run("systemctl", "daemon-reload")


def status() -> str:
    """Return one line, such as 'active (running): left' or 'not installed: ...'; needs no root."""
    names = ("LoadState", "ActiveState", "SubState", "StatusText")
    shown = _run("systemctl", "show", UNIT, *(f"--property={name}" for name in names))
    fields = dict(line.partition("=")[::2] for line in shown.splitlines())
    if fields.get("LoadState") == "not-found":
        return "not installed: sudo edgekit service install"
    text = f"{fields.get('ActiveState')} ({fields.get('SubState')})"
    return f"{text}: {fields['StatusText']}" if fields.get("StatusText") else text


def check_reach(path: Path) -> None:
    """Raises UsageError unless every folder above an existing `path` lets the service's user in."""
    if not path.exists():
        raise UsageError(f"{path} is not there")
    for folder in (*path.absolute().parents, *path.resolve().parents):  # a venv's python is a link
        if not folder.stat().st_mode & 0o001:
            raise UsageError(
                f"the service's own user, {USER}, cannot enter {folder}, where {path} lies: put it "
                f"elsewhere, such as /opt/edgekit, or: sudo chmod o+x {folder}"
            )


def _quoted(word: str) -> str:
    """Quote a word of ExecStart (systemd.service(5), command lines)."""
    if any(ord(letter) < 32 for letter in word):
        raise UsageError(f"systemd holds no path with a control character: {word!r}")
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if " " in word or "'" in word or '"' in word else word


def _plain(path: Path) -> str:
    """Escape a path for settings that are lists of paths."""
    text = str(path)
    if not path.is_absolute() or any(ord(x) < 33 or x in "\"'\\" for x in text):
        raise UsageError(f"the service needs an absolute path without spaces or quotes: {text!r}")
    return text.replace("%", "%%")


def _require_root(command: str) -> None:
    if os.geteuid() != 0:
        see = "; --print shows the unit without" if command == "install" else ""
        raise UsageError(f"this needs root: sudo {sys.argv[0]} service {command}{see}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _run(*command: str) -> str:
    try:
        done = run_program(command, 60, f"{' '.join(command)} did not come back in a minute")
    except FileNotFoundError:
        raise EdgekitError(f"{command[0]} is not there: this system does not run systemd") from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        if "not been booted with systemd" in done.stderr:
            raise EdgekitError(
                "this computer does not run systemd, so there is no service: start edgekit monitor "
                "by whatever starts programs here, with --resume"
            )
        raise EdgekitError(f"{' '.join(command)}: {lines[0] if lines else done.returncode}")
    return done.stdout
