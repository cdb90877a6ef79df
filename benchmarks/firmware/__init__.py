"""What the generated C takes of a Cortex-M: instructions, RAM and code, held to a budget."""
