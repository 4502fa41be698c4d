"""How and when a request ended, as known at an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from . import clock
from .policy import Rules
from .versions import Request

ENDED = ("cancelled", "rejected", "incomplete", "skipped")
STATES = ("open", "resolved", "completed", *ENDED)


@dataclass(frozen=True)
class Ending:
    """`phase` is open, completed, ended or unknown; `at` is when it stopped, `source` which column said so."""

    phase: str
    at: datetime | None = None
    source: str | None = None


def ending(request: Request, as_of: datetime, rules: Rules, includes_installation: bool, tasks_ended_at: datetime | None = None) -> Ending:
    """The end of the request; one that lies after `as_of` has not happened, so the request is still open.

    `tasks_ended_at`: the end of the installation by its tasks, which counts where the request itself does not say.
    """
    version, state = request.version, request.version.text("state")
    if state not in STATES:
        return Ending("unknown")
    if state == "open" or (state == "resolved" and rules.clock_stop != "resolved"):
        return Ending("open")
    if state in ENDED:
        ended_at = version.instant("closed_at") or version.instant("updated_at") or version.at
        return Ending("ended", ended_at, "ended") if ended_at <= as_of else Ending("open")
    stop_at, source = completion(request, as_of, rules, includes_installation, tasks_ended_at)
    happened_at = stop_at or version.instant("closed_at") or version.at
    return Ending("completed", stop_at, source) if happened_at <= as_of else Ending("open")


def completion(
    request: Request, as_of: datetime, rules: Rules, includes_installation: bool, tasks_ended_at: datetime | None
) -> tuple[datetime | None, str | None]:
    """When a completed request stopped, even if later than `as_of`; (None, None) when nothing says so."""
    version = request.version
    if rules.clock_stop != "closed":
        stop_at = version.instant(f"{rules.clock_stop}_at")
        return stop_at, rules.clock_stop if stop_at else None
    closed_at, source = counted_close(request, as_of, rules)
    if closed_at is None or not includes_installation:
        return closed_at, source
    installed_at = version.instant("installed_at") or tasks_ended_at
    if installed_at is None:
        return closed_at, "closed_installation_unseen"
    return (installed_at, "installed") if installed_at > closed_at else (closed_at, source)


def counted_close(request: Request, as_of: datetime, rules: Rules) -> tuple[datetime | None, str | None]:
    """The last close counts, unless the request was re-opened inside the window after the first: then the first does.

    The last is what the newest version says; a first is one that a completed version told by `as_of`.
    """
    last = request.version.instant("closed_at")
    if last is None:
        return None, None
    told = (one.instant("closed_at") for one in request.known if one.text("state") == "completed")
    first = min((close for close in told if close is not None and close <= as_of), default=last)
    if minute(first) == minute(last):
        reopened = int(request.version.text("reopen_count") or 0) > 0
        return last, "reopen_history_unknown" if reopened else "closed"
    window_ends_on = clock.local_on(first) + timedelta(days=rules.reopen_window_days)
    reopened_inside = any(
        one.text("state") in ("open", "resolved") and one.at > first and clock.local_on(one.at) <= window_ends_on
        for one in request.known
    )
    if minute(first) < minute(last) and (reopened_inside or clock.local_on(last) <= window_ends_on):
        return first, "first_close"
    return last, "closed"


def minute(moment: datetime) -> datetime:
    """A spreadsheet drops the seconds of a time: within one minute it is the same close."""
    return moment.replace(second=0, microsecond=0)
