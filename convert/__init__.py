"""Convert: a Run in, a Bundle (int8 model, C array, golden windows) out."""
