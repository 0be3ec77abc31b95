"""Many cases: the same numbers as asked for one by one, on any executor, from any cache, however the process ended."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import numerics
from numerics import Case, cache, cases, cross_entropy, power_law, sweep, sweeps
from numerics.cache import Cache, CacheWarning, canonical, default_folder, fingerprint, sha256
from numerics.sweeps import SweepError

SOME = [
    Case("gd", alpha=1, dim=100, steps=[1, 10, 100]),
    Case("gd", alpha="1/2", dim=200, steps=30, step_size="best"),
    Case("gd", alpha=1, dim=300, epsilon=0.1),
    Case("sd", alpha=1, dim=100, steps=(50, 3)),
    Case("sd", alpha=Fraction(3, 2), dim=50, steps=7, step_ratio="1/3"),
    Case("sd", alpha=1, dim=50, steps=5, dynamics="iterated", parity="mean"),
    Case("sd", alpha=1, dim=50, epsilon="1/5", dynamics="iterated", parity="even"),
    Case("sd", alpha=1, dim=50, steps=[2, 9], loss="cross-entropy"),
    Case("gd", alpha=1, dim=50, steps=[9], step_size=4, loss="cross-entropy"),
]
UNREACHED = Case("sd", alpha=1, dim=50, epsilon="1/1000", step_size="1/10")
DIVERGES = Case("gd", alpha=1, dim=50, steps=3, step_size=1_000)


@pytest.fixture
def ran(monkeypatch):
    """The cases that are computed from now on, in this process."""
    seen = []
    answer = cases._answer
    monkeypatch.setattr(cases, "_answer", lambda case: seen.append(case) or answer(case))
    return seen


@pytest.fixture
def entries(tmp_path):
    """A cache of all of `SOME`: its folder, and the entry of each."""
    results = sweep(SOME, cache=tmp_path)
    kept = Cache(tmp_path, sources=sweeps._sources())
    return tmp_path, results, {case: kept.path(case.to_json()) for case in SOME}


def test_values_are_those_of_the_functions():
    found = [result.values for result in sweep(SOME)]
    ask, count = numerics.relative_error, numerics.iterations
    assert found[0] == tuple(ask("gd", alpha=1, dim=100, steps=[1, 10, 100]).tolist())
    assert found[1] == (ask("gd", alpha="1/2", dim=200, steps=30, step_size="best"),)
    assert found[2] == count("gd", alpha=1, dim=300, epsilon=0.1)
    assert found[3] == tuple(ask("sd", alpha=1, dim=100, steps=[50, 3]).tolist())
    assert found[4] == (ask("sd", alpha="3/2", dim=50, steps=7, step_ratio="1/3"),)
    assert found[5] == (ask("sd", alpha=1, dim=50, steps=5, dynamics="iterated", parity="mean"),)
    assert found[6] == count("sd", alpha=1, dim=50, epsilon="1/5", dynamics="iterated", parity="even")
    assert found[7] == tuple(cross_entropy.relative_error("sd", alpha=1, dim=50, steps=[2, 9]).tolist())
    assert found[8] == (cross_entropy.relative_error("gd", alpha=1, dim=50, steps=9, step_size=4),)
    assert all(type(v) is float for values in found if isinstance(values, tuple) for v in values)


def test_a_result_says_where_it_is_from():
    result = Case("gd", alpha=1, dim=10, steps=2, backend="array_api_strict").run()
    assert result.case.backend == "array_api_strict"
    assert (result.dtype, "CPU" in result.device) == ("float64", True)
    assert 0 < result.seconds < 60
    assert result == replace(result, seconds=1e9, device="elsewhere")
    assert result != replace(result, values=(0.5,))


def test_a_case_is_computed_on_its_backend(monkeypatch):
    case, asked = Case("gd", alpha=1, dim=10, epsilon=0.1, backend="array_api_strict"), []
    namespace = power_law.get_namespace
    monkeypatch.setattr(
        power_law, "get_namespace", lambda backend: asked.append(backend) or namespace(backend)
    )
    case.run()
    replace(case, epsilon=None, steps=2).run()
    assert set(asked[:1] + asked[-1:]) == {"array_api_strict"}


def test_equal_questions_are_equal_cases():
    case = Case("sd", alpha=0.5, dim=10, steps=(3,), step_size="best", dynamics="simplified")
    for other in (
        Case("sd", alpha="1/2", dim=np.int64(10), steps=3),
        Case("sd", alpha=Fraction(1, 2), dim=10, steps=np.asarray([3])),
        Case(**case.to_json()),
        Case(**json.loads(canonical(case.to_json()))),
        pickle.loads(pickle.dumps(case)),
        eval(repr(case)),
    ):
        assert (other, hash(other), other.key) == (case, hash(case), case.key)


def test_each_field_is_part_of_the_key():
    base = SOME[5]
    others = [
        replace(base, alpha=2),
        replace(base, dim=51),
        replace(base, steps=[5, 6]),
        replace(base, steps=None, epsilon=0.5),
        replace(base, step_size=0.1),
        replace(base, step_size=None, dynamics="simplified", parity=None, step_ratio=0.1),
        replace(base, parity=None),
        replace(base, backend="array_api_strict"),
        replace(base, optimizer="gd", dynamics=None, parity=None),
        replace(base, dynamics=None, parity=None, loss="cross-entropy"),
    ]
    assert len({case.key for case in [base, *others]}) == len({base, *others}) == 11


def test_the_key_is_that_of_the_canonical_json():
    case = Case("gd", alpha=1, dim=10, epsilon=0.25)
    text = '{"alpha":1.0,"backend":"numpy","dim":10,"epsilon":0.25,"loss":"square","optimizer":"gd"}'
    assert canonical(case.to_json()) == text
    assert case.key == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "gb"}, "optimizer='gb' is unknown; did you mean 'gd'?"),
        ({"alpha": -1}, "alpha=-1 is out of range"),
        ({"alpha": float("nan")}, "alpha=nan is not a finite number"),
        ({"dim": 0}, "dim=0 is out of range"),
        ({"dim": 2.5}, "dim=2.5 is not an integer"),
        ({"steps": -1}, "steps=-1 is out of range"),
        ({"steps": None}, "steps=None and epsilon=None"),
        ({"epsilon": 0.1}, "steps=3 and epsilon=0.1"),
        ({"steps": None, "epsilon": 1}, "epsilon=1 is out of range"),
        ({"step_size": "bets"}, "step_size='bets' is not a finite number; pass 'best'"),
        ({"step_size": 9, "step_ratio": 1}, "step_size=9.0 and step_ratio=1.0 are both given"),
        ({"step_ratio": 2}, "step_ratio=2.0 is out of range"),
        ({"optimizer": "sd", "step_ratio": "3/2"}, "step_ratio=1.5 is out of range; for sd"),
        ({"dynamics": "iterated"}, "dynamics='iterated' applies to optimizer='sd' only"),
        ({"optimizer": "sd", "dynamics": "itreated"}, "did you mean 'iterated'?"),
        ({"optimizer": "sd", "parity": "even"}, "parity='even' applies to"),
        ({"optimizer": "sd", "parity": "odd", "dynamics": "iterated"}, "parity='odd' is that of the steps"),
        (
            {"optimizer": "sd", "steps": None, "epsilon": 0.1, "dynamics": "iterated"},
            "parity=None leaves open",
        ),
        (
            {
                "optimizer": "sd",
                "steps": None,
                "epsilon": 0.1,
                "dynamics": "iterated",
                "parity": "even",
                "step_ratio": 0.5,
            },
            "step_ratio=0.5 does not order",
        ),
        ({"loss": "squared"}, "loss='squared' is unknown; did you mean 'square'?"),
        ({"loss": "cross-entropy", "dim": 1}, "dim=1 is out of range; pass an int of at least 2"),
        (
            {"loss": "cross-entropy", "steps": None, "epsilon": 0.1},
            "epsilon=0.1 applies to loss='square' only",
        ),
        (
            {"loss": "cross-entropy", "dynamics": "iterated"},
            "dynamics='iterated' applies to loss='square' only",
        ),
        ({"loss": "cross-entropy", "backend": "array_api_strict"}, "backend='array_api_strict' applies to"),
        ({"backend": "nunpy"}, "backend='nunpy' is unknown; did you mean 'numpy'?"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_wrong_with_a_case_is_said_at_once(options, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        Case(**{"optimizer": "gd", "alpha": 1, "dim": 10, "steps": 3, **options})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_depends_on_dim_is_not_refused_too_early():
    assert Case("gd", alpha=1, dim=1_000, steps=3, step_size=10).run().values[0] < 1  # at dim=1, 2 diverges
    assert Case("sd", alpha=1, dim=1_000, epsilon=0.9, step_ratio=1e-3).step_ratio == 1e-3


def test_equal_cases_are_computed_once_and_all_answered(ran):
    again = Case("gd", alpha="1", dim=100, steps=(1, 10, 100))
    calls = []
    results = sweep([SOME[0], SOME[3], again], progress=lambda *call: calls.append(call))
    assert [result.case for result in results] == [SOME[0], SOME[3], SOME[0]]
    assert results[0] is results[2]
    assert ran == [SOME[0], SOME[3]]
    assert calls == [(1, 2), (2, 2)]
    assert sweep([]) == ()


@pytest.mark.parametrize("workers", [1, 4])
def test_threads(workers):
    with ThreadPoolExecutor(workers) as pool:
        assert sweep(SOME, executor=pool) == sweep(SOME)


@pytest.mark.slow
def test_processes(tmp_path):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert sweep(SOME, executor=pool, cache=tmp_path) == sweep(SOME)
        with pytest.raises(SweepError, match="is not reached"):
            sweep([UNREACHED, *SOME], executor=pool)


@pytest.mark.slow
def test_a_dask_cluster(tmp_path):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with (
        distributed.LocalCluster(
            processes=True, local_directory=str(tmp_path / "dask"), **options
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor = client.get_executor()
        assert sweep(SOME, executor=executor, cache=tmp_path / "cache") == sweep(SOME)
        assert len({os.getpid(), *client.run(os.getpid).values()}) == 3
        with pytest.raises(SweepError) as caught:
            sweep([UNREACHED, *SOME], executor=executor)
        assert caught.value.results[1:] == sweep(SOME, cache=tmp_path / "cache")


@pytest.mark.parametrize("threads", [False, True])
def test_a_case_that_fails_does_not_lose_the_others(threads, tmp_path, ran):
    asked = [SOME[0], UNREACHED, SOME[3], DIVERGES, UNREACHED]
    pool = ThreadPoolExecutor(1) if threads else None
    calls = []
    with pytest.raises(SweepError) as caught:
        sweep(asked, executor=pool, cache=tmp_path, progress=lambda *call: calls.append(call))
    named = "Case('sd', alpha=1.0, dim=50, epsilon=0.001, step_size=0.1, dynamics='simplified')"
    message = str(caught.value)
    assert message.startswith(f"2 of 4 cases failed, first {named}: ValueError: epsilon=0.001 is not reached")
    assert "\n" not in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message
    assert list(caught.value.failures) == [UNREACHED, DIVERGES]
    assert "gd diverges" in str(caught.value.failures[DIVERGES])
    assert [bool(result) for result in caught.value.results] == [True, False, True, False, False]
    assert calls[-1] == (4, 4)
    del ran[:]
    with pytest.raises(SweepError):
        sweep(asked, cache=tmp_path)
    assert ran == [UNREACHED, DIVERGES]  # failures are not kept


class Broken(Executor):
    """A pool whose process dies with its second case."""

    def __init__(self):
        self.submitted = 0

    def submit(self, fn, /, *args, **kwargs):
        self.submitted += 1
        if self.submitted > 2:
            raise RuntimeError("the pool is broken")
        future = Future()
        if self.submitted == 1:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(RuntimeError("a process died"))
        return future


def test_a_pool_that_breaks_loses_what_it_had_not_given_back(tmp_path):
    with pytest.raises(SweepError, match="RuntimeError: a process died") as caught:
        sweep(SOME[:4], executor=Broken(), cache=tmp_path)
    assert [result is not None for result in caught.value.results] == [True, False, False, False]
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_an_interruption_cancels_what_has_not_started(tmp_path, monkeypatch):
    computed, release = [], threading.Event()
    answer = cases._answer

    def held(case):
        computed.append(case)
        assert len(computed) == 1 or release.wait(60)
        return answer(case)

    def stop(done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(cases, "_answer", held)
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt):
            sweep(SOME, executor=pool, cache=tmp_path, progress=stop)
        release.set()
    assert len(computed) <= 2
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_what_is_not_a_case_is_refused():
    with pytest.raises(
        TypeError, match=r"cases has 'gd', which is not a case; pass instances of numerics\.Case"
    ):
        sweep(["gd"])


# The cache


def test_a_second_sweep_computes_nothing(entries, ran):
    folder, results, paths = entries
    calls = []
    again = sweep(SOME, cache=folder, progress=lambda *call: calls.append(call))
    assert again == results
    assert [result.seconds for result in again] == [result.seconds for result in results]
    assert (ran, calls) == ([], [(len(SOME), len(SOME))])
    assert {path for path in folder.rglob("*") if path.is_file()} == set(paths.values())
    assert {path.stem for path in paths.values()} == {case.key for case in SOME}


def test_without_a_cache_nothing_is_written(tmp_path, monkeypatch, ran):
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", str(tmp_path / "cache"))
    for off in (None, False):
        sweep(SOME[:1], cache=off)
    assert (list(tmp_path.iterdir()), len(ran)) == ([], 2)
    sweep(SOME[:1], cache=True)
    sweep(SOME[:1], cache=True)
    assert len(ran) == 3
    assert len(list((tmp_path / "cache").rglob("*.json"))) == 1


def edited(path: Path, **changes):
    """Change an entry and make its checksum fit."""
    entry = json.loads(path.read_bytes())
    del entry["sha256"]
    entry |= changes
    path.write_text(canonical({**entry, "sha256": sha256(entry)}), encoding="ascii")


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "a digit": lambda path: path.write_bytes(path.read_bytes().replace(b'"values":[0.', b'"values":[1.')),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "nested": lambda path: path.write_bytes(b"[" * 100_000),
    "a list": lambda path: path.write_bytes(b"[]"),
    "no checksum": lambda path: path.write_bytes(b"{}"),
    "another schema": lambda path: edited(path, schema="zipf-descent/cache/0"),
    "other sources": lambda path: edited(path, sources="0" * 64),
    "another question": lambda path: edited(path, question=SOME[1].to_json()),
    "no answer": lambda path: edited(path, answer={}),
    "other values": lambda path: edited(
        path, answer={"values": 3, "device": "", "dtype": "", "seconds": 1.0}
    ),
    "texts": lambda path: edited(
        path, answer={"values": ["1"] * 3, "device": "", "dtype": "", "seconds": 1.0}
    ),
    "too few": lambda path: edited(path, answer={"values": [0.1], "device": "", "dtype": "", "seconds": 1.0}),
    "a folder": lambda path: (path.unlink(), (path / "in the way").mkdir(parents=True)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_reported_and_computed_again(damage, entries, ran):
    folder, results, paths = entries
    path = paths[SOME[0]]
    DAMAGE[damage](path)
    with pytest.warns(CacheWarning) as warned:
        assert sweep(SOME, cache=folder) == results
    assert ran == [SOME[0]]
    assert f"cache entry {path} is damaged and computed again" in str(warned[0].message)
    assert len(warned) == (2 if damage == "a folder" else 1)
    if damage != "a folder":
        assert sweep(SOME, cache=folder) == results
        assert len(ran) == 1


def test_entries_of_other_sources_are_not_used(entries, ran, monkeypatch):
    folder, results, _ = entries
    own = sweeps._sources()
    monkeypatch.setattr(sweeps, "_sources", lambda: "0" * 64)
    assert sweep(SOME, cache=folder) == results
    assert len(ran) == len(SOME)
    monkeypatch.setattr(sweeps, "_sources", lambda: own)
    sweep(SOME, cache=folder)
    assert len(ran) == len(SOME)


def test_the_fingerprint_is_of_every_byte(tmp_path, monkeypatch):
    package = tmp_path / "some_sources"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("__version__ = '1'\n")
    (package / "inner" / "deep.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = [fingerprint(["some_sources"], ["some_sources"])]
    assert fingerprint(["some_sources"], ["some_sources"]) == found[0]
    (package / "inner" / "deep.py").write_text("x = 2\n")
    found.append(fingerprint(["some_sources"], ["some_sources"]))
    (package / "inner" / "deep.py").rename(package / "inner" / "deeper.py")
    found.append(fingerprint(["some_sources"], ["some_sources"]))
    monkeypatch.setattr(sys.modules["some_sources"], "__version__", "2")
    found.append(fingerprint(["some_sources"], ["some_sources"]))
    assert len(set(found)) == 4


def test_a_folder_that_cannot_be_used_is_said_before_anything_runs(tmp_path, ran):
    (tmp_path / "file").touch()
    with pytest.raises(
        ValueError, match=r"cache='.*file' cannot be written \(.*\); pass another folder, or None"
    ):
        sweep(SOME, cache=tmp_path / "file")
    assert ran == []


def test_a_disk_that_fills_up_loses_no_result(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.os, "replace", full)
    with pytest.warns(CacheWarning, match="No space left on device") as warned:
        assert sweep(SOME, cache=tmp_path) == sweep(SOME)
    assert len(warned) == 1
    assert list(tmp_path.rglob("*.json")) == []  # the other file of each is the one to be renamed


def test_where_the_folder_is(monkeypatch, tmp_path):
    for name in ("ZIPF_DESCENT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_folder() == tmp_path / ".cache" / "zipf-descent"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_folder() == tmp_path / ".cache" / "zipf-descent"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_folder() == tmp_path / "xdg" / "zipf-descent"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_folder() == tmp_path / "Library" / "Caches" / "zipf-descent"
    monkeypatch.setenv("ZIPF_DESCENT_CACHE", "~/mine")
    assert default_folder() == tmp_path / "mine"


SCRIPT = """
import json, os, signal, sys, threading
from numerics import Case, cases, sweep

folder, output, log, kill = sys.argv[1:]
asked = [Case("gd", alpha=1, dim=400_000 + k, steps=range(40)) for k in range(12)]
answer, computed = cases._answer, []

def logged(case):
    computed.append(case.dim)
    with open(log, "a") as file:
        file.write(f"{case.dim}\\n")
    return answer(case)

def progress(done, total):
    if kill == "kill" and done == total // 2:
        threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGKILL)).start()

cases._answer = logged
results = sweep(asked, cache=folder, progress=progress)
with open(output, "w") as file:
    json.dump([[result.case.to_json(), result.values] for result in results], file)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_sweep_killed_at_half_time_resumes_and_ends_with_the_same_bytes(tmp_path):
    def run(folder: str, output: str, kill: str = "") -> tuple[int, list[str]]:
        log = tmp_path / f"{folder} {output} {kill}.log"
        arguments = [str(tmp_path / folder), str(tmp_path / output), str(log), kill]
        code = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], timeout=120, check=False).returncode
        return code, log.read_text().split()

    code, everything = run("undisturbed", "undisturbed.json")
    assert (code, len(everything)) == (0, 12)
    code, before = run("killed", "resumed.json", "kill")
    assert code == -signal.SIGKILL
    assert not (tmp_path / "resumed.json").exists()
    kept = len(list((tmp_path / "killed").rglob("*.json")))
    assert 6 <= kept < 12
    assert kept in (len(before), len(before) - 1)  # at most the one that was running is lost
    code, after = run("killed", "resumed.json")
    assert code == 0
    assert after == everything[kept:]
    assert (tmp_path / "resumed.json").read_bytes() == (tmp_path / "undisturbed.json").read_bytes()


ORPHANS = """
import os, signal, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from numerics.sweeps import end_with_parent

pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
print(pool.submit(os.getpid).result() != os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_workers_end_with_a_killed_sweep():
    process = subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=60)  # ends when no process has the pipe open any more
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, output) == (-signal.SIGKILL, b"True\n")
