"""Array namespaces: the only place that chooses between NumPy, CuPy, torch and their devices.

Everything else asks an array for its namespace and stays on the device the array lives on.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
from array_api_compat import (
    array_namespace,
    device,
    is_array_api_strict_namespace,
    is_cupy_array,
    is_cupy_namespace,
    is_numpy_namespace,
    is_torch_array,
    is_torch_namespace,
    to_device,
)
from numpy.typing import NDArray

from numerics.validation import choice

__all__ = [
    "DTYPES",
    "Array",
    "array_namespace",
    "bytes_of",
    "chunk_length",
    "device",
    "dtype_name",
    "eps_of",
    "float_type",
    "get_namespace",
    "group_sums",
    "is_cupy_namespace",
    "name_of",
    "on_gpu",
    "require_memory",
    "to_numpy",
    "works_in_place",
]

Array: TypeAlias = Any
"""An array of any supported namespace (the array API standard defines no static type)."""

DTYPES = ("float64", "float32")
"""The precisions of a simulation."""

_MODULES = {
    "numpy": "array_api_compat.numpy",
    "cupy": "array_api_compat.cupy",
    "torch": "array_api_compat.torch",
    "array_api_strict": "array_api_strict",
}
_REMEDIES = {"cupy": "pip install 'zipf-descent[gpu]'", "torch": "pip install torch"}


def get_namespace(backend: str) -> Any:
    """Return the array namespace called `backend`.

    Parameters
    ----------
    backend : {"numpy", "cupy", "torch", "auto", "array_api_strict"}
        Where arrays live. ``"cupy"`` needs CuPy and a CUDA device; ``"torch"`` takes a CUDA device where it finds
        one, and the CPU otherwise; ``"array_api_strict"`` is the standard's reference implementation, slow and meant
        for tests. ``"auto"`` is a GPU that works, by CuPy or else by torch, and NumPy where there is none. That
        it found one is logged as a warning, once, which Python writes to standard error as one line unless logging
        is set up otherwise.

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
    choice("backend", backend, (*_MODULES, "auto"))
    if backend == "auto":
        return get_namespace(_working())
    try:
        xp = importlib.import_module(_MODULES[backend])
    except ImportError as error:
        remedy = _REMEDIES.get(backend, f"pip install {backend}")
        raise ValueError(
            f"backend={backend!r} is not installed: run {remedy}, or use backend='numpy'"
        ) from error
    if is_cupy_namespace(xp) and not xp.cuda.is_available():
        raise ValueError("backend='cupy' finds no CUDA device: use backend='numpy' on this machine")
    if is_torch_namespace(xp) and xp.cuda.is_available():
        return Elsewhere(xp, "cuda")
    return xp


class Elsewhere:
    """An array namespace that creates its arrays on a device of choice.

    Parameters
    ----------
    namespace : module
    device : object
        As its functions take it.

    Examples
    --------
    >>> import array_api_strict
    >>> there = Elsewhere(array_api_strict, array_api_strict.Device("device1"))
    >>> there.arange(3).device
    array_api_strict.Device('device1')
    """

    CREATES = ("arange", "asarray", "empty", "eye", "full", "linspace", "ones", "zeros")

    def __init__(self, namespace: Any, device: Any) -> None:
        self._namespace, self._device = namespace, device

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._namespace, name)
        return partial(found, device=self._device) if name in self.CREATES else found


@cache
def _working() -> str:
    """Return the name of a backend with a GPU that works, which is tried, or else "numpy"."""
    for name in ("cupy", "torch"):
        if importlib.util.find_spec(name) is None:
            continue
        try:
            xp = get_namespace(name)
            if on_gpu(xp) and float(xp.sum(xp.arange(8, dtype=xp.float64))) == 28.0:
                where = device(xp.empty(0))
                logging.getLogger(__name__).warning("backend='auto': simulating with %s on %s", name, where)
                return name
        except Exception:  # drivers fail in ways of their own: whatever it is, this GPU does not work
            continue
    return "numpy"


def float_type(xp: Any, dtype: str) -> Any:
    """Return the floating-point type of `xp` called `dtype`."""
    return getattr(xp, choice("dtype", dtype, DTYPES))


def dtype_name(array: Array) -> str:
    """Return the name of the type of the entries of `array`, such as "float64"."""
    return str(array.dtype).rpartition(".")[2]


def bytes_of(array: Array) -> int:
    """Return how many bytes an entry of `array` takes."""
    return int(array_namespace(array).finfo(array.dtype).bits) // 8


def eps_of(array: Array) -> float:
    """Return the distance from 1 to the next number of the type of `array`, 2^-52 or 2^-23."""
    return float(array_namespace(array).finfo(array.dtype).eps)


def on_gpu(xp: Any) -> bool:
    """Return whether `get_namespace` gives `xp` for a GPU."""
    return is_cupy_namespace(xp) or (is_torch_namespace(xp) and bool(xp.cuda.is_available()))


def works_in_place(xp: Any) -> bool:
    """Return whether the functions of `xp` take `out`, which the array standard does not know."""
    return is_numpy_namespace(xp) or is_torch_namespace(xp)


def name_of(array: Array) -> str:
    """Return the name under which `get_namespace` gives the namespace of `array`."""
    return str(array_namespace(array).__name__).rpartition(".")[2]


def to_numpy(array: Array) -> NDArray[Any]:
    """Copy `array` from its device into a NumPy array (a NumPy array is returned as it is)."""
    if is_cupy_array(array):
        return np.asarray(array.get())
    if is_torch_array(array):
        return np.asarray(array.cpu())
    xp = array_namespace(array)
    if is_array_api_strict_namespace(xp):
        return np.asarray(to_device(array, xp.Device("CPU_DEVICE")))
    return np.asarray(array)


def chunk_length(xp: Any) -> int:
    """Return how many float64 values one pass should touch: four such arrays fit a CPU cache, or fill a GPU."""
    return 1 << 24 if on_gpu(xp) else 1 << 15


def group_sums(index: Array, values: Array, groups: int) -> Array:
    """Return the sums of `values` over equal `index`, shape (groups,), on the device of `values`.

    The array API standard has no scatter-add: NumPy, CuPy and torch have ``bincount``, others go through NumPy.
    """
    xp = array_namespace(index, values)
    if hasattr(xp, "bincount"):
        sums = xp.bincount(index, weights=values, minlength=groups)
    else:
        counted = np.bincount(to_numpy(index), weights=to_numpy(values), minlength=groups)
        sums = xp.asarray(counted, device=device(values))
    return xp.astype(sums, values.dtype, copy=False)


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
    if on_gpu(xp):
        return int(xp.cuda.mem_get_info()[0])
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None
