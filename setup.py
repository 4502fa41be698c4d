"""Puts the policy and the sample into a built wheel, beside the code that reads them; pyproject.toml has all the rest."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithData(build_py):
    """An editable install reads `data/` where it lies."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for part in ("policy", "sample"):
                shutil.copytree(Path("data") / part, Path(self.build_lib) / "pipelines" / "data" / part, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithData})
