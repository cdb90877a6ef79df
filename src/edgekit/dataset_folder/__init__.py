"""A data set of one's own: a folder of Recordings (.npz) with a dataset.toml at its top."""

from .description import NAME as DESCRIPTION
from .description import Description, read_description
from .write import describe_folder

__all__ = ["DESCRIPTION", "Description", "describe_folder", "read_description"]
