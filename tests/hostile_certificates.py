"""Made-up inventories at the edges of every rule about certificates: few names, many successors, days near `as_of`.

An inventory is a set of certificates told by consoles, files, logs and scans, all as rows of text. Seeded, so that the same
number always gives the same exports. `hostile_renewals` makes requests about them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property

from tests import certificate_builders as build
from tests.builders import PEOPLE, without
from tests.certificate_builders import Export

AS_OF = (
    "2026-11-20 16:42:00", "2026-11-27 00:00:00", "2026-12-31 15:59:59", "2026-12-31 16:00:00", "2026-07-03 16:59:59",
    "2026-07-03 17:00:00", "2026-03-08 03:00:00", "2026-11-01 01:30:00", "2026-03-31 09:00:00", "2026-02-16 23:59:59",
)  # fmt: skip
"""Ordinary days, closures, the last moments of a day of service, and nights that change the clock."""

DAYS_TO_EXPIRY = (
    *(-32, -31, -30, -29, -2, -1, 0, 0, 0, 1, 2, 6, 7, 8, 12, 13, 14, 15, 16, 17, 18),
    *(19, 20, 20, 21, 22, 30, 45, 89, 90, 91, 150, 179, 180, 181, 300),
)
ENDS = ("23:59:59", "23:59:59", "23:59:59", "00:00:00", "06:59:59", "07:00:00", "07:59:59", "08:00:00", "16:59:59", "12:34:56")
OVERLAPS = (-20, 0, 1, 10, 30, 40, 44, 44, 45, 45, 45, 46, 46, 46, 60, 60)
SITES = ("dmv", "edd", "dgs")
NAMES = ("www", "pay", "a", "b.a", "c.b.a", "*", "*.a", "*.b.a")
ROOTS = (*(".ca.gov",) * 6, ".california.gov", ".cahwnet.gov", ".state.ca.us")
ORGANISATIONS = ("Motor Vehicles", "Employment", "")
ISSUERS = ("Sectigo Public Server Authentication CA OV R36", "Entrust Certification Authority - L1K")
STATUSES = (
    *("issued",) * 12, "expired", "unmanaged", "external", "revoked", "replaced", "replaced", "requested", "approved", "applied",
    "declined", "rejected", "invalid", "sa_approved", "init", "Out of order", "",
)  # fmt: skip
KEYS = (("RSA", "2048"), ("RSA", "2048"), ("RSA", "4096"), ("RSA", "1024"), ("EC", "256"), ("EC", "224"), ("DSA", "2048"), ("", ""))
SIGNATURES = ("sha256WithRSAEncryption", "sha384WithRSAEncryption", "sha1WithRSAEncryption", "ecdsa-with-SHA256", "")
MALFORMED = ("", "", "", "", "san: cannot be read", "san: cannot be read; key: unknown")
PARTIAL = ("department", "contacts", "profile", "order_number")
"""Columns that one export of the console lacks."""
LIFETIMES = (47, 90, 100, 199, 200, 201, 365, 398, 399)


@dataclass(frozen=True)
class Life:
    """A certificate as it is; times in UTC without their zone."""

    serial: int
    names: tuple[str, ...]
    starts: datetime
    ends: datetime
    organisation: str
    issuer: str
    holdings: tuple[str, ...]
    status: str = "issued"
    order: str = ""
    alternative: tuple[str, ...] = ()
    """What its files show as alternative names."""
    has_common_name: bool = True

    @property
    def common_name(self) -> str:
        return self.names[0] if self.names and self.has_common_name else ""


@dataclass
class Maker:
    """Draws the lives and the rows; every draw comes from one seeded generator."""

    seed: int
    count: int
    draw: random.Random = field(init=False)
    lives: list[Life] = field(default_factory=list)

    def __post_init__(self):
        self.draw = random.Random(self.seed)
        self.as_of = AS_OF[self.seed % len(AS_OF)]
        self.now = datetime.fromisoformat(self.as_of).replace(tzinfo=PEOPLE).astimezone(UTC).replace(tzinfo=None)
        for _ in range(self.count):
            self.lives.append(self.life())

    def chance(self, part: float) -> bool:
        return self.draw.random() < part

    def a_name(self, site: str, root: str) -> str:
        return f"{self.draw.choice(NAMES)}.{site}{root}"

    def some_names(self) -> tuple[str, ...]:
        site, root = self.draw.choice(SITES), self.draw.choice(ROOTS)
        if self.chance(0.03):
            return ()
        if self.chance(0.04):
            return tuple(f"{self.draw.choice(('www', '*', '-bad', 'in_valid'))}.example.com" for _ in range(2))
        return tuple(dict.fromkeys(self.a_name(site, root) for _ in range(self.draw.choice((1, 1, 2, 2, 3)))))

    def end(self) -> datetime:
        """The last second of a certificate that ends near `as_of`."""
        day = self.now.date() + timedelta(days=self.draw.choice(DAYS_TO_EXPIRY))
        return datetime.combine(day, time.fromisoformat(self.draw.choice(ENDS)))

    def life(self) -> Life:
        """A certificate of its own, or one that follows an earlier one."""
        pick = self.draw.choice
        serial = len(self.lives) * 16 + self.draw.randrange(16) + 1
        if self.lives and self.chance(0.55):
            return self.successor(pick(self.lives), serial)
        ends = self.end()
        names = self.some_names()
        life = Life(
            serial=serial, names=names, starts=self.start(ends), ends=ends, organisation=pick(ORGANISATIONS),
            issuer=pick(ISSUERS), holdings=self.holdings(), status=pick(STATUSES), order=f"{7000 + len(self.lives)}", alternative=names,
            has_common_name=self.chance(0.95),
        )  # fmt: skip
        return replace(life, alternative=names[1:]) if self.chance(0.1) else life

    def start(self, ends: datetime) -> datetime:
        starts = ends + timedelta(seconds=1) - timedelta(days=self.draw.choice(LIFETIMES))
        if self.chance(0.06):
            return ends + timedelta(seconds=self.draw.choice((1, 86_400)))
        return starts + timedelta(seconds=self.draw.choice((0, 0, 1, 3600, 30000)))

    def holdings(self) -> tuple[str, ...]:
        return self.draw.choice(
            (("console",), ("console",), ("console", "file"), ("console", "log"), ("console", "file", "log"), ("file",), ("log",), ("file", "log"), ("scan",))
        )

    def successor(self, before: Life, serial: int) -> Life:
        """Issued near the end of another, mostly for the same names, sometimes in the very second or ending earlier."""
        pick = self.draw.choice
        starts = before.ends - timedelta(days=pick(OVERLAPS), seconds=pick((0, 0, 40000)))
        if self.chance(0.15):
            starts = before.starts
        ends = starts + timedelta(days=pick(LIFETIMES)) - timedelta(seconds=1)
        if self.chance(0.15):
            ends = before.ends - timedelta(days=pick((0, 1, 5)))
        names = list(before.names)
        if self.chance(0.3) and names:
            site_and_root = names[0].split(".", 1)[1]
            change = pick(("drop", "add", "wildcard", "far wildcard", "other"))
            if change == "drop":
                names.pop(self.draw.randrange(len(names)))
            elif change == "add":
                names.append(f"new.{site_and_root}")
            elif change == "wildcard":
                names = list(dict.fromkeys("*." + name.split(".", 1)[1] for name in names))
            elif change == "far wildcard" and site_and_root.split(".")[0] not in SITES:
                names = ["*." + site_and_root.split(".", 1)[1]]
            else:
                names = list(self.some_names())
        others: dict = {"status": pick(STATUSES) if self.chance(0.2) else "issued"}
        others |= {"organisation": pick(ORGANISATIONS)} if self.chance(0.15) else {}
        others |= {"holdings": self.holdings()} if self.chance(0.2) else {}
        others |= {"issuer": pick(ISSUERS)} if self.chance(0.25) else {}
        if self.chance(0.05) and not self.is_shared(before):
            # The number of another issuer's certificate: only the issuer tells the two apart.
            serial, others["issuer"] = before.serial, ISSUERS[before.issuer == ISSUERS[0]]
        return replace(
            before, serial=serial, starts=starts, ends=ends, names=tuple(names), alternative=tuple(names),
            order=f"{7000 + len(self.lives)}", **others,
        )  # fmt: skip

    def is_shared(self, life: Life) -> bool:
        """Whether its number is also another issuer's; then every source names the issuer."""
        return [one.serial for one in self.lives].count(life.serial) > 1

    def an_issuer(self, life: Life) -> str:
        """Without it a record joins the one certificate of that number."""
        return self.draw.choice((life.issuer, "")) if not self.is_shared(life) else life.issuer

    @cached_property
    def certificates(self) -> list[Sequence[build.Row] | Export]:
        """The exports of the consoles, of files, of the log and of a scan, in zones of their own."""
        found: dict[str, list[build.Row]] = {
            name: [] for name in ("console", "partial", "dates", "file", "later file", "log", "later log", "scan", "requests")
        }
        for position, life in enumerate(self.lives):
            key = f"{position:03}"
            for holding in life.holdings:
                if holding == "console":
                    form = "dates" if self.chance(0.4) else "console"
                    for version in self.console_rows(life, key, is_dates=form == "dates"):
                        is_partial = form == "console" and self.chance(0.3)
                        found["partial" if is_partial else form].append(without(version, *PARTIAL) if is_partial else version)
                else:
                    # An export reaches as far as its newest issue: those that reach beyond `as_of` are exports of their own.
                    is_later = holding in ("file", "log") and (life.starts > self.now or self.chance(0.03))
                    found[f"later {holding}" if is_later else holding].append(self.other_row(life, key, holding))
            if self.chance(0.05):
                found["requests"].append(self.signing_request(life, key))
        exports: list[Sequence[build.Row] | Export] = []
        for name, rows in found.items():
            self.draw.shuffle(rows)
            if rows:
                exports.append(Export(rows, "UTC") if name.endswith(("file", "log")) else rows)
        return exports

    def told(self, life: Life, key: str, holding: str) -> build.Row:
        """What every source tells, each in its own way of writing."""
        pick = self.draw.choice
        serial = f"{life.serial:x}"
        row = build.a_certificate(serial, certificate_id=f"{holding[0].upper()}-{key}", holding=holding, issuer="", organisation="", status="")
        written = pick((serial, f"0x{serial.upper()}", f"00{serial}", life.serial.to_bytes(3).hex(":").upper()))
        joined = pick(("{}", "dNSName={}", "DNS:{}.")), pick((", ", "; ", "\n", " "))
        alternative = joined[1].join(joined[0].format(name) for name in life.alternative)
        if self.chance(0.1) and life.alternative:
            alternative = "[" + ",".join(f'"{name.upper()}"' for name in life.alternative) + "]"
        row |= {"serial_number": written, "subject_alternative_names": alternative}
        row["common_name"] = life.common_name.title() if self.chance(0.2) else life.common_name
        return row

    def console_rows(self, life: Life, key: str, is_dates: bool) -> list[build.Row]:
        """One to three versions; in one form with times of California, in the other with dates and offsets."""
        pick, found = self.draw.choice, []
        expires_on = (life.ends.replace(tzinfo=UTC).astimezone(PEOPLE) if self.chance(0.8) else life.ends).date()
        issued = life.starts + timedelta(seconds=pick((0, 0, 600)))
        row = self.told(life, key, "console")
        row |= {
            "organisation": life.organisation, "department": pick(("As exported", "")), "order_number": life.order,
            "issuer": self.an_issuer(life), "status": life.status,
            "requested_via": pick(("Web Form", "Web Form", "delegated", "")), "profile": pick(("OV single", "")), "policy": pick(("OV", "")),
            "contacts": pick(("", "a@dmv.ca.gov", "A@dmv.ca.gov; a@dmv.ca.gov, b@dmv.ca.gov", "a@x.gov b@x.gov c@x.gov")),
            "findings": pick(MALFORMED) if life.serial % 2 else "",
        }  # fmt: skip
        row["issuer"] = f"C=GB, O=Someone, CN={row['issuer']}" if row["issuer"] and self.chance(0.5) else row["issuer"]
        is_issued = life.status not in ("requested", "approved", "applied", "init", "sa_approved", "declined")
        row["serial_number"] = row["serial_number"] if is_issued or self.chance(0.5) else ""
        row["issued_at"] = self.moment(issued, is_dates) if is_issued and self.chance(0.95) else ""
        row["expires_on"] = pick(("", *(f"{expires_on}T00:00:00.000+02:00" if is_dates else f"{expires_on}",) * 12))
        ended = min(life.ends, issued + timedelta(days=pick((0, 3, 30, 100))))
        if life.status in ("revoked", "replaced") and self.chance(0.8):
            row[f"{life.status}_at"] = self.moment(ended, is_dates)
        elif self.chance(0.03):
            row[pick(("revoked_at", "replaced_at"))] = self.moment(ended, is_dates)
        updated = issued + timedelta(days=pick((0, 1, 20)), seconds=pick((1, 7000)))
        for position in range(pick((1, 1, 2, 3))):
            version = dict(row)
            if position == 0 and self.chance(0.5):
                version |= {"revoked_at": "", "replaced_at": "", "status": pick(STATUSES)}
            if self.chance(0.1):
                version[pick(("organisation", "contacts", "expires_on", "order_number"))] = ""
            # No two versions have the same time, which a test of its own is about.
            updated += timedelta(days=pick((0, 5, 40)), minutes=1 + position)
            version["updated_at"] = self.moment(updated, is_dates, exactly=True)
            found.append(version)
        return found

    def moment(self, at: datetime, is_dates: bool, exactly: bool = False) -> str:
        """An instant as a console writes it: its time of California, or ISO 8601, or the date alone."""
        local = at.replace(tzinfo=UTC).astimezone(PEOPLE)
        if not is_dates:
            return f"{local.replace(tzinfo=None)}"
        return f"{at:%Y-%m-%dT%H:%M:%S}Z" if exactly else f"{local.date()}"

    def other_row(self, life: Life, key: str, holding: str) -> build.Row:
        """What a file, the log or a scan shows: no version, no organisation, no status."""
        row, (algorithm, size) = self.told(life, key, holding), self.draw.choice(KEYS)
        if holding == "scan":
            on = life.ends.replace(tzinfo=UTC).astimezone(PEOPLE).date()
            return without(row | {"expires_on": f"{on}", "issuer": self.an_issuer(life)}, "updated_at", "requested_at")
        row |= {"not_before_at": f"{life.starts}", "not_after_at": f"{life.ends}", "issuer": f"CN={life.issuer},O=Someone"}
        absent = ("updated_at", "requested_at", "issued_at", "expires_on", "status", "organisation", "contacts", "order_number")
        if holding == "file":
            row |= {"key_algorithm": algorithm, "key_size": size, "signature_algorithm": self.draw.choice(SIGNATURES)}
            row["findings"] = "" if life.serial % 2 else self.draw.choice(MALFORMED)
        return without(row, *absent)

    def signing_request(self, life: Life, key: str) -> build.Row:
        """A file that is no certificate yet."""
        row = self.told(life, key, "request") | {"holding": "file", "serial_number": "", "record_kind": "signing_request", "status": "requested"}
        return without(row, "updated_at", "issued_at", "requested_at", "expires_on", "issuer")
