"""An int8 TFLite graph as plain C: constants, a static memory plan, direct calls of kernels."""

from .bundle_c import BundleC, bundle_c
from .model_c import CModel, generate

__all__ = ["BundleC", "CModel", "bundle_c", "generate"]
