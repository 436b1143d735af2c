"""Files as an import reads them: as bytes, plain or packed."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


class UnreadableFile(Exception):
    """The file is not there, was cut off, or is not what the mapping reads; the message says which."""


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """A file to read bytes from, unpacked where its name ends in .gz. Raises UnreadableFile, also while reading."""
    try:
        if file.suffix == ".gz":
            with gzip.open(file, "rb") as packed:
                yield cast("BinaryIO", packed)
        else:
            with file.open("rb") as plain:
                yield plain
    except EOFError as error:
        raise UnreadableFile(f"{file} was cut off: its last part is missing.") from error
    except zlib.error as error:
        raise UnreadableFile(f"{file} is damaged: it cannot be unpacked.") from error
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror or error}.") from error
