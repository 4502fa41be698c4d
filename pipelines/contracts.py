"""The contracts: what an export of each kind may hold, as columns of text in a fixed order.

A mapping file says which headers of a source carry which of these columns.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["requests", "certificates", "approvals", "requisitions", "transitions", "slas"]


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of export.

    `events` hold an instant at which something happened; one that cannot be read or is implausible rejects its row. `reach`: the instants that
    say how far an export reaches, and so set the default `as_of`. `dates` hold a planned, validity or expiry date: read like times, but never events.
    """

    kind: Kind
    columns: tuple[str, ...]
    required: tuple[str, ...]
    events: tuple[str, ...]
    reach: tuple[str, ...]
    dates: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Columns whose cells are labels; the mapping says what each means."""

    @property
    def times(self) -> tuple[str, ...]:
        """Every column that is read as a time."""
        return self.events + self.dates


REQUESTS = Contract(
    "requests",
    tuple(
        """number service_option request_type department submitted_at approved_at approval closed_at resolved_at installed_at state
        requested_completion_on current_expires_on issued_at certificate_count parent_number common_name subject_alternative_names contacts csr
        security_approval validation_type updated_at update_sequence reopen_count assignment_group assigned_to time_worked_seconds
        source_verdict requisition_number order_number serial_number record_id""".split()
    ),
    required=("number", "submitted_at"),
    events=("submitted_at", "approved_at", "closed_at", "resolved_at", "installed_at", "issued_at", "updated_at"),
    reach=("submitted_at", "approved_at", "closed_at", "issued_at", "updated_at"),
    dates=("requested_completion_on", "current_expires_on"),
    labels=("approval", "source_verdict"),
)

CERTIFICATES = Contract(
    "certificates",
    tuple(
        """certificate_id holding order_number serial_number issuer common_name subject_alternative_names organisation department status requested_at
        issued_at not_before_at not_after_at expires_on revoked_at replaced_at updated_at profile policy key_algorithm key_size key_curve signature_algorithm
        requested_via requester contacts sha256 findings record_kind is_authority certificate_pem""".split()
    ),
    required=(),  # the mapping's key
    events=("requested_at", "issued_at", "revoked_at", "replaced_at", "updated_at"),
    reach=("requested_at", "issued_at", "not_before_at", "revoked_at", "replaced_at", "updated_at"),
    dates=("not_before_at", "not_after_at", "expires_on"),
)

APPROVALS = Contract(
    "approvals", ("number", "approver", "approval", "updated_at"), required=("number", "approval"), events=("updated_at",), reach=("updated_at",),
    labels=("approval",),
)  # fmt: skip
"""One row per approver of a request or of the requisition it belongs to."""

REQUISITIONS = Contract(
    "requisitions",
    ("number", "approval", "approved_at", "requested_completion_on", "updated_at", "update_sequence"),
    required=("number",),
    events=("approved_at", "updated_at"),
    reach=("approved_at", "updated_at"),
    dates=("requested_completion_on",),
    labels=("approval",),
)
"""The order a requested item belongs to: it has dates and an approval, but no clock of its own."""

TRANSITIONS = Contract(
    "transitions",
    ("number", "transition_id", "field", "value", "previous_value", "started_at", "ended_at", "updated_at", "update_sequence"),
    required=("number", "started_at"),
    events=("started_at", "ended_at", "updated_at"),
    reach=("started_at", "ended_at", "updated_at"),
)
"""One row per value that a field of a request had for a time, or per change of it."""

SLAS = Contract(
    "slas",
    tuple(
        """number sla stage started_at planned_end_at ended_at verdict business_percentage pause_seconds business_pause_seconds schedule
        updated_at""".split()
    ),
    required=("number", "started_at", "verdict"),
    events=("started_at", "ended_at", "updated_at"),
    reach=("started_at", "ended_at", "updated_at"),
    dates=("planned_end_at",),
    labels=("sla", "stage", "verdict"),
)
"""One row per clock that another system ran on a request: what it promised and whether that was kept."""

CONTRACTS = {each.kind: each for each in (REQUESTS, CERTIFICATES, APPROVALS, REQUISITIONS, TRANSITIONS, SLAS)}
TIME_COLUMNS = tuple(dict.fromkeys(name for each in CONTRACTS.values() for name in each.times))
