"""Inference: every runtime on a bundle's net, in turn and in processes of their own."""
