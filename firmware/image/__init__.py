"""The linked image: its bytes, its size, whether it fits, UF2 and flashing."""
