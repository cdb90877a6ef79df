"""edgekit completion: the script by which a shell completes commands and options."""

from typing import Annotated

import typer

from edgekit.names import pick

from .output import print_result

SHELLS = ("bash", "zsh", "fish")


def completion_command(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the script that completes edgekit's commands and options with the tab key.

    Write it once where your shell looks for it; it is read when you first type edgekit there.

    - `edgekit completion bash > ~/.local/share/bash-completion/completions/edgekit`
    - `edgekit completion zsh > ~/.zfunc/_edgekit`, with `fpath+=~/.zfunc` before `compinit` in
      .zshrc
    - `edgekit completion fish > ~/.config/fish/completions/edgekit.fish`
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    script = get_completion_script(
        prog_name="edgekit", complete_var=COMPLETE, shell=pick("shell", shell, SHELLS)
    )
    print_result(script.strip())


COMPLETE = "_EDGEKIT_COMPLETE"  # the variable by which the script asks edgekit
