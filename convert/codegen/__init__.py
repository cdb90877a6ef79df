"""An int8 TFLite graph as plain C: constants, a static memory plan, direct calls of kernels."""

from .model_c import CModel, generate

__all__ = ["CModel", "generate"]
