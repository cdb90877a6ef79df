"""From a bundle and a board to an image: boards, compilers, linking, the Arduino library."""
