"""The dashboard as an ASGI application: `uvicorn dashboard.asgi:app`, one worker.

Served so, and not by `streamlit run`, small answers leave at once instead of waiting for the kernel to fill a packet.
It answers `GET /_stcore/health` with 200 and `ok` when it is ready.
"""

from __future__ import annotations

import os
from pathlib import Path

# Watching sources is for development, where `streamlit run dashboard/app.py` does it; here it would walk all modules after each rerun.
os.environ.setdefault("STREAMLIT_SERVER_FILE_WATCHER_TYPE", "none")

import streamlit as st  # noqa: E402

app = st.App(Path(__file__).resolve().with_name("app.py"))
