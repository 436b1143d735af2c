import gzip
from pathlib import Path

import pytest

from daylight.importing.files import UnreadableFile, opened

CONTENT = b"0123456789" * 10_000
PACKED = gzip.compress(CONTENT)


def test_a_packed_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    for name, stored in (("plain.txt", CONTENT), ("packed.txt.gz", PACKED)):
        (tmp_path / name).write_bytes(stored)
        with opened(tmp_path / name) as file:
            assert file.read() == CONTENT


UNREADABLE = [  # what is stored, and what the message says of it
    ("cut off", PACKED[:-20], "cut off"),
    ("damaged", PACKED[:40] + b"damage" * 4 + PACKED[64:], "damaged|cut off"),
    ("no gzip at all", b"0123456789" * 10, "cannot be read"),
]


@pytest.mark.parametrize(("stored", "why"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_a_packed_file_that_is_not_whole_is_refused(tmp_path: Path, stored: bytes, why: str) -> None:
    (tmp_path / "month.txt.gz").write_bytes(stored)
    with pytest.raises(UnreadableFile, match=why), opened(tmp_path / "month.txt.gz") as file:
        file.read()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFile, match=r"nothing\.txt cannot be read: No such file"),
        opened(tmp_path / "nothing.txt"),
    ):
        pass
