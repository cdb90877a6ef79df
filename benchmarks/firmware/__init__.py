"""Instructions, RAM and code of the generated C on Cortex-M cores, held to a budget."""
