"""What the sample is meant to look like: volumes, misses, departments, traps. Every number here is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

SEED = 20261120
AS_OF = datetime(2026, 11, 20, 16, 42, 9)  # the newest event of all exports, Pacific
FIRST_DAY = date(2025, 5, 20)
OPTIONS = ("new_customer_install", "new_cdt_install", "renewal_customer_install", "renewal_cdt_install", "inquiry")
TARGETS = dict(zip(OPTIONS, (5, 10, 5, 10, 10)))
RENEWALS = OPTIONS[2:4]
LABELS = {  # service option: variables.request_type, variables.installation
    "new_customer_install": ("New", "Customer"),
    "new_cdt_install": ("New", "CDT"),
    "renewal_customer_install": ("Renewal", "Customer"),
    "renewal_cdt_install": ("Renewal", "CDT"),
    "inquiry": ("Question or inquiry", ""),
}
INQUIRY_TYPES = {
    "New Domain Name Enrollment": 5,
    "Password Reset": 8,
    "Delegated Admin": 4,
    "SSL Certificate Notification Suspension": 2,
    "Other": 4,
}
CUSTOM_STATE = "Complete.Closed.System"

# Month of the due date: (due, missed) per option in the order of OPTIONS. November 2026 runs to Thu the 19th.
# May 2025 has only what can fall due within its first days; new_cdt_install has no request due in December 2025;
# March 2026 is the rush before certificates shrink to 200 days.
MONTHS = {
    "2025-05": ((9, 0), (0, 0), (24, 1), (0, 0), (0, 0)),
    "2025-06": ((50, 2), (4, 0), (142, 5), (104, 9), (26, 1)),
    "2025-07": ((47, 2), (3, 0), (148, 6), (98, 10), (29, 0)),
    "2025-08": ((53, 3), (5, 1), (151, 7), (109, 12), (31, 1)),
    "2025-09": ((49, 2), (2, 0), (146, 4), (112, 11), (27, 0)),
    "2025-10": ((55, 3), (4, 0), (157, 7), (113, 14), (25, 2)),
    "2025-11": ((46, 4), (3, 1), (139, 8), (107, 15), (26, 1)),
    "2025-12": ((44, 1), (0, 0), (144, 6), (105, 9), (28, 0)),
    "2026-01": ((57, 3), (6, 0), (158, 6), (108, 13), (33, 1)),
    "2026-02": ((52, 2), (5, 1), (163, 9), (121, 14), (30, 1)),
    "2026-03": ((62, 6), (4, 0), (192, 20), (130, 25), (30, 2)),
    "2026-04": ((49, 3), (3, 0), (149, 5), (106, 12), (28, 0)),
    "2026-05": ((45, 2), (2, 0), (141, 6), (104, 10), (29, 1)),
    "2026-06": ((51, 3), (6, 1), (152, 7), (107, 11), (27, 0)),
    "2026-07": ((48, 2), (3, 0), (147, 5), (110, 13), (31, 1)),
    "2026-08": ((54, 4), (5, 0), (155, 8), (114, 14), (28, 1)),
    "2026-09": ((50, 3), (4, 1), (151, 6), (117, 15), (26, 0)),
    "2026-10": ((51, 3), (3, 0), (145, 6), (111, 13), (24, 0)),
    "2026-11": ((30, 2), (3, 0), (88, 3), (66, 9), (17, 0)),
}
BURST_MONTH = "2026-03"
# Of the misses above: still open at AS_OF, and cancelled only after the due date.
OPEN_OVERDUE = {
    ("2026-09", "renewal_cdt_install"): 1,
    ("2026-10", "renewal_cdt_install"): 2,
    ("2026-10", "renewal_customer_install"): 1,
    ("2026-11", "new_customer_install"): 1,
    ("2026-11", "renewal_customer_install"): 2,
    ("2026-11", "renewal_cdt_install"): 5,
}
CANCELLED_LATE = {
    ("2025-08", "renewal_cdt_install"): 1,
    ("2025-11", "renewal_customer_install"): 1,
    ("2026-02", "renewal_cdt_install"): 1,
    ("2026-03", "new_customer_install"): 1,
    ("2026-06", "renewal_cdt_install"): 1,
    ("2026-09", "renewal_customer_install"): 1,
}
# Due on or after AS_OF: requests per business day of the due date, most of them closed already or still to come.
LATER_PER_DAY = {
    "new_customer_install": 2,
    "new_cdt_install": 0,
    "renewal_customer_install": 5,
    "renewal_cdt_install": 3,
    "inquiry": 1,
}
STILL_OPEN = {date(2026, 11, 20): 2, date(2026, 11, 23): 3}  # by due date: some are due today and on the next day
LATER_THROUGH = date(2026, 12, 4)

# Outside attainment. Excluded: (cancelled, cancelled before approval, approval rejected, incomplete, skipped).
EXCLUDED = {month: (2 + i % 3, 1 + i % 2, 1 + i % 2, i % 2, (i + 1) % 2) for i, month in enumerate(MONTHS)}
EXCLUDED["2026-10"] = (4, 1, 2, 1, 1)
# Not measurable: (unknown state, unclassified option, completed without a closing date, closed before submission).
NOT_MEASURABLE = {
    "2025-09": (0, 1, 0, 0),
    "2025-12": (0, 0, 1, 0),
    "2026-02": (0, 1, 0, 0),
    "2026-05": (0, 1, 0, 1),
    "2026-08": (1, 1, 0, 0),
    "2026-09": (2, 0, 1, 0),
    "2026-10": (4, 2, 1, 1),
    "2026-11": (2, 0, 0, 0),
}


@dataclass(frozen=True)
class Department:
    """A made-up customer: its share of the volume and whether CDT runs servers for it."""

    name: str
    label: str  # its host names lie under LABEL-example.ca.gov
    weight: float
    is_hosted: bool = True


DEPARTMENTS = (
    Department("Department of Motor Vehicles", "dmv", 17),
    Department("Department of Transportation", "dot", 14),
    Department("Department of Health Care Services", "dhcs", 12.5),
    Department("Department of Employment Services", "des", 10),
    Department("Department of Tax Collection", "dtc", 8.5, is_hosted=False),
    Department("Department of Social Services", "dss", 7),
    Department("Department of Corrections", "doc", 6),
    Department("Department of Public Health", "dph", 5),
    Department("Department of Water Resources", "dwr", 4),
    Department("Department of Forestry and Fire Protection", "fire", 3.2),
    Department("Department of Consumer Affairs", "dca", 2.8),
    Department("Department of General Services", "dgs", 2.2, is_hosted=False),
    Department("Department of Education Support", "deds", 1.8),
    Department("Department of Fish and Wildlife", "dfw", 1.5),
    Department("Department of Parks and Recreation", "parks", 1.2),
    Department("Department of Housing", "doh", 1.0),
    Department("Department of Insurance Oversight", "dio", 0.8, is_hosted=False),
    Department("Department of Veterans Services", "dvs", 0.7),
    Department("Department of Food and Farming", "dff", 0.6),
    Department("Department of Toxic Cleanup", "dtxc", 0.45),
    Department("Office of Emergency Planning", "oep", 0.35),
    Department("Office of the State Surveyor", "oss", 0.22, is_hosted=False),
    Department("Peña Creek Conservancy", "pcc", 0.14),
    Department("Board of Cartographers", "boc", 0.08, is_hosted=False),
)
# Two requests a year: placed by month, never drawn.
TINY_DEPARTMENT = Department("Board of Lighthouse Keepers", "blk", 0, is_hosted=False)
TINY_MONTHS = ("2025-07", "2026-01", "2026-09")
