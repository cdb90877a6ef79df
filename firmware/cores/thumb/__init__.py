"""ARM's Thumb: decoding instructions and the deepest stack of a linked program."""
