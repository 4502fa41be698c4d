"""The dashboard, and an empty Streamlit app, each served in a process of its own by the product's own server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.processes import CERTBOARD, CHECKOUT

EMPTY_APP = """
import streamlit as st
st.title("Empty")
with st.sidebar:
    grain = st.segmented_control("Grain", ["Month", "Quarter", "Fiscal year"], default="Month", required=True)
st.markdown(f"Chosen: {grain}")
"""
SERVE_ANOTHER = """
import sys
import streamlit
from dashboard import asgi, server
asgi.app = streamlit.App(sys.argv[1])
server.run("127.0.0.1", 0)
"""


class Server(NamedTuple):
    """Where it answers, and its process."""

    address: str
    process: subprocess.Popen

    def peak_bytes(self) -> int:
        """The most memory it has held so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@contextmanager
def dashboard(home: Path) -> Iterator[Server]:
    """`certboard serve` on a free port."""
    with _started([*CERTBOARD, "serve", "--home", home, "--port", "0"]) as server:
        yield server


@contextmanager
def empty(folder: Path) -> Iterator[Server]:
    """An app of one control and one line of text, on a free port."""
    app = folder / "empty.py"
    app.write_text(EMPTY_APP, encoding="utf-8")
    with _started([sys.executable, "-c", SERVE_ANOTHER, app]) as server:
        yield server


@contextmanager
def _started(command: Sequence[str | Path]) -> Iterator[Server]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CERTBOARD_")}
    environment |= {"PYTHONPATH": str(CHECKOUT), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    process = subprocess.Popen([*map(str, command)], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        found = next((found for line in process.stdout if (found := re.search(r"http://localhost:\d+", line))), None)
        assert found, "the server ended without saying where it is"
        yield Server(found[0], process)
    finally:
        process.terminate()
        process.wait(10)
