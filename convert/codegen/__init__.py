"""Generate plain C of an int8 TFLite model: constants, a static memory plan, calls of kernels."""

from .bundle_c import BundleC, bundle_c
from .model_c import CModel, generate

__all__ = ["BundleC", "CModel", "bundle_c", "generate"]
