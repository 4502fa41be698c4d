"""A real disk that is too small: a small tmpfs in a mount namespace of its own, or, where no mount is allowed, a real limit on the size of files.

`python -m tests.small_disk HOME EXPORT...` ingests one export after the other and prints what became of each, as JSON lines.
"""

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

from tests import files

ROOT = Path(__file__).resolve().parent.parent


def ingests(folder: Path, size_bytes: int, *exports: Path) -> tuple[str, list[dict]]:
    """The error that this kind of small disk gives, and per export what `main` printed. The home is `folder / "home"`."""
    command = [sys.executable, "-m", "tests.small_disk", str(folder / "home"), *map(str, exports)]
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={size_bytes} tmpfs {shlex.quote(str(folder))} && exec {shlex.join(command)}"
    for unshare in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        ran = _run([*unshare, "sh", "-c", mount])
        if ran is not None and ran.stdout:
            return "No space left on device", _lines(ran)
    ran = _run(command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes)))
    return "File too large", _lines(ran)


def _run(command: list[str], **options) -> subprocess.CompletedProcess | None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, **options)
    except FileNotFoundError:
        return None


def _lines(ran: subprocess.CompletedProcess) -> list[dict]:
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def main(home: Path, exports: list[Path]) -> None:
    """Ingest each export into `home`; print its error, null when it landed, and whether just the named files are left."""
    from pipelines.errors import UserError

    for export in exports:
        try:
            files.land(home, export)
            error = None
        except UserError as refusal:
            error = str(refusal)
        landed = [each.name for each in files.manifest.read(home).exports]
        print(json.dumps({"error": error, "landed": landed, "is_clean": files.left_in(home) == files.expected_in(home)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
