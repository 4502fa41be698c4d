"""Opens zip files of exports. A zip is only a wrapping: each export inside is one of its own, named `archive.zip/member.csv`.

What the directory of a zip says about sizes is not believed: limits hold for the bytes as they are unpacked.
"""

import io
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.errors import UserError
from pipelines.exports import private_keys, reader_of

RATIO_LIMIT = 200
RATIO_FREE_BYTES = 100_000_000
"""A member up to this size may unpack to any multiple of its packed size."""
SPARED_BYTES = 1 << 30
"""Free space that unpacking leaves on the disk."""
CHUNK_BYTES = 1 << 16

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError, ValueError)
"""What Python raises for a zip file that is damaged or packed in a way it does not know."""


class _Counted(io.RawIOBase):
    """A file that counts the bytes read from it, so that the packed size is what was read and not what is claimed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.read_bytes += len(chunk)
        return chunk

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass
class Archive:
    """An open zip file: the exports in it, the members that are none, and what was unpacked of it so far."""

    name: str
    members: list[zipfile.ZipInfo]
    ignored: list[str]
    unpacked_limit_bytes: int
    _file: zipfile.ZipFile
    _counted: _Counted
    _unpacked_bytes: int = 0

    def member_name(self, member: zipfile.ZipInfo) -> str:
        """The name of an export in here."""
        return f"{self.name}/{member.filename}"

    def unpack(self, member: zipfile.ZipInfo, target: Path) -> None:
        """Write a member to `target`. Raises UserError when it is damaged, larger than a limit or holds a private key, while reading."""
        name = self.member_name(member)
        free = shutil.disk_usage(target.parent).free - SPARED_BYTES
        packed_before, size, detector = self._counted.read_bytes, 0, private_keys.Detector()
        try:
            with self._file.open(member) as reading, target.open("wb") as writing:
                while chunk := reading.read(CHUNK_BYTES):
                    size += len(chunk)
                    detector.feed(chunk)
                    if detector.marker is not None:
                        raise private_keys.refusal(name, detector.marker.text)
                    self._refuse_excess(name, size, self._counted.read_bytes - packed_before, free, target.parent)
                    writing.write(chunk)
        except DAMAGED as error:
            raise UserError(f"{name}: cannot be unpacked ({error}). Pack it again as an ordinary zip file, or ingest the file itself.") from error
        self._unpacked_bytes += size

    def _refuse_excess(self, name: str, size: int, packed: int, free: int, folder: Path) -> None:
        if size > RATIO_FREE_BYTES and size > RATIO_LIMIT * packed:
            raise UserError(
                f"{name}: unpacks to more than {RATIO_LIMIT} times its packed size (stopped after {size:,} bytes), as only damaging files do. "
                "If it is genuine, unpack it and ingest the file."
            )
        if self._unpacked_bytes + size > self.unpacked_limit_bytes:
            raise UserError(
                f"{name}: {self.name} unpacks to more than {self.unpacked_limit_bytes:,} bytes, the policy's limit. "
                "Split it, or raise limits.unpacked_bytes in slo.yaml."
            )
        if size > free:
            raise UserError(
                f"{name}: does not fit in {folder}, which has {max(free, 0):,} bytes free beside the 1 GiB to spare. "
                "Free space there, or name another home."
            )


@contextmanager
def opened(path: Path, name: str, unpacked_limit_bytes: int) -> Iterator[Archive]:
    """A zip file whose members may all be unpacked safely. Raises UserError for one that may not, or that holds no export."""
    with _Counted(path) as counted:
        try:
            file = zipfile.ZipFile(counted)  # type: ignore[arg-type]
        except DAMAGED as error:
            raise UserError(f"{name}: is not a readable zip file ({error}). Copy or export it again.") from error
        with file:
            names = [member.filename for member in file.infolist()]
            if twice := sorted({each for each in names if names.count(each) > 1}):
                raise UserError(f"{name}: holds {twice[0]} twice, and only one could be read. Pack each export once.")
            exports = {member.filename: member for member in file.infolist() if _is_export(member, name)}
            ignored = [f"{name}/{member.filename}" for member in file.infolist() if member.filename not in exports and not member.is_dir()]
            if not exports:
                inside = ", ".join(each.removeprefix(f"{name}/") for each in ignored[:5]) or "nothing"
                raise UserError(f"{name}: holds no export (found: {inside}). Pack the exports as .csv files, or as another kind that is read here.")
            yield Archive(name, [exports[each] for each in sorted(exports)], ignored, unpacked_limit_bytes, file, counted)


def _is_export(member: zipfile.ZipInfo, archive: str) -> bool:
    """Whether a member is an export to read. Raises UserError for what no archive of exports holds."""
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        raise UserError(f'{archive}: its member "{name}" would lie outside the archive. Pack it again with plain names.')
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UserError(f"{archive}/{name}: is a link. Pack the file itself.")
    reader = reader_of(path.name)
    if reader == "archive":
        raise UserError(f"{archive}/{name}: is a zip file inside a zip file. Unpack the outer one and ingest what it holds.")
    if member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in path.parts) or reader is None:
        return False
    if member.flag_bits & 1:
        raise UserError(f"{archive}/{name}: is encrypted. Unpack it with its password and ingest the file.")
    return True
