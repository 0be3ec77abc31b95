"""The sums of `numerics.hot_sum` on a CUDA device, as one kernel that reads a chunk of words once for 16 exponents."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.backend import Array, array_namespace, to_numpy

__all__ = ["fused_power_sums"]

BLOCKS, THREADS, GROUP = 1024, 256, 16
"""Blocks to a group of exponents at most, threads to a block, exponents to a group: 16 sums fit in registers."""

LAUNCH = 1 << 12
"""Exponents to a launch at most, whose sums over blocks take 32 MB."""

# Not a ReductionKernel of CuPy: of several arrays, it reduces each row in one block, with a logarithm per exponent.
SOURCE = r"""
extern "C" __global__ void __launch_bounds__(THREADS, 2) power_sums(
    const REAL* eigenvalues, const REAL* weights, const REAL* exponents, const REAL step_size,
    const long long words, const int count, REAL* sums)
{
    __shared__ REAL partial[THREADS];
    const int first = GROUP * blockIdx.y;
    REAL power[GROUP], sum[GROUP];
    #pragma unroll
    for (int j = 0; j < GROUP; ++j) {
        power[j] = first + j < count ? exponents[first + j] : REAL(0);
        sum[j] = REAL(0);
    }
    const long long stride = (long long)gridDim.x * THREADS;
    for (long long k = (long long)blockIdx.x * THREADS + threadIdx.x; k < words; k += stride) {
        const REAL x = step_size * eigenvalues[k], weight = weights[k];
        const REAL log_gap = log1p(-(x <= REAL(1) ? x : REAL(2) - x));
        #pragma unroll
        for (int j = 0; j < GROUP; ++j)
            if (first + j < count)
                sum[j] += power[j] > REAL(0) ? weight * exp(power[j] * log_gap) : weight;
    }
    #pragma unroll
    for (int j = 0; j < GROUP; ++j) {
        partial[threadIdx.x] = sum[j];
        __syncthreads();
        for (int half = THREADS / 2; half > 0; half /= 2) {
            if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
            __syncthreads();
        }
        if (threadIdx.x == 0 && first + j < count)
            sums[(long long)(first + j) * gridDim.x + blockIdx.x] = partial[0];
        __syncthreads();
    }
}
"""
"""A block adds up its words for a group of exponents, in an order that depends on nothing but the number of words."""


def fused_power_sums(
    eigenvalues: Array, weights: Array, exponents: NDArray[np.float64], step_size: float
) -> NDArray[np.float64]:
    """Return Σ w |1 - ηλ|^n for each exponent n of one chunk of words on a CUDA device.

    Parameters
    ----------
    eigenvalues, weights : cupy array, shape (n,), float64 or float32
    exponents : float64 array, shape (m,)
    step_size : float

    Returns
    -------
    float64 array, shape (m,)
    """
    xp = array_namespace(eigenvalues, weights)
    words, dtype = eigenvalues.shape[0], eigenvalues.dtype
    kernel = _kernel(xp, np.dtype(dtype).name)
    blocks = min(BLOCKS, -(-words // THREADS))
    found = []
    for first in range(0, len(exponents), LAUNCH):
        powers = xp.asarray(exponents[first : first + LAUNCH], dtype=dtype)
        count = powers.shape[0]
        sums = xp.empty((count, blocks), dtype=dtype)
        kernel(
            (blocks, -(-count // GROUP)),
            (THREADS,),
            (
                xp.ascontiguousarray(eigenvalues),
                xp.ascontiguousarray(weights),
                powers,
                dtype.type(step_size),
                np.int64(words),
                np.int32(count),
                sums,
            ),
        )
        found.append(to_numpy(xp.sum(sums, axis=1)))
    return np.concatenate(found).astype(np.float64)


@cache
def _kernel(xp: Any, dtype: str) -> Any:
    real = {"float64": "double", "float32": "float"}[dtype]
    options = (f"-DREAL={real}", f"-DTHREADS={THREADS}", f"-DGROUP={GROUP}")
    return xp.RawKernel(SOURCE, "power_sums", options=options)
