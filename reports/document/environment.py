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
