"""Independent readers of our documents: LibreOffice; a picture to put on them."""

import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from workshops.exports.tree import Picture

SOFFICE_SECONDS = 120


class Office:
    """LibreOffice, headless, with a profile of its own, so that two at once don't disturb each other."""

    def __init__(self, program: str, home: Path) -> None:
        self._program = program
        self._home = home
        self._files = 0

    def convert_all(self, contents: dict[str, bytes], suffix: str, to: str) -> dict[str, bytes]:
        """By name, in one run. `to` is an output format, with its filter if it needs one."""
        self._files += 1
        place = self._home / f"files{self._files}"
        place.mkdir()
        for name, content in contents.items():
            (place / f"{name}.{suffix}").write_bytes(content)
        done = subprocess.run(
            [
                *(self._program, f"-env:UserInstallation=file://{self._home}/profile", "--headless"),
                *("--convert-to", to, "--outdir", str(place)),
                *(str(place / f"{name}.{suffix}") for name in contents),
            ],
            capture_output=True,
            timeout=SOFFICE_SECONDS,
            check=True,
        )
        ending = to.partition(":")[0]
        missing = [name for name in contents if not (place / f"{name}.{ending}").exists()]
        assert missing == [], done.stderr.decode()
        return {name: (place / f"{name}.{ending}").read_bytes() for name in contents}

    def convert(self, content: bytes, suffix: str, to: str) -> bytes:
        return self.convert_all({"file": content}, suffix, to)["file"]

    def texts(self, contents: dict[str, bytes], suffix: str) -> dict[str, str]:
        made = self.convert_all(contents, suffix, "txt:Text (encoded):UTF8")
        return {name: text.decode("utf-8-sig") for name, text in made.items()}

    def text(self, content: bytes, suffix: str) -> str:
        return self.texts({"file": content}, suffix)["file"]

    def csvs(self, contents: dict[str, bytes], suffix: str) -> dict[str, str]:
        """44 = comma, 34 = quotation mark, 76 = UTF-8."""
        made = self.convert_all(contents, suffix, "csv:Text - txt - csv (StarCalc):44,34,76")
        return {name: text.decode() for name, text in made.items()}

    def csv(self, content: bytes, suffix: str) -> str:
        return self.csvs({"file": content}, suffix)["file"]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice (Debian's libreoffice-writer and libreoffice-calc)")
    return Office(program, tmp_path_factory.mktemp("office"))


@pytest.fixture
def german() -> Iterator[None]:
    with translation.override("de"):
        yield


@pytest.fixture
def arabic() -> Iterator[None]:
    with translation.override("ar"):
        yield


def png(width: int = 40, height: int = 20) -> bytes:
    """A plain one, whole and with right checksums."""
    rows = b"".join(b"\0" + bytes((29, 92, 77)) * width for _row in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    made = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        made += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return made


LOGO = Picture(png(), "image/png", 40, 20, "Wappen der Stadt Hechingen")
