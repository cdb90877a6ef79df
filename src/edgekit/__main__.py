"""The command edgekit, and the same as python -m edgekit."""

import signal


def main() -> None:
    """Ctrl-C while the commands still load, seconds on a small Pi, ends it without a traceback."""
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from edgekit.cli import main as command

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


if __name__ == "__main__":
    main()
