"""Work that needs more than one core: a function in a few processes, its answers in the order of its jobs.

Each process holds one end of a pipe and ends when the other is closed, so that a killed command leaves none behind.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from typing import Any

DEPTH = 2
"""Jobs a process has at most: one in hand and one waiting. A job must be small, since it is sent while the process may be sending its answer."""


def in_order(function: Callable, jobs: Iterable[tuple], process_count: int = 2) -> Iterator[Any]:
    """`function(*job)` for every job; the function is found by its name in the other process. Raises what the function raises."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    try:
        for _ in range(process_count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        yield from _answers(function, jobs, pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(5)
            process.kill()


def _answers(function: Callable, jobs: Iterable[tuple], pipes: list[Connection]) -> Iterator[Any]:
    """Deal the jobs out in turns, and take the answers back in the same turns."""
    sent = taken = 0
    for job in jobs:
        if sent - taken == DEPTH * len(pipes):
            yield _received(pipes[taken % len(pipes)])
            taken += 1
        pipes[sent % len(pipes)].send((function, job))
        sent += 1
    for place in range(taken, sent):
        yield _received(pipes[place % len(pipes)])


def _received(pipe: Connection) -> Any:
    is_answer, found = pipe.recv()
    if not is_answer:
        raise found
    return found


def _serve(pipe: Connection) -> None:
    """Answer until the pipe is closed. An interrupt reaches the command, which then closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(*job))
        except Exception as error:
            answer = (False, error)
        try:
            pipe.send(answer)
        except OSError:
            return
