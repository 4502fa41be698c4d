"""Which exports were taken, when, and which rows each of them shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .timeline import Request

ISO, DASHES, EXCEL = "iso", "dashes", "excel"  # 2026-11-20 16:42:09 · 11-20-2026 16:42:09 · 11/20/26 16:42


@dataclass(frozen=True)
class Export:
    """Rows last updated between two instants (local time), as they were at the second."""

    name: str
    since: datetime
    taken_at: datetime
    dates: str = ISO
    encoding: str = "cp1252"
    has_labels: bool = False
    with_open: bool = False  # also every open request, however old its last update
    has_order_numbers: bool = False  # the form has had that question since September 2026
    has_made_sla: bool = False
    half: int = 0  # a paged export: 1 the first half, 2 the second, which repeats the last row of the first


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


EXPORTS = (
    Export("sc_req_item_2025-Q2.csv", _at("2025-05-20"), _at("2025-07-01 08:05")),
    Export("sc_req_item_2025-Q3.csv", _at("2025-06-27"), _at("2025-10-01 09:20"), dates=DASHES),
    Export("sc_req_item_2025-Q4.zip", _at("2025-09-29"), _at("2026-01-02 08:12")),
    Export("sc_req_item_2026-01.csv", _at("2025-12-30"), _at("2026-02-02 08:03"), dates=EXCEL),
    Export("sc_req_item_2026-02.csv", _at("2026-01-30"), _at("2026-03-02 08:31")),
    Export("sc_req_item_2026-03_page1.csv", _at("2026-02-27"), _at("2026-04-01 10:15"), half=1),
    Export("sc_req_item_2026-03_page2.csv", _at("2026-02-27"), _at("2026-04-01 10:15"), half=2),
    Export("sc_req_item_2026-04.csv", _at("2026-03-30"), _at("2026-05-01 08:09"), encoding="utf-8-sig"),
    Export("requested_items_2026-05.csv", _at("2026-04-29"), _at("2026-06-01 11:47"), has_labels=True),
    Export("sc_req_item_2026-06.csv", _at("2026-05-29"), _at("2026-07-01 08:02")),
    Export("sc_req_item_2026-Q3.csv", _at("2026-06-29"), _at("2026-10-01 08:26")),
    Export("sc_req_item_2026-10.csv", _at("2026-09-29"), _at("2026-11-02 08:14"), has_order_numbers=True),
    Export("sc_req_item_2026-11-13.csv", _at("2026-10-30"), _at("2026-11-13 17:05"), with_open=True, has_order_numbers=True),
    Export("sc_req_item_2026-11-20.csv", _at("2026-11-12"), _at("2026-11-20 17:01"), with_open=True, has_order_numbers=True, has_made_sla=True),
)
ZIPPED = "sc_req_item_2025-Q4.csv"  # the member of the zip


def rows(export: Export, requests: list[Request]) -> list[dict]:
    """The rows of an export, typed and in the order of their numbers."""
    shown = [row for one in requests if (row := one.row(export.taken_at)) and _is_wanted(export, row)]
    middle = len(shown) // 2
    return {0: shown, 1: shown[:middle], 2: shown[middle - 1 :]}[export.half]


def _is_wanted(export: Export, row: dict) -> bool:
    is_open = export.with_open and row["state"] in ("Open", "Work in Progress", "Pending")
    return is_open or row["sys_updated_on"] >= export.since


def boundaries() -> list[datetime]:
    """The instants at which exports were taken, oldest first."""
    return sorted({export.taken_at for export in EXPORTS})
