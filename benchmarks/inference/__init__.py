"""Inference: every runtime on a bundle's net, in turn, each in a process of its own."""
