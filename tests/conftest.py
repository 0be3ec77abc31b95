"""Hypothesis profiles: ``dev`` by default, ``ci`` where CI is set, ``deep`` by ``--hypothesis-profile=deep``."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("dev", max_examples=40, deadline=None, print_blob=True)
settings.register_profile("ci", max_examples=40, deadline=None, print_blob=True, derandomize=True)
settings.register_profile("deep", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
