"""The bytes of an export: headers, formats of date and time, quoting, encoding, and the rows that went wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

from .exports import DASHES, EXCEL, ZIPPED, Export

ORDER_NUMBER = "variables.certificate_order_number"
MADE_SLA = "made_sla"
LABELS = {
    "number": "Number",
    "request": "Request",
    "cat_item": "Item",
    "short_description": "Short description",
    "state": "State",
    "stage": "Stage",
    "approval": "Approval",
    "approval_set": "Approval set",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "due_date": "Due date",
    "assignment_group": "Assignment group",
    "assigned_to": "Assigned to",
    "company": "Company",
    "requested_for": "Requested for",
    "sys_created_on": "Created",
    "sys_updated_on": "Updated",
    "sys_mod_count": "Updates",
    "reopen_count": "Reopen count",
    "time_worked": "Time worked",
    "variables.request_type": "Request type",
    "variables.installation": "Installation",
    "variables.inquiry_type": "Inquiry type",
    "variables.common_name": "Common name",
    "variables.subject_alternative_names": "Subject alternative names",
    "variables.current_expiration_date": "Current expiration date",
    "variables.requested_completion_date": "Requested completion date",
    "variables.contact_emails": "Contact emails",
    "variables.csr": "CSR",
    ORDER_NUMBER: "Certificate order number",
    MADE_SLA: "Made SLA",
}
NOT_IN_THE_LABELLED = ("time_worked", "variables.csr")  # the view behind that export lacked two columns


def contents(export: Export, rows: list[dict], damaged: dict[int, list[str]]) -> bytes:
    """The file. `damaged`: cells of rows that went wrong, each written before the row at that position."""
    shown = fields(export)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([LABELS[name] if export.has_labels else name for name in shown])
    for position, row in enumerate(rows):
        if position in damaged:
            writer.writerow(damaged[position])
        writer.writerow([cell(row[name], export.dates) for name in shown])
    written = text.getvalue().encode(export.encoding)
    return _zipped(written, export) if export.name.endswith(".zip") else written


def fields(export: Export) -> list[str]:
    """The columns of an export, by field name."""
    lacking = set(NOT_IN_THE_LABELLED if export.has_labels else ())
    lacking |= {name for name, is_there in ((ORDER_NUMBER, export.has_order_numbers), (MADE_SLA, export.has_made_sla)) if not is_there}
    return [name for name in LABELS if name not in lacking]


def cell(value: object, dates: str) -> str:
    """A cell as the list export writes it; what a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, datetime):
        if dates == EXCEL:
            return f"{value.month}/{value.day}/{value:%y} {value.hour}:{value:%M}"
        return f"{value:%m-%d-%Y %H:%M:%S}" if dates == DASHES else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        if dates == EXCEL:
            return f"{value.month}/{value.day}/{value:%y}"
        return f"{value:%m-%d-%Y}" if dates == DASHES else f"{value:%Y-%m-%d}"
    text = str(value)
    return "'" + text if text[:1] in ("+", "-", "=", "@") else text


def _zipped(content: bytes, export: Export) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        moment = (export.taken_at.year, export.taken_at.month, export.taken_at.day, 8, 12, 0)
        file.writestr(zipfile.ZipInfo(ZIPPED, moment), content, zipfile.ZIP_DEFLATED, 9)
    return archive.getvalue()
