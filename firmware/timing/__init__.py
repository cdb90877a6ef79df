"""How long a board's core takes, modelled: cycles of its instructions, and the flash's waits."""
