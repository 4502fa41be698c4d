"""What long work says while it runs, always on stderr: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str, float | None], None]


@contextmanager
def shown() -> Iterator[Say]:
    """Give a `say(words, fraction)`; `fraction` is how much of the work is done, 0 to 1, or None when unknown."""
    if sys.stderr.isatty():
        yield from _bar()
    else:
        yield _Lines()


class _Lines:
    """One line per change of words: a log needs no percentages."""

    def __init__(self) -> None:
        self.said = ""

    def __call__(self, words: str, fraction: float | None = None) -> None:
        if words != self.said:
            self.said = words
            print(words, file=sys.stderr, flush=True)


def _bar() -> Iterator[Say]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def say(words: str, fraction: float | None = None) -> None:
            bar.update(task, description=words, total=None if fraction is None else 1.0, completed=fraction or 0.0)

        yield say
