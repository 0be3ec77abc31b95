"""Array namespaces: the only place that names NumPy, CuPy or a device.

Everything else asks an array for its namespace and stays on the device the array lives on.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, TypeAlias

import numpy as np
from array_api_compat import (
    array_namespace,
    device,
    is_array_api_strict_namespace,
    is_cupy_array,
    is_cupy_namespace,
    is_numpy_namespace,
    to_device,
)
from numpy.typing import NDArray

from numerics.validation import choice

__all__ = [
    "Array",
    "array_namespace",
    "chunk_length",
    "device",
    "get_namespace",
    "group_sums",
    "name_of",
    "require_memory",
    "to_numpy",
]

Array: TypeAlias = Any
"""An array of any supported namespace (the array API standard defines no static type)."""

_MODULES = {
    "numpy": "array_api_compat.numpy",
    "cupy": "array_api_compat.cupy",
    "array_api_strict": "array_api_strict",
}


def get_namespace(backend: str) -> Any:
    """Return the array namespace called `backend`.

    Parameters
    ----------
    backend : {"numpy", "cupy", "array_api_strict"}
        Where arrays live. ``"cupy"`` needs CuPy and a CUDA device; ``"array_api_strict"`` is the standard's
        reference implementation, slow and meant for tests.

    Returns
    -------
    module
        A namespace that follows the array API standard.

    Raises
    ------
    ValueError
        If the name is unknown, its package is not installed, or no device is there.

    Examples
    --------
    >>> get_namespace("numpy").asarray([1.0, 2.0])
    array([1., 2.])
    """
    choice("backend", backend, tuple(_MODULES))
    try:
        xp = importlib.import_module(_MODULES[backend])
    except ImportError as error:
        remedy = "pip install 'zipf-descent[gpu]'" if backend == "cupy" else f"pip install {backend}"
        raise ValueError(
            f"backend={backend!r} is not installed: run {remedy}, or use backend='numpy'"
        ) from error
    if is_cupy_namespace(xp) and not xp.cuda.is_available():
        raise ValueError("backend='cupy' finds no CUDA device: use backend='numpy' on this machine")
    return xp


def name_of(array: Array) -> str:
    """Return the name under which `get_namespace` gives the namespace of `array`."""
    return str(array_namespace(array).__name__).rpartition(".")[2]


def to_numpy(array: Array) -> NDArray[Any]:
    """Copy `array` from its device into a NumPy array (a NumPy array is returned as it is)."""
    if is_cupy_array(array):
        return np.asarray(array.get())
    xp = array_namespace(array)
    if is_array_api_strict_namespace(xp):
        return np.asarray(to_device(array, xp.Device("CPU_DEVICE")))
    return np.asarray(array)


def chunk_length(xp: Any) -> int:
    """Return how many float64 values one pass should touch: what fits a CPU cache, or fills a GPU."""
    return 1 << 16 if is_numpy_namespace(xp) else 1 << 24


def group_sums(index: Array, values: Array, groups: int) -> Array:
    """Return the sums of `values` over equal `index`, shape (groups,), on the device of `values`.

    The array API standard has no scatter-add: NumPy and CuPy have ``bincount``, others go through NumPy.
    """
    xp = array_namespace(index, values)
    if hasattr(xp, "bincount"):
        return xp.bincount(index, weights=values, minlength=groups)
    sums = np.bincount(to_numpy(index), weights=to_numpy(values), minlength=groups)
    return xp.asarray(sums, device=device(values))


def require_memory(xp: Any, needed: int, purpose: str) -> None:
    """Raise a ValueError when `needed` bytes for `purpose` exceed the memory that is free now.

    Nothing is refused where the free memory cannot be read (outside Linux, on the CPU).
    """
    available = _free_memory(xp)
    if available is not None and needed > available:
        raise ValueError(
            f"{purpose} needs {needed / 1e9:.3g} GB of {available / 1e9:.3g} GB available: use a smaller dim"
        )


def _free_memory(xp: Any) -> int | None:
    if is_cupy_namespace(xp):
        return int(xp.cuda.runtime.memGetInfo()[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None
