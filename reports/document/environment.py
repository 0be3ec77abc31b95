"""What the numbers of a report depend on besides the mathematics: versions, hardware, time."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("zipf-descent", "numpy", "scipy", "sympy", "mpmath", "python-flint", "matplotlib", "typst")


def versions() -> list[tuple[str, str]]:
    """Return name and version of Python and of every package whose numbers or letters the report shows."""
    python = (platform.python_implementation(), platform.python_version())
    return [python, *((name, importlib.metadata.version(name)) for name in PACKAGES)]


def bibliography() -> list[str]:
    """Return what the report rests on."""
    return [
        "F. Kunstner and F. Bach. Scaling Laws for Gradient Descent and Sign Descent for Linear Bigram Models under "
        "Zipf’s Law. arXiv 2505.19227, 2025. The statements.",
        "F. Johansson. Arb: efficient arbitrary-precision midpoint-radius interval arithmetic. IEEE Transactions on "
        "Computers 66, 2017. The certified values, through python-flint.",
        "A. Meurer and others. SymPy: symbolic computing in Python. PeerJ Computer Science 3, 2017. The formulas and "
        "derivations.",
        "C. R. Harris and others. Array programming with NumPy. Nature 585, 2020. The simulations.",
        "P. Virtanen and others. SciPy 1.0: fundamental algorithms for scientific computing in Python. Nature Methods "
        "17, 2020. Root finding and interpolation.",
        "NIST Digital Library of Mathematical Functions, Sections 2.10, 8.17 and 25.11. Euler–Maclaurin summation, "
        "incomplete Beta functions, Hurwitz zeta function.",
        "J. D. Hunter. Matplotlib: a 2D graphics environment. Computing in Science & Engineering 9, 2007. The "
        "figures.",
    ]


def hardware() -> list[tuple[str, str]]:
    """Return system, processor and how many processors are usable; nothing that names the host."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return [
        ("System", f"{platform.system()} {platform.machine()}"),
        ("Processor", processor()),
        ("Processors used", str(usable)),
    ]


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the model of the processor as far as the system tells."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, "") or platform.processor() or "unknown"
