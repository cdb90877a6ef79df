"""Train: recordings in, a Run (a trained teacher and its student) out."""
