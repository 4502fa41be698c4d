"""Serves the pages with one uvicorn worker, until it is interrupted, and says where they are."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys

import uvicorn

from pipelines.errors import UserError

SECONDS_TO_LEAVE = 3


def run(host: str, port: int) -> None:
    """Serve until interrupted. `port` 0 takes a free one; the address is printed once it answers. Raises UserError when it cannot be taken."""
    listener = _listen(host, port)
    if not _is_own_machine(host):
        print(f"There is no sign-in: anyone who reaches {host} can read these pages.", file=sys.stderr, flush=True)
    shown = "localhost" if _is_own_machine(host) else f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        "dashboard.asgi:app", log_level="warning", access_log=False, ws="websockets-sansio", timeout_graceful_shutdown=SECONDS_TO_LEAVE
    )
    _Server(config, f"http://{shown}:{listener.getsockname()[1]}").run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says where it serves, and takes an interrupt as the normal end of its work."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # Levels and handlers would not do: Streamlit sets them back when it starts.
        for name in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)
        await super().startup(sockets)
        print(f"The dashboard is at {self.address} (stop it with Ctrl+C).", flush=True)

    def handle_exit(self, sig: int, frame: object) -> None:
        # The base class would raise the signal again after it has stopped, which ends the process as if it had failed.
        self.force_exit = self.should_exit
        self.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    try:
        # The protocol is that of the answer, TCP: with 0 asyncio would not switch off the delay of small answers.
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except (OSError, OverflowError) as error:
        finding = getattr(error, "strerror", None) or str(error)
        raise UserError(
            f"--host {host} --port {port}: cannot listen there ({finding}). Stop what uses it, or name another port; 0 takes a free one."
        ) from error
    listener.setblocking(False)
    return listener


def _is_own_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
