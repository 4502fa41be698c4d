"""A declaration holds as long as the exports say what it expects; exclusions and confirmations are declared too.

Now is 17:00 on Wednesday 2026-12-16 in California. A request is submitted on Monday 2026-11-02 at 10:00, promised within 5 business days and due on
Monday 2026-11-09.
"""

import pytest

from pipelines import cli, manifest, metrics, snapshots
from pipelines.errors import CheckFailed
from tests import builders, certificate_builders
from tests.builders import a_correction, a_request
from tests.certificate_builders import ISSUER, a_certificate, rows_by
from tests.command_line import failure

NOW = "2026-12-16 17:00:00"
SUBMITTED = "2026-11-02 10:00:00"
LATE, EARLY = "2026-11-12 10:00:00", "2026-11-05 10:00:00"
REACH = a_request("the newest event", "2026-12-16 16:30:00")


def refused(tmp_path, *entries, rows=(), certificates=()) -> str:
    """Why nothing was published."""
    exports = [[*rows, REACH]]
    rules = builders.declaring(tmp_path / "policy", *entries)
    with pytest.raises(CheckFailed) as error:
        certificate_builders.publish(tmp_path, exports, [certificates] if certificates else [], as_of=NOW, policy=rules)
    message = str(error.value)
    start, end = "nothing was published, because these checks found offenders: every_correction_still_holds (", "). Mend what they name and run certboard build. What was published stays."
    assert message.startswith(start) and message.endswith(end) and "\n" not in message
    return message[len(start) : -len(end)]


def test_a_correction_that_no_longer_holds_publishes_nothing(tmp_path, capsys):
    """"They fail when the source no longer says what `expect` says": exit code 1, the id in the message, and what was published stays."""
    home, policy = tmp_path / "home", tmp_path / "policy"
    # As of the newest event, and long ago: the command line receives exports today.
    entry = a_correction(id="C-2024-001", field="closed_at", expect="2024-03-14 10:00:00", value="2024-03-07 10:00:00", reported_on="2024-03-20")
    builders.declaring(policy, entry)
    row = a_request("RITM1", "2024-03-04 10:00:00", closed_at="2024-03-14 10:00:00", updated_at="2024-03-14 10:00:00")
    first = builders.write_export(tmp_path, [row, a_request("RITM2", "2024-03-21 10:00:00")], "march.csv")
    assert cli.run(["ingest", str(first), "--home", str(home), "--policy", str(policy)]) == 0
    before = snapshots.current(home)
    # A week later the source was put right.
    mended = row | {"closed_at": "2024-03-07 10:00:00", "updated_at": "2024-03-28 09:00:00"}
    second = builders.write_export(tmp_path, [mended], "april.csv")
    capsys.readouterr()
    assert cli.run(["ingest", str(second), "--home", str(home)]) == 1
    assert failure(capsys.readouterr().err) == (
        "certboard: nothing was published, because these checks found offenders: every_correction_still_holds (1: id C-2024-001, number RITM1, "
        "field closed_at, expected 2024-03-14T10:00:00-07:00, found 2024-03-07T10:00:00-08:00). Mend what they name and run certboard build. "
        "What was published stays."
    )
    assert snapshots.current(home) == before
    assert [path.name for path in snapshots.folder(home).iterdir()] == [before.name]
    assert {export.name for export in manifest.read(home).exports} == {"march.csv", "april.csv"}
    # Without the correction, which is no longer needed, it is published.
    builders.declaring(policy)
    assert cli.run(["build", "--home", str(home)]) == 0
    with snapshots.open_read_only(snapshots.current(home)) as found:
        assert builders.outcome(found, "RITM1")["slo_outcome"] == "met"


FIELDS = {
    "service_option": ("new_customer_install", "inquiry", "new_cdt_install"),
    "request_type": ("Other", "Password Reset", "Delegated Admin"),
    "department": ("Department of Sample", "", "Department of Motor Vehicles"),
    "state": ("completed", "cancelled", "open"),
    "approval": ("approved", "requested", "rejected"),
    "submitted_at": ("2026-11-02T10:00:00-08:00", "2026-11-02 10:00:01", "2026-11-01 10:00:00"),
    "approved_at": ("2026-11-03T10:00:00-08:00", "", "2026-11-04 10:00:00"),
    "closed_at": ("2026-11-05T10:00:00-08:00", "2026-11-05 09:59:59", LATE),
    "resolved_at": ("2026-11-05T10:00:00-08:00", "2026-11-04 10:00:00", LATE),
    "installed_at": ("nothing", "2026-11-04 10:00:00", LATE),
    "issued_at": ("2026-11-05T10:00:00-08:00", "2026-11-05 10:00", ""),
    "requested_completion_on": ("2026-11-12", "2026-11-13", ""),
    "current_expires_on": ("2026-11-27", "2026-11-26", "2026-12-27"),
}


def test_the_guard_is_to_the_second_of_every_field(tmp_path):
    """Each field expects something else than is exported, but one: 10:00 is the same instant as 10:00:00. Three offenders are named at a time."""
    entries = [a_correction(id=f"C-{place:02}", field=field, expect=expect, value=value) for place, (field, (_, expect, value)) in enumerate(FIELDS.items())]
    row = a_request(
        "RITM1", SUBMITTED, request_type="Other", approved_at="2026-11-03 10:00:00", closed_at=EARLY, resolved_at=EARLY, issued_at=EARLY,
        requested_completion_on="2026-11-12", current_expires_on="2026-11-27",
    )  # fmt: skip
    found = []
    for first in range(0, len(entries), 3):
        count, _, words = refused(tmp_path / f"{first}", *entries[first : first + 3], rows=[row]).partition(": ")
        found += [each.rpartition("found ")[2] for each in words.split("; ")]
        assert int(count) == len(words.split("; "))
    assert found == [exported for field, (exported, *_) in FIELDS.items() if field != "issued_at"]


def test_what_nobody_exported_cannot_be_corrected(tmp_path):
    """"A correction of an unknown request" is an offender, also where it expects nothing; the first three are named."""
    entries = (
        a_correction("RITM7", field="closed_at", expect="", value=EARLY),
        a_correction("RITM8", id="C-2", exclude=True, expect="missed"),
        a_correction("RITM1", id="C-3", exclude=True, expect="missed"),
        a_correction("RITM9", id="C-4", field="department", expect="", value="Department of Sample"),
    )
    rows = [a_request("CS1", SUBMITTED, closed_at=LATE), a_request("RITM1", SUBMITTED, closed_at=LATE, parent_number="CS1")]
    assert refused(tmp_path, *entries, rows=rows) == (
        "4: id C-1, number RITM7, field closed_at, expected nothing, found no such request; "
        "id C-2, number RITM8, field outcome, expected missed, found no such request; "
        "id C-3, number RITM1, field outcome, expected missed, found a part of its parent; …"
    )


def test_a_part_of_a_loaded_parent_can_be_neither_excluded_nor_corrected(tmp_path):
    """"A RITM whose parent Case is loaded is not counted again", so it has no outcome to change."""
    entries = (a_correction(exclude=True, expect="missed"), a_correction(id="C-2", field="closed_at", expect=LATE, value=EARLY))
    rows = [a_request("CS1", SUBMITTED, closed_at=LATE), a_request("RITM1", SUBMITTED, closed_at=LATE, parent_number="CS1")]
    assert refused(tmp_path, *entries, rows=rows) == (
        "2: id C-1, number RITM1, field outcome, expected missed, found a part of its parent; "
        "id C-2, number RITM1, field closed_at, expected 2026-11-12T10:00:00-08:00, found a part of its parent"
    )


EXCLUDED = {
    "late": {"closed_at": LATE},
    "early": {"closed_at": EARLY},
    "open": {"state": "open"},
    "cancelled late": {"state": "cancelled", "closed_at": LATE},
    "unknown": {"state": "Pending.Vendor"},
}
AS_EXPORTED = {"late": "missed", "early": "met", "open": "missed", "cancelled late": "missed", "unknown": "not_measurable"}


@pytest.fixture(scope="module")
def excluded(tmp_path_factory):
    """Requests of every outcome, each excluded by declaration, and two that are not: one met, one missed."""
    folder = tmp_path_factory.mktemp("excluded")
    entries = [a_correction(number, id=f"C-{number}", exclude=True, expect=outcome) for number, outcome in AS_EXPORTED.items()]
    rows = [a_request(number, SUBMITTED, **fields) for number, fields in EXCLUDED.items()]
    rows += [a_request("met", SUBMITTED, closed_at=EARLY), a_request("missed", SUBMITTED, closed_at=LATE), REACH]
    return builders.publish(folder, rows, policy=builders.declaring(folder / "policy", *entries), as_of=NOW)


@pytest.mark.parametrize("number", EXCLUDED)
def test_an_excluded_request_says_by_which_declaration(excluded, number):
    """"Excluded ... or declared in `corrections`"; the due date and the period stay."""
    for basis in ("approved", "submitted"):
        row = builders.outcome(excluded, number, basis)
        assert (row["slo_outcome"], row["outcome_reason"]) == ("excluded", f"declared: C-{number}")
        assert (f"{row['due_on']}", row["is_due"], row["is_open_overdue"], row["late_business_days"]) == ("2026-11-09", True, False, None)
    row = builders.outcome(excluded, number, "as_exported")
    assert (row["slo_outcome"], f"{row['due_on']}", row["is_open_overdue"]) == (AS_EXPORTED[number], "2026-11-09", number == "open")


def test_an_exclusion_never_raises_attainment_in_silence(excluded):
    """"Where exclusions are declared, the ratio without them stands beside", and they are counted."""
    (counted,) = builders.statement(excluded, "service_option", service_option=["new_customer_install"], month=["2026-11"])
    (exported,) = with_basis(excluded, "as_exported")
    names = ("met_count", "missed_count", "open_overdue_count", "excluded_count", "not_measurable_count", "attainment_ratio")
    assert [counted[name] for name in names] == [1, 1, 0, 5, 0, 0.5]
    assert [exported[name] for name in names] == [2, 4, 1, 0, 1, 2 / 6]


def with_basis(connection, basis: str) -> list[dict]:
    query = metrics.select("slo_attainment", by=["service_option"], where={"month": ["2026-11"]}, clock_basis=basis)
    return builders.table(connection, query.sql, query.parameters)


OVERDUE = [a_request("RITM1", SUBMITTED), REACH]


@pytest.mark.parametrize(("as_of", "exported"), [("2026-11-09 23:59:59", "open"), ("2026-11-10 00:00:00", "missed")])
def test_an_exclusion_that_expects_an_open_request_holds_while_it_is_open(tmp_path, as_of, exported):
    """Time alone makes it overdue, and stops no build; `expect` is what the exports say, and they say the same."""
    rules = builders.declaring(tmp_path / "policy", a_correction(exclude=True, expect="open", reported_on="2026-11-05"))
    found = builders.publish(tmp_path, OVERDUE, policy=rules, as_of=as_of)
    assert builders.outcome(found, "RITM1")["slo_outcome"] == "excluded"
    assert builders.table(found, "select exported_value from corrections") == [{"exported_value": exported}]


@pytest.mark.parametrize(
    ("expect", "row", "found"),
    [
        ("open", {"closed_at": LATE}, "missed"), ("open", {"closed_at": EARLY}, "met"), ("open", {"state": "cancelled", "closed_at": LATE}, "missed"),
        ("met", {}, "missed"),
    ],
)  # fmt: skip
def test_an_exclusion_fails_when_the_exports_say_another_outcome(tmp_path, expect, row, found):
    """An end is something else than time: then somebody looks again."""
    words = refused(tmp_path, a_correction(exclude=True, expect=expect), rows=[a_request("RITM1", SUBMITTED, **row)])
    assert words == f"1: id C-1, number RITM1, field outcome, expected {expect}, found {found}"


def test_an_exclusion_expects_the_outcome_before_any_correction(tmp_path):
    entries = (a_correction(field="closed_at", expect=LATE, value=EARLY), a_correction(id="C-2", exclude=True, expect="missed"))
    rows = [a_request("RITM1", SUBMITTED, closed_at=LATE), REACH]
    found = builders.publish(tmp_path, rows, policy=builders.declaring(tmp_path / "policy", *entries), as_of=NOW)
    assert builders.outcome(found, "RITM1")["outcome_reason"] == "declared: C-2"
    assert {tuple(row.values()) for row in builders.table(found, "select exported_outcome, corrected_outcome from corrections")} == {("missed", "excluded")}


OLD = a_certificate("a1", issued_at="2026-01-15 10:00:00", expires_on="2027-03-10", subject_alternative_names="www.sample.ca.gov")
NEW = a_certificate("b2", issued_at="2026-11-10 10:00:00", expires_on="2027-11-20", subject_alternative_names="www.sample.ca.gov")
OTHER = a_certificate("c3", issued_at="2026-11-10 10:00:00", expires_on="2027-11-10", common_name="mail.sample.ca.gov")
KEYS = {serial: f"{serial}@{ISSUER.lower()}" for serial in ("a1", "b2", "c3", "d4")}


def a_confirmation(**entry: object) -> dict[str, object]:
    given = {"id": "C-1", "certificate": KEYS["a1"], "field": "superseded_by", "value": KEYS["b2"], "expect": KEYS["b2"]}
    return given | {"reason": "Both were in use until the move.", "reported_on": "2026-12-01", "reported_by": "certificate team"} | entry


def test_a_certificate_with_a_longer_overlap_stays_exposed_until_it_is_confirmed(tmp_path):
    """"A longer overlap is `possibly_superseded`: it stays in exposure, marked with the covering serial, until confirmed in corrections.\""""
    found = certificate_builders.publish(tmp_path, [[REACH]], [[OLD, NEW, OTHER]], as_of=NOW)
    row = rows_by(found, "certificates", "certificate")[KEYS["a1"]]
    assert (row["is_superseded"], row["is_possibly_superseded"], row["superseded_by"]) == (False, True, KEYS["b2"])
    assert KEYS["a1"] in rows_by(found, "renewal_exposure", "certificate")


@pytest.mark.parametrize(
    ("entry", "successor"),
    [({}, "b2"), ({"value": "b2", "expect": "b2"}, "b2"), ({"expect": "b2", "value": KEYS["c3"]}, "c3"), ({"value": "b2"}, "b2")],
)
def test_a_confirmed_successor_ends_the_exposure_of_a_certificate(tmp_path, entry, successor):
    """By its key or by its serial number; the value counts, whatever was expected."""
    rules = builders.declaring(tmp_path / "policy", a_confirmation(**entry))
    found = certificate_builders.publish(tmp_path, [[REACH]], [[OLD, NEW, OTHER]], as_of=NOW, policy=rules)
    row = rows_by(found, "certificates", "certificate")[KEYS["a1"]]
    assert (row["is_superseded"], row["is_possibly_superseded"], row["superseded_by"]) == (True, False, KEYS[successor])
    assert KEYS["a1"] not in rows_by(found, "renewal_exposure", "certificate")
    (listed,) = builders.table(found, "select kind, certificate, field, exported_value, is_applied, exported_outcome from corrections")
    assert tuple(listed.values()) == ("certificate", KEYS["a1"], "superseded_by", entry.get("expect", KEYS["b2"]), True, None)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"expect": KEYS["c3"]}, KEYS["b2"]),
        ({"certificate": KEYS["b2"]}, "not possibly superseded"),
        ({"certificate": KEYS["d4"]}, "no such certificate"),
        ({"value": KEYS["d4"]}, f"no other certificate {KEYS['d4']}"),
        ({"value": KEYS["a1"]}, f"no other certificate {KEYS['a1']}"),
    ],
)
def test_a_confirmation_that_does_not_hold_publishes_nothing(tmp_path, entry, found):
    words = refused(tmp_path, a_confirmation(**entry), certificates=[OLD, NEW, OTHER])
    assert words.startswith("1: id C-1, number ") and words.endswith(f", found {found}")


def test_a_confirmation_reported_later_does_not_count(tmp_path):
    rules = builders.declaring(tmp_path / "policy", a_confirmation(expect=KEYS["c3"], reported_on="2026-12-17"))
    found = certificate_builders.publish(tmp_path, [[REACH]], [[OLD, NEW, OTHER]], as_of=NOW, policy=rules)
    assert rows_by(found, "certificates", "certificate")[KEYS["a1"]]["is_possibly_superseded"]


def test_an_excluded_request_that_is_still_open_covers_its_certificate(tmp_path):
    """Excluded is what it counts as; the work on it is under way all the same."""
    renewal = a_request(
        "RITM1", "2026-12-10 10:00:00", service_option="renewal_cdt_install", common_name="mail.sample.ca.gov", current_expires_on="2027-01-10"
    )
    held = a_certificate("d4", issued_at="2026-01-15 10:00:00", expires_on="2027-01-10", common_name="mail.sample.ca.gov")
    rules = builders.declaring(tmp_path / "policy", a_correction(exclude=True, expect="open", reported_on="2026-12-11"))
    found = certificate_builders.publish(tmp_path, [[renewal, REACH]], [[held]], as_of=NOW, policy=rules)
    assert builders.outcome(found, "RITM1")["slo_outcome"] == "excluded"
    assert rows_by(found, "renewal_exposure", "certificate")[KEYS["d4"]]["covering_number"] == "RITM1"
    work = builders.table(found, "select service_option, request_count from forecast_open_work order by 1")
    assert [tuple(row.values()) for row in work] == [("new_customer_install", 1), ("renewal_cdt_install", 1)]
