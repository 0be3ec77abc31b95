"""Files, folders, gzip and standard input: the same text by every way, and one line for what is none."""

import gzip
import io
import os
import subprocess
import sys
import threading

import pytest

from numerics import decoding, sources
from numerics.sources import file_text
from numerics.text import read_bigrams

CONTENT = "Ein Café, ein Café – und noch ein Café.\n" * 50


def standard_input(content):
    return io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))


def content_of(text):
    return "".join(text.pieces(lambda chunk: None))


def test_gzip_is_known_by_its_first_bytes(tmp_path):
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.txt"
    plain.write_text(CONTENT, encoding="utf-8")
    packed.write_bytes(gzip.compress(CONTENT.encode()[:70]) + gzip.compress(CONTENT.encode()[70:]))
    assert content_of(file_text(plain)) == content_of(file_text(packed)) == CONTENT
    assert read_bigrams(plain, vocab_size=5).sha256 == read_bigrams(packed, vocab_size=5).sha256
    assert file_text(plain).size == len(CONTENT.encode())
    assert file_text(packed).size == 0  # it is not known before it is read


DAMAGED = {
    "cut": lambda packed: packed[:-9],
    "changed": lambda packed: packed[:40] + bytes([packed[40] ^ 255]) + packed[41:],
    "no packed data": lambda packed: packed[:10] + b"\xff" * 20 + packed[30:],
    "wrong checksum": lambda packed: packed[:-8] + bytes(8),
    "something after it": lambda packed: packed + b"more",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_damaged_gzip_gets_one_line(tmp_path, damage):
    path = tmp_path / "text.gz"
    path.write_bytes(damage(gzip.compress(CONTENT.encode())))
    with pytest.raises(ValueError, match=r"text\.gz is a damaged gzip file: .*; pack it again") as error:
        read_bigrams(path, vocab_size=2)
    assert "\n" not in str(error.value)


def test_a_folder_is_its_files_in_order(tmp_path):
    files = {
        "b.txt": "\ufeffzwei".encode(),
        "a/z.txt": gzip.compress(b"eins"),
        "a.txt": "halb €".encode()[:-1],
        "c/d/e": b"drei drei",
        "empty.txt": b"",
        ".hidden": b"\0",
        ".git/config": b"\0",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    text = file_text(tmp_path)
    assert content_of(text) == "eins\0halb \0zwei\0drei drei"
    assert b"".join(text.chunks()) == b"eins" + files["a.txt"] + files["b.txt"] + b"drei drei"
    assert read_bigrams(tmp_path, vocab_size=4).vocabulary == ("drei", "eins", "halb", "zwei")


def test_a_folder_names_its_bad_file(tmp_path):
    (tmp_path / "good.txt").write_text("a b a b")
    assert file_text(tmp_path).size == 7
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(ValueError, match=r"picture\.png is not UTF-8: .* at byte 0"):
        read_bigrams(tmp_path, vocab_size=2)
    (tmp_path / "picture.png").unlink()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with pytest.raises(ValueError, match="nowhere cannot be read"):
        read_bigrams(tmp_path, vocab_size=2)


def test_a_folder_without_text_gets_one_line(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(ValueError, match="is a folder without text; give one"):
        file_text(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_folder_with_a_pipe_gets_one_line(tmp_path):
    (tmp_path / "good.txt").write_text("a b a b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(
        ValueError, match="pipe is no plain file; give a folder that has nothing but text files"
    ):
        file_text(tmp_path)


def test_a_folder_that_may_not_be_listed_gets_one_line(tmp_path, monkeypatch):
    """Root may list every folder, so the system's answer is played."""
    (tmp_path / "good.txt").write_text("a b a b")
    (tmp_path / "locked").mkdir()
    scandir = os.scandir

    def refusing(path):
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(ValueError, match="locked cannot be read: Permission denied"):
        file_text(tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_can_be_read_again(monkeypatch, pack):
    monkeypatch.setattr(sources, "CHUNK", 64)
    monkeypatch.setattr(sys, "stdin", standard_input(pack(CONTENT.encode())))
    text = file_text("-")
    assert text.name == "standard input"
    next(text.pieces(lambda chunk: None))  # as who looks only at the beginning does
    assert content_of(text) == CONTENT
    assert content_of(text) == CONTENT


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "standard input is empty"), (b"a\0", "standard input is binary .* byte 1"), (None, "is closed")],
)
def test_bad_standard_input_gets_one_line(monkeypatch, content, message):
    stream = None if content is None else standard_input(content)
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(ValueError, match=message):
        read_bigrams("-", vocab_size=1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_is_opened_once(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("a b a b a",))
    writer.start()
    text = file_text(path)
    assert content_of(text) == "a b a b a"
    writer.join()
    assert read_bigrams(text, vocab_size=2).pair_total == 4  # again, from what was kept


def test_a_stretch_without_spaces_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "CHUNK", 16)
    monkeypatch.setattr(decoding, "LONGEST", 100)
    path = tmp_path / "dna.txt"
    path.write_bytes(b"acgt " * 100)
    assert content_of(file_text(path)) == "acgt " * 100
    path.write_bytes(b"acgt" * 100)
    with pytest.raises(
        ValueError, match="no space or line break in the 112 characters before byte 112; break"
    ):
        content_of(file_text(path))


COUNT = """
import resource
from numerics import pairs, text
text.IN_MEMORY, pairs.BATCH = 1 << 20, 1 << 16
table = text.read_bigrams("-", vocab_size=1000)
print(table.token_total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux is ru_maxrss in KiB")
def test_memory_does_not_grow_with_the_text():
    """A text, and one longer by 6.5 million tokens with the same pairs.

    In memory, the numbers of these tokens alone would take 25 MiB; half of that leaves room for what the
    allocator does not give back.
    """
    line = (" ".join(f"w{i * i % 3001}" for i in range(1 << 14)) + "\n").encode()
    peaks = []
    for copies in (100, 500):
        with subprocess.Popen(
            [sys.executable, "-c", COUNT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            for _ in range(copies):
                process.stdin.write(line)
            found, _ = process.communicate()
        tokens, peak = map(int, found.split())
        assert tokens == copies << 14
        peaks.append(peak << 10)
    assert peaks[1] - peaks[0] < (400 << 14) * 2, peaks
