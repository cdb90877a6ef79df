"""The command line: one file per group of commands; each imports its stage when it is called."""
