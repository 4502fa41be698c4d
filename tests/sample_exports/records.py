"""What requests went through, as ServiceNow recorded it: the exports of it, and what they should come to."""

from __future__ import annotations

from pathlib import Path
from random import Random

from . import courses, plan, task_slas, transition_expectations, transition_exports, transition_mishaps, transition_plan
from .expectations import Shown, write
from .spreadsheet import MADE_SLA
from .timeline import Request
from .verdicts import Verdict


class Records:
    """The courses of the newer requests, those of June 2026 that were audited, and the second opinions; `taken`: numbers in use."""

    def __init__(self, requests: list[Request], verdicts: dict[str, Verdict], taken: set[str]) -> None:
        self.verdicts = verdicts
        self.metered = [courses.course(one) for one in requests if one.submitted_at.date() >= transition_plan.METRICS_FROM]
        self.audited = [
            courses.course(one) for one in requests if transition_plan.AUDITED_FROM <= one.submitted_at.date() < transition_plan.METRICS_FROM
        ]
        transition_mishaps.happen(self.metered)
        self.strangers = list(transition_mishaps.strangers(Random(f"{plan.SEED} strangers to all exports"), taken))
        self.opinions = task_slas.opinions(self.metered, verdicts)
        self.metrics = [transition_exports.metric_rows(self.metered, self.strangers, position) for position in (0, 1)]
        self.audit = transition_exports.audit_rows(self.audited)
        self.tasks = transition_exports.task_rows(self.metered)
        self.made_sla: dict[str, str] = {}

    def without_oddities(self, requests: list[Request]) -> list[Request]:
        """The requests in whose records nothing was planted, and that never waited for their customer."""
        odd = {one.request.number for one in (*self.metered, *self.audited) if one.marks or one.pauses} | {one.number for one in self.opinions if one.reason}
        return [one for one in requests if one.number not in odd]

    def give_made_sla(self, shown: Shown) -> None:
        """Fill the legacy field of the export that has it: true until ServiceNow's clock ran out, and in some rows even then."""
        breached = {one.number for one in self.opinions if one.has_breached}
        for export, rows in shown.items():
            if export.has_made_sla:
                left = sorted(row["number"] for row in rows if row["number"] in breached)[: transition_plan.LEGACY_FIELDS]
                self.made_sla = {row["number"]: str(row["number"] not in breached or row["number"] in left).lower() for row in rows}
                for row in rows:
                    row[MADE_SLA] = self.made_sla[row["number"]]

    def write(self, out: Path) -> None:
        """The exports."""
        for position, name in enumerate(transition_exports.METRICS):
            (out / name).write_bytes(transition_exports.metrics(self.metrics[position], position))
        (out / transition_exports.AUDIT).write_bytes(transition_exports.audit(self.audit))
        (out / transition_exports.TASKS).write_bytes(transition_exports.tasks(self.tasks))
        (out / task_slas.NAME).write_bytes(task_slas.export([*self.opinions, *task_slas.responses(self.opinions)]))

    def write_expected(self, expected: Path, shown: Shown) -> None:
        """What they should come to: phases and pauses, findings, and the second opinions that differ."""
        told = [*(("servicenow_metrics", one) for one in self.metered), *(("servicenow_audit", one) for one in self.audited)]
        transition_expectations.courses(expected / "sample_courses.csv", told, self.verdicts)
        transition_expectations.findings(
            expected / "sample_transition_findings.csv", self.metered, self.audited, self.strangers, self.verdicts
        )
        write(expected / "sample_second_opinions.csv", ("number", "opinion", "sla", "source_verdict", "reason_code"), sorted(self._differing()))

    def _differing(self) -> list[tuple[str, ...]]:
        """Second opinions on met and missed requests that are not ours."""
        found = [(one.number, "task_sla", one.sla, one.verdict, one.reason) for one in self.opinions if one.reason]
        for number, text in self.made_sla.items():
            ours = self.verdicts[number]
            theirs = "missed" if text == "false" else "met" if ours.stop_at else "open"
            if ours.slo_outcome in ("met", "missed", "open") and theirs != ours.slo_outcome:
                found.append((number, "made_sla", "", theirs, "legacy_field"))
        return found
