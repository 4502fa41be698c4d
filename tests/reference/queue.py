"""The queue of a team, one piece of work at a time: whoever is overdue first, then whoever is due earliest."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Work:
    """So many requests that come on a day and are due at the end of another; a due day before the first (0) is overdue at the start."""

    arrives: int
    due: int
    count: Fraction
    hours: Fraction
    """Of one request."""
    left: Fraction | None = None
    met: Fraction | None = None
    """How many were done by the end of the due day; None while that has not come."""


def run(pieces: Iterable[Work], capacity: Sequence[Fraction]) -> list[Work]:
    """Serve the pieces with the hours of each day. What is done of a piece when its due day ends has met its date."""
    pieces = list(pieces)
    waiting: list[Work] = []
    for day, hours in enumerate(capacity):
        for piece in pieces:
            if piece.arrives == day:
                piece.left = piece.count * piece.hours
                waiting.append(piece)
        _serve(waiting, day, hours)
        for piece in pieces:
            if piece.due == day:
                piece.met = piece.count - piece.left / piece.hours
        waiting = [piece for piece in waiting if piece.left]
    return pieces


def _serve(waiting: list[Work], day: int, hours: Fraction) -> None:
    """Overdue work is one class, then each due day is one; a class that the hours do not cover is served in proportion."""
    classes: dict[int, list[Work]] = defaultdict(list)
    for piece in waiting:
        classes[max(piece.due, day - 1)].append(piece)
    for _, members in sorted(classes.items()):
        asked = sum(piece.left for piece in members)
        given = min(hours, asked)
        for piece in members:
            piece.left -= piece.left * given / asked if asked else 0
        hours -= given
