"""A home with one export of four requests, and a way to run commands in this process."""

import shutil
from pathlib import Path

import pytest

from pipelines import cli
from tests import builders
from tests.command_line import ROWS


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Path:
    """A folder with one export of four requests."""
    folder = tmp_path_factory.mktemp("exports")
    builders.write_export(folder, ROWS, "march.csv")
    return folder


@pytest.fixture(scope="session")
def loaded(tmp_path_factory, exports) -> Path:
    """A home with that export, for tests that only read."""
    home = tmp_path_factory.mktemp("loaded")
    assert cli.run(["ingest", str(exports / "march.csv"), "--home", str(home)]) == 0
    return home


@pytest.fixture
def home(tmp_path, loaded) -> Path:
    """A copy of that home, for tests that change it."""
    return Path(shutil.copytree(loaded, tmp_path / "home", copy_function=shutil.copy2))


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command here: (exit code, stdout, stderr)."""
    monkeypatch.delenv("CERTBOARD_HOME", raising=False)

    def running(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return running
