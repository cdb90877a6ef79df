"""Whether samples can be what the model expects: where they meet it, and in any night."""
