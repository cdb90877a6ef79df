"""Load a data set of one's own, a folder with a dataset.toml (edgekit/dataset_folder)."""

from .load import load_folder

__all__ = ["load_folder"]
