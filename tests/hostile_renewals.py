"""Made-up requests about the certificates of `hostile_certificates`: renewals by name, by order and by serial number, open,
completed and given up, in time and late, some for a part of the names; with contacts, signing requests and approvers.
"""

from datetime import UTC, datetime, time, timedelta

from tests import certificate_builders as build
from tests.builders import PEOPLE
from tests.certificate_builders import a_request, a_signing_request
from tests.hostile_certificates import Life, Maker
from tests.reference.readiness import SigningRequest

LEADS = (91, 90, 90, 89, 60, 31, 30, 29, 25, 21, 20, 19, 10, 1, 0, -1, -29, -30, -31)
CLOCKS = ("00:00:00", "23:59:59", "08:00:00", "10:30:00", "17:00:00")
OPTIONS = (
    *("renewal_customer_install",) * 8, *("renewal_cdt_install",) * 8, *("new_customer_install",) * 3, "new_cdt_install", "inquiry", "Code signing",
)  # fmt: skip
STATES = (*("open",) * 9, *("completed",) * 6, "resolved", "cancelled", "incomplete", "Pending.Vendor")
CONTACTS = (
    "", "a@dmv.ca.gov", "list@dmv.ca.gov", "a@dmv.ca.gov, A@DMV.ca.gov;b@dmv.ca.gov", "a@x.gov b@x.gov c@x.gov",
    "a@x.gov;b@x.gov;list@dmv.ca.gov;d@x.gov",
)  # fmt: skip
SECURITY = ("", "", "yes", "Approved", "true", "12345", "pending", "no")
KEYS = ("EC 256", "EC 256", "EC 384", "EC 224", "RSA 2048", "RSA 1024", "ED25519")
ANSWERS = ("approved", "approved", "approved", "requested", "rejected", "not_required", "cancelled")


class Renewals:
    """The requests and the approvers' answers about the lives of one maker, and the signing requests among them."""

    def __init__(self, maker: Maker):
        self.maker, self.draw, self.chance = maker, maker.draw, maker.chance
        self.now = maker.now.replace(tzinfo=UTC).astimezone(PEOPLE).replace(tzinfo=None)
        self.signing_requests: dict[str, SigningRequest] = {}
        serials = [life.serial for life in maker.lives]
        self.lives = [life for life in maker.lives if life.names and serials.count(life.serial) == 1]
        self.requests = [self.request(f"RITM{position:04}") for position in range(len(maker.lives))]
        self.requests.append(a_request("RITM9999", f"{self.now - timedelta(days=9)}", updated_at=f"{self.now}", service_option="inquiry"))
        self.approvals = [row for row in self.requests if self.chance(0.3) for row in self.answers(row)]

    def submitted(self, life: Life) -> datetime:
        """So many days before the expiry, or at the very second of the issue; mostly not later than now."""
        starts = life.starts.replace(tzinfo=UTC).astimezone(PEOPLE).replace(tzinfo=None)
        if self.chance(0.2):
            found = self.draw.choice((starts, starts + timedelta(seconds=1), starts - timedelta(days=3), datetime.combine(starts.date(), time.min)))
        else:
            ends_on = life.ends.replace(tzinfo=UTC).astimezone(PEOPLE).date()
            found = datetime.combine(ends_on - timedelta(days=self.draw.choice(LEADS)), time.fromisoformat(self.draw.choice(CLOCKS)))
        return found if found <= self.now or self.chance(0.2) else self.now - timedelta(days=self.draw.choice((0, 1, 3, 12, 40)), seconds=5)

    def request(self, number: str) -> build.Row:
        pick, life = self.draw.choice, self.draw.choice(self.lives)
        submitted = self.submitted(life)
        names = list(life.names)
        if self.chance(0.25) and len(names) > 1:
            names.pop(self.draw.randrange(len(names)))
        if self.chance(0.1):
            names.append(pick(pick(self.lives).names))
        common = [names[0]] if self.chance(0.93) else names[:2]
        fields = {
            "service_option": pick(OPTIONS), "state": pick(STATES), "common_name": ", ".join(common), "contacts": pick(CONTACTS),
            "subject_alternative_names": pick(("; ", "\n")).join(names[len(common) - self.draw.randrange(2) :]), "security_approval": pick(SECURITY),
        }  # fmt: skip
        if self.chance(0.05):
            fields["common_name"] = ""
        if self.chance(0.15):
            fields["order_number"] = life.order
        if self.chance(0.15):
            fields["serial_number"] = f"00:{life.serial:X}"
        if self.chance(0.25):
            fields["current_expires_on"] = f"{(submitted + timedelta(days=pick((-1, 0, 19, 20, 30, 31)))).date()}"
        if self.chance(0.4):
            fields["requested_completion_on"] = f"{(submitted + timedelta(days=pick((-1, 0, 5, 20, 35)))).date()}"
        if fields["state"] not in ("open", "Pending.Vendor"):
            fields["closed_at"] = f"{submitted + timedelta(days=pick((0, 1, 4, 9, 25)), seconds=3)}"
        fields |= pick(({"approval": "not_required"}, {"approval": ""}, {"approval": "requested"}, {"approval": "approved"}, {"approval": "rejected"}, {}))
        if fields.get("approval") == "approved" and self.chance(0.6):
            fields["approved_at"] = f"{submitted + timedelta(days=pick((0, 1, 5)))}"
        fields["updated_at"] = f"{max(submitted, min(self.now, submitted + timedelta(days=30)))}"
        if self.chance(0.3):
            fields["requisition_number"] = f"REQ{number[4:]}"
        if fields["common_name"] and len(common) == 1 and self.chance(0.6):
            fields["csr"] = self.signing_request(common[0], names)
        return a_request(number, f"{submitted}", **fields)

    def signing_request(self, common_name: str, names: list[str]) -> str:
        """For these names, for fewer, for others, or none at all."""
        kind = self.draw.randrange(8)
        if kind < 3:
            return self.draw.choice((build.NO_SIGNING_REQUEST, *map(build.a_kept_signing_request, ("invalid_signature", "rsa_sha1"))))
        asked = {3: names[:1], 4: [*names, "other.dmv.ca.gov"], 5: []}.get(kind, names)
        written = {6: common_name.upper(), 7: "other.dmv.ca.gov"}.get(kind, common_name)
        text, facts = a_signing_request(written, *asked, key=self.draw.choice(KEYS))
        self.signing_requests[text] = facts
        return text

    def answers(self, request: build.Row) -> list[build.Row]:
        """Up to three approvers of the request or of its requisition, some of whom change their mind or answer later."""
        found = []
        submitted = datetime.fromisoformat(request["submitted_at"])
        for approver in range(self.draw.choice((1, 2, 3))):
            number = request["requisition_number"] if request["requisition_number"] and self.chance(0.5) else request["number"]
            at = submitted + timedelta(days=self.draw.choice((0, 1, 4, 30)), seconds=approver + 1)
            if self.chance(0.3):
                found.append(build.an_approval(number, "requested", f"Approver {approver}", f"{at - timedelta(minutes=5)}"))
            found.append(build.an_approval(number, self.draw.choice(ANSWERS), f"Approver {approver}", f"{at}"))
        return found
