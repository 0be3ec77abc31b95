"""How many small changes of ``theory`` and ``numerics`` do their tests notice?

    python tests/mutation/mutate.py --count 200 --seed 1 --output mutants.json

applies mutants drawn at random, one at a time, to copies of the tree, and runs the tests of the mutated module on
each: its own test files first, then the rest of its package's. Two run at once; 200 take some 20 minutes. A mutant
whose tests run out of time counts as killed and is counted apart. Survivors are printed with their difference, to be
classified: equivalent, or a new test is due. ``--again mutants.json`` puts the survivors of an earlier run to the test
once more. Not part of CI.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import math
import os
import queue
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("theory", "numerics")
COPIED = (*PACKAGES, "reports", "tests", "pyproject.toml", "README.md")
MEMORY = 6 << 30

#: No test takes as long without a mutant (the longest 3 s), no choice of tests as long as the second.
TEST_SECONDS, ALL_SECONDS = 20, 150

#: The test files that come first, by module (of its package, or with the folder named); the rest of its package's
#: tests follows.
FIRST = {
    "theory/balls": "test_precision test_enclosure test_regressions",
    "theory/comparison": "test_comparison",
    "theory/cross_entropy": "test_formulas reports/test_fig_8",
    "theory/decay_sum": "test_enclosure test_exact_gradient_descent",
    "theory/derivation": "test_derivation",
    "theory/evaluate": "test_limit_laws test_finite_law",
    "theory/gradient_descent": "test_exact_gradient_descent test_best_gd_step test_finite_law",
    "theory/interval": "test_enclosure",
    "theory/iterated_descent": "test_iterated_descent",
    "theory/iterated_laws": "test_iterated_descent",
    "theory/limit_laws": "test_limit_laws test_step_counts",
    "theory/power_law": "test_bad_input test_enclosure",
    "theory/queries": "test_bad_input test_step_counts test_regressions",
    "theory/query": "test_bad_input test_step_counts test_regressions",
    "theory/sign_descent": "test_sign_descent",
    "theory/step": "test_bad_input test_finite_law",
    "theory/summand": "test_enclosure test_exact_gradient_descent",
    "theory/threshold": "test_step_counts",
    "theory/validation": "test_bad_input",
    "numerics/backend": "test_backend",
    "numerics/bigram_table": "test_text test_zipf",
    "numerics/cache": "test_sweep test_count_cache",
    "numerics/cases": "test_sweep",
    "numerics/closed_form": "test_closed_form",
    "numerics/count_cache": "test_count_cache",
    "numerics/cross_entropy": "test_cross_entropy",
    "numerics/cross_entropy_gd": "test_cross_entropy",
    "numerics/cross_entropy_sd": "test_cross_entropy",
    "numerics/cuda": "test_hot_sum",
    "numerics/decoding": "test_sources test_documents",
    "numerics/exponent": "test_exponent",
    "numerics/growth": "test_sign_variants",
    "numerics/hot_sum": "test_hot_sum test_closed_form",
    "numerics/iterated_step": "test_step_search",
    "numerics/jackknife": "test_zipf",
    "numerics/numbering": "test_text",
    "numerics/pairs": "test_text test_count_cache test_documents",
    "numerics/power_law": "test_closed_form test_backend",
    "numerics/problem": "test_problem",
    "numerics/queries": "test_closed_form test_step_search",
    "numerics/rank_quadrature": "test_cross_entropy",
    "numerics/reduction": "test_closed_form test_hot_sum test_float32",
    "numerics/sign_variants": "test_sign_variants",
    "numerics/softmax": "test_cross_entropy",
    "numerics/sources": "test_sources test_text test_documents",
    "numerics/square_loss": "test_training test_problem",
    "numerics/step_search": "test_step_search test_hot_sum",
    "numerics/subwords": "test_subwords",
    "numerics/sweeps": "test_sweep",
    "numerics/text": "test_text test_documents test_sources",
    "numerics/tokens": "test_text test_documents",
    "numerics/training": "test_training",
    "numerics/validation": "test_problem test_closed_form",
    "numerics/zipf": "test_zipf",
}

#: The tests of a statement, selected by its id: derivations, displayed formulas, checks and their twins.
STATED = (
    "tests/theory/test_derivation.py",
    "tests/theory/test_formulas.py",
    "tests/reports/test_verification.py",
)

SWAPS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
FLIPS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
RENAMES = {"min": "max", "max": "min", "floor": "ceil", "ceil": "floor"}
#: Arguments that only cost time: ``strict`` of a ``zip`` of what is equally long, ``copy`` of an array.
UNNOTICED = ("strict", "copy")
#: Functions whose arguments may come in any order.
SYMMETRIC = ("min", "max", "Min", "Max", "minimum", "maximum")
NEGATED = re.compile(r"float|int|Ball|Any|Array|Fraction|NDArray.*|Floats|sp\.Expr")


@dataclass(frozen=True, slots=True)
class Mutant:
    """Bytes of a file to be replaced."""

    path: str
    start: int
    stop: int
    new: str
    line: int
    kind: str


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Return every mutant of a module; not of docstrings, annotations, decorators, messages and ``raise``.

    Nor of the points at which derivations are tried, which may be any, nor of the order of what is symmetric.
    """
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def text(node: ast.expr) -> str:
        return source[slice(*span(node))].decode()

    def between(left: ast.expr, right: ast.expr, token: str) -> tuple[int, int]:
        """Where an operator stands between its operands; brackets and comments may stand there too."""
        start, stop = span(left)[1], span(right)[0]
        gap = re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment[0]), source[start:stop])
        pattern = rb"\s+".join(re.escape(word.encode()) for word in token.split())
        found = re.search(pattern, gap)
        assert found is not None, (path, gap, token)
        return start + found.start(), start + found.end()

    def of(node: ast.AST, returns: str) -> Iterator[tuple[tuple[int, int], str, str]]:
        if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
            old, new = SWAPS[type(node.op)]
            yield between(node.left, node.right, old), new, f"{old} to {new}"
        elif isinstance(node, ast.AugAssign) and type(node.op) in SWAPS:
            old, new = SWAPS[type(node.op)]
            yield between(node.target, node.value, f"{old}="), f"{new}=", f"{old}= to {new}="
        elif isinstance(node, ast.Compare):
            for left, op, right in zip(
                (node.left, *node.comparators), node.ops, node.comparators, strict=False
            ):
                old, news = FLIPS[type(op)]
                for new in news:
                    yield between(left, right, old), new, f"{old} to {new}"
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            yield between(node.values[0], node.values[1], old), new, f"{old} to {new}"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            token = "not" if isinstance(node.op, ast.Not) else "-"
            yield (span(node)[0], span(node)[0] + len(token)), "", f"{token} removed"
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield span(node), str(not node.value), "truth flipped"
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            for step in (1, -1):
                yield span(node), f"({node.value + step!r})", f"{node.value} {step:+}"
        elif isinstance(node, ast.Call):
            yield from calls(node)
        elif isinstance(node, ast.Return) and node.value is not None:
            if returns == "bool":
                yield span(node.value), f"not ({text(node.value)})", "return negated"
            elif NEGATED.fullmatch(returns):
                yield span(node.value), f"-({text(node.value)})", "return negated"

    def calls(node: ast.Call) -> Iterator[tuple[tuple[int, int], str, str]]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in RENAMES:
            stop = span(node.func)[1]
            yield (stop - len(name), stop), RENAMES[name], f"{name} to {RENAMES[name]}"
        if name == "range" and len(node.args) < 3:
            yield span(node.args[-1]), f"({text(node.args[-1])}) + 1", "one more"
        if name in ("isinstance", "hasattr", "getattr", "field", "TypeVar", *SYMMETRIC):
            return
        # A relation that is to be proven is as good the other way round.
        proven = [] if name in ("equal", "equation") or is_unevaluated(node) else node.args[1:]
        for first, second in zip(node.args, proven, strict=False):
            plain = not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred)
            if plain and text(first) != text(second):
                middle = source[span(first)[1] : span(second)[0]].decode()
                swapped = text(second) + middle + text(first)
                yield (span(first)[0], span(second)[1]), swapped, "arguments swapped"

    def walk(node: ast.AST, returns: str) -> Iterator[Mutant]:
        if isinstance(node, ast.Raise | ast.JoinedStr):
            return
        if path.startswith("theory/statements/") and isinstance(node, ast.Dict) and is_point(node):
            return
        if isinstance(node, ast.keyword) and node.arg in UNNOTICED and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            returns = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""
        for (start, stop), new, kind in of(node, returns):
            mutant = Mutant(path, start, stop, new, source.count(b"\n", 0, start) + 1, kind)
            yield mutant
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from walk(child, returns)

    return list(walk(ast.parse(source), ""))


def is_unevaluated(node: ast.Call) -> bool:
    """Say whether a call is that of an equation of sympy that is to be proven, not displayed."""
    return ast.unparse(node.func) == "sp.Eq" and any(keyword.arg == "evaluate" for keyword in node.keywords)


def is_point(node: ast.Dict) -> bool:
    """Say whether a dictionary gives numbers to symbols, and maybe changes another that does."""

    def is_number(value: ast.expr) -> bool:
        if isinstance(value, ast.Call | ast.Attribute):
            written = ast.unparse(value.func if isinstance(value, ast.Call) else value)
            parts = value.args if isinstance(value, ast.Call) else []
            return written in ("Fraction", "sp.Rational", "sp.Integer", "sp.I") and all(map(is_number, parts))
        if isinstance(value, ast.BinOp):
            return is_number(value.left) and is_number(value.right)
        if isinstance(value, ast.Tuple):
            return all(map(is_number, value.elts))
        return isinstance(value, ast.Constant) and not isinstance(value.value, str)

    pairs = zip(node.keys, node.values, strict=True)
    return all(key is None or (isinstance(key, ast.Name) and is_number(value)) for key, value in pairs)


def applied(source: bytes, mutant: Mutant) -> bytes:
    """Return the mutated source."""
    return source[: mutant.start] + mutant.new.encode() + source[mutant.stop :]


def difference(mutant: Mutant, source: bytes) -> str:
    """Return the lines that differ."""
    before, after = (text.decode().splitlines() for text in (source, applied(source, mutant)))
    lines = difflib.unified_diff(before, after, mutant.path, mutant.path, lineterm="", n=0)
    return "\n".join(lines)


def stages(path: str, source: str) -> list[list[str]]:
    """Return the arguments of pytest for a module: its own tests and examples, then the rest of its package's.

    Derivations are the own tests of statements, and of no use to another module.
    """
    package, module = path.split("/")[0], path.removesuffix(".py")
    examples = f"tests/test_packages.py::test_examples_in_docstrings[{module.replace('/', '.')}]"
    named = FIRST.get(module, "").split()
    own = [f"tests/{name}.py" if "/" in name else f"tests/{package}/{name}.py" for name in named]
    rest = [str(file.relative_to(ROOT)) for file in sorted((ROOT / "tests" / package).glob("test_*.py"))]
    rest = [name for name in rest if name not in own and not name.endswith("test_derivation.py")]
    rest += ["tests/test_agreement.py", "tests/test_at_your_parameters.py"]
    if ids := re.findall(r"\bid=\"([\w.-]+)\"", source):
        checks = [*STATED, "-k", " or ".join(ids)]
        return [checks, [STATED[1], *(name for name in rest if name != STATED[1])]]
    return [rest if module.endswith("__init__") else [*own, examples], rest]


class Workplace:
    """A copy of the tree in which one mutant lives at a time."""

    def __init__(self, folder: Path, tree: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        for name in COPIED:
            if (tree / name).is_dir():
                # Byte code of the working tree may be anybody's; that of another workplace is good.
                ignored = shutil.ignore_patterns("__pycache__") if tree == ROOT else None
                shutil.copytree(tree / name, folder / name, ignore=ignored)
            else:
                shutil.copy2(tree / name, folder / name)

    def pytest(
        self, arguments: list[str], *, limit: float = ALL_SECONDS, keep: bool = False
    ) -> tuple[str, float]:
        """Run tests; return passed, failed or timeout, and the seconds. ``keep`` stores the byte code."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("CI", None)
        if not keep:  # that of a mutant must not be taken for that of the next one
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        options = [
            "-x",
            "-q",
            "-m",
            "not slow and not gpu",
            "--hypothesis-profile=quick",
            f"--timeout={TEST_SECONDS}",
            "--timeout-method=thread",  # which ends code in C too
            "-p",
            "no:cacheprovider",
        ]
        start = time.perf_counter()
        self.process = process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        )
        try:
            self.said = process.communicate(timeout=limit)[0].decode(errors="replace")
            outcome = "passed" if process.returncode in (0, 5) else "failed"  # 5: no test was selected
            if "+ Timeout +" in self.said:
                outcome = "timeout"
        except subprocess.TimeoutExpired:
            self.stop()
            process.communicate()
            outcome = "timeout"
        return outcome, time.perf_counter() - start

    def stop(self) -> None:
        """End the tests that run."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def judge(self, mutant: Mutant) -> tuple[str, float]:
        """Return killed, timeout or survived, and the seconds it took to tell."""
        file = self.folder / mutant.path
        original, stat, spent = file.read_bytes(), file.stat(), 0.0
        try:
            file.write_bytes(applied(original, mutant))
            for arguments in stages(mutant.path, original.decode()):
                outcome, seconds = self.pytest(arguments)
                spent += seconds
                if outcome != "passed":
                    return ("killed" if outcome == "failed" else "timeout"), spent
            return "survived", spent
        finally:
            file.write_bytes(original)
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    share, square = successes / trials, z * z / trials
    center = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / (4 * trials))
    return center - half, center + half


def main() -> int:
    """Draw mutants, judge them, print and write what became of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="how many mutants (default 200)")
    parser.add_argument("--seed", type=int, help="of the draw; by default a new one, which is printed")
    parser.add_argument("--output", type=Path, default=Path("mutants.json"), help="JSON to write")
    parser.add_argument("--again", type=Path, help="judge the survivors of this JSON again")
    parser.add_argument("--package", choices=PACKAGES, action="append", help="only of this package")
    options = parser.parse_args()

    paths = [p for package in options.package or PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]
    sources = {str(p.relative_to(ROOT)): p.read_bytes() for p in paths}
    every = [mutant for path, source in sources.items() for mutant in mutants(path, source)]
    if options.again:
        old = {
            (entry["path"], entry["diff"].split("@@")[-1])
            for entry in json.loads(options.again.read_text())["mutants"]
            if entry["outcome"] == "survived"
        }
        drawn = [m for m in every if (m.path, difference(m, sources[m.path]).split("@@")[-1]) in old]
        seed = None
    else:
        seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
        drawn = random.Random(seed).sample(every, min(options.count, len(every)))
    print(f"{len(drawn)} of {len(every)} mutants, seed {seed}", flush=True)
    if not drawn:
        return 0

    found: dict[Mutant, tuple[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        first = Workplace(Path(name, "0"), ROOT)
        baseline(first, {m.path.split("/")[0] for m in drawn})
        places = [first, Workplace(Path(name, "1"), first.folder)]
        free: queue.SimpleQueue[Workplace] = queue.SimpleQueue()
        for place in places:
            free.put(place)

        def judged(mutant: Mutant) -> tuple[str, float]:
            place = free.get()
            try:
                return place.judge(mutant)
            finally:
                free.put(place)

        with ThreadPoolExecutor(len(places)) as pool:
            futures = {pool.submit(judged, mutant): mutant for mutant in drawn}
            try:
                for future in as_completed(futures):
                    mutant = futures[future]
                    found[mutant] = outcome, seconds = future.result()
                    where = f"{mutant.path}:{mutant.line}"
                    print(f"{len(found):4} {outcome:<8} {seconds:5.1f} s  {where}  {mutant.kind}", flush=True)
                    write(options.output, seed, found, sources)
            except KeyboardInterrupt:  # what is known is written; the rest is let go
                pool.shutdown(wait=False, cancel_futures=True)
                for place in places:
                    place.stop()
    return summarize(found, sources)


def baseline(place: Workplace, packages: set[str]) -> None:
    """See that the tests pass without a mutant, and leave their byte code behind."""
    tests = [f"tests/{package}" for package in sorted(packages)]
    tests += ["tests/test_agreement.py", "tests/test_at_your_parameters.py", "tests/test_packages.py"]
    outcome, _ = place.pytest(tests, keep=True, limit=6 * ALL_SECONDS)
    if outcome != "passed":
        sys.exit(f"the tests do not pass without a mutant: {outcome}\n{place.said[-3000:]}")
    print("the tests pass without a mutant", flush=True)


def write(
    output: Path, seed: int | None, found: dict[Mutant, tuple[str, float]], sources: dict[str, bytes]
) -> None:
    """Write what is known so far."""
    entries = [
        {
            **asdict(m),
            "outcome": outcome,
            "seconds": round(seconds, 1),
            "diff": difference(m, sources[m.path]),
        }
        for m, (outcome, seconds) in found.items()
    ]
    beside = output.with_suffix(".part")
    beside.write_text(json.dumps({"seed": seed, "mutants": entries}, ensure_ascii=False, indent=1), "utf-8")
    beside.replace(output)


def summarize(found: dict[Mutant, tuple[str, float]], sources: dict[str, bytes]) -> int:
    """Print the survivors and the share that was killed."""
    for mutant, (outcome, _) in found.items():
        if outcome == "survived":
            print(f"\n{difference(mutant, sources[mutant.path])}")
    outcomes = [outcome for outcome, _ in found.values()]
    if not outcomes:
        return 130
    dead = len(outcomes) - outcomes.count("survived")
    low, high = wilson(dead, len(outcomes))
    print(
        f"\n{dead} of {len(outcomes)} killed, {outcomes.count('timeout')} of them by running out of time: "
        f"{dead / len(outcomes):.1%} (95 % interval {low:.1%} to {high:.1%})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
