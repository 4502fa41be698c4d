"""The policy: data with sources, validated when it is read; a wrong file is one line that names file, place and fix."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines import policy
from pipelines.errors import UserError
from tests.reference import closures as reference_closures

FOLDER = policy.DEFAULT_FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the product's policy that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "policy"))


def spoil(folder: Path, name: str, old: str, new: str) -> str:
    """Replace a text that stands in the file exactly once, then load; returns the error's text."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as error:
        policy.load(folder)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_the_five_options_have_the_published_targets():
    """"95 % within 5 (or 10) business days" per service option."""
    rules = policy.load(FOLDER)
    targets = {option.id: (option.objective_basis_points, option.target_business_days) for option in rules.options}
    assert targets == {
        "new_customer_install": (9500, 5),
        "new_cdt_install": (9500, 10),
        "renewal_customer_install": (9500, 5),
        "renewal_cdt_install": (9500, 10),
        "inquiry": (9500, 10),
    }


def test_the_published_phases_add_up_to_the_target_and_leave_the_team_four_or_seven_days():
    """"the team has 5 (10) days where the phases give 4 (7)"."""
    rules = policy.load(FOLDER)
    for option in rules.options:
        if option.id != "inquiry":
            assert sum(phase.business_days for phase in option.phases) == option.target_business_days
    assert {o.id: o.team_business_days for o in rules.options if o.id != "inquiry"} == {
        "new_customer_install": 4, "new_cdt_install": 7, "renewal_customer_install": 4, "renewal_cdt_install": 7,
    }  # fmt: skip


def test_the_closure_list_is_what_the_code_says():
    """Government Code 19853(a) and (b), derived again from the rule for every year of the list."""
    listed = {each.closed_on for each in policy.load(FOLDER).closures}
    derived = {day for year in range(2015, 2041) for day in reference_closures.closures(year)}
    assert listed == derived


def test_weekday_closures_per_year_are_as_published():
    """"Weekday closures per year, 2023 to 2028: 11, 11, 11, 10, 10, 10"."""
    listed = [each.closed_on for each in policy.load(FOLDER).closures]
    assert [sum(day.year == year for day in listed) for year in range(2023, 2029)] == [11, 11, 11, 10, 10, 10]


@pytest.mark.parametrize("day", ["2026-07-03", "2027-12-24", "2027-12-31", "2026-06-19", "2026-02-15"])
def test_state_offices_are_open_on_days_that_other_lists_close(day):
    """Neither Juneteenth nor a Saturday holiday's Friday closes a state office."""
    assert date.fromisoformat(day) not in {each.closed_on for each in policy.load(FOLDER).closures}


def test_every_row_and_rule_names_its_source():
    """"Every value with its source": no source is empty."""
    rules = policy.load(FOLDER)
    for each in (*rules.closures, *rules.domains, *rules.timestamp_formats, *rules.options):
        assert each.source.strip()
    for each in (rules.clock.start_source, rules.clock.stop_source, rules.renewal.lead_min_source, rules.exclusions.late_source):
        assert each.startswith(("published: ", "default: "))


def test_every_timestamp_format_reads_its_own_example():
    """The closed list of formats is data; each example matches its own pattern."""
    import re

    for each in policy.load(FOLDER).timestamp_formats:
        assert re.fullmatch(each.pattern, each.example), each.format_id


def test_a_folder_without_a_policy_file_is_named(tmp_path):
    """A folder may leave out files, but not all of them."""
    (tmp_path / "notes.csv").write_text("closed_on,name,source\n", encoding="utf-8")
    with pytest.raises(UserError) as error:
        policy.load(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: no policy file here; a policy is a folder with any of {', '.join(policy.FILES)} and sources/*.yaml. See data/policy."
    )
    assert policy.FILES[:3] == ("slo.yaml", "closures.csv", "corrections.yaml")


def test_broken_yaml_names_its_line(folder):
    message = spoil(folder, "slo.yaml", "zone: America/Los_Angeles", "zone: [America/Los_Angeles")
    assert message.startswith("slo.yaml line ") and "not as it should be" in message


def test_a_key_that_is_there_twice_names_its_line(folder):
    message = spoil(folder, "slo.yaml", "zone: America/Los_Angeles", "zone: America/Los_Angeles\nzone: UTC")
    assert message.startswith("slo.yaml line 5: not as it should be: the key 'zone' is there twice")


def test_a_date_that_does_not_exist_is_refused(folder):
    assert spoil(folder, "slo.yaml", "in_force_from: 2026-07-01", "in_force_from: 2026-13-01").startswith("slo.yaml: holds a date that does not exist")


def test_a_list_saved_by_a_spreadsheet_may_begin_with_a_mark(folder):
    """Excel puts a byte order mark before the first column's name."""
    text = (folder / "closures.csv").read_text(encoding="utf-8")
    (folder / "closures.csv").write_text(text, encoding="utf-8-sig")
    assert len(policy.load(folder).closures) == len(policy.load(FOLDER).closures)


def test_a_party_that_is_not_listed_is_refused(folder):
    """A capital letter more would take the customer's days for the teams'."""
    message = spoil(folder, "slo.yaml", "{phase: customer, business_days: 1, party: customer}", "{phase: customer, business_days: 1, party: Customer}")
    assert "'Customer', who holds the phase 'customer' of new_customer_install, is none of the parties: customer, certificate team," in message


def test_an_unknown_zone_names_its_key(folder):
    message = spoil(folder, "slo.yaml", "zone: America/Los_Angeles", "zone: America/Sacramento")
    assert message.startswith("slo.yaml: key 'zone'") and "'America/Sacramento' is no time zone" in message


def test_an_unknown_clock_names_the_choices(folder):
    message = spoil(folder, "slo.yaml", "stop: closed ", "stop: shut ")
    assert message.startswith("slo.yaml: key 'clock.stop'") and "'closed', 'resolved' or 'issued'" in message and "'shut'" in message


def test_a_missing_target_names_the_option(folder):
    message = spoil(folder, "slo.yaml", "    target_business_days: 5\n", "")
    assert message.startswith("slo.yaml: key 'options.0.target_business_days': Field required")


def test_a_misspelt_key_is_refused(folder):
    message = spoil(folder, "slo.yaml", "is_renewal: false", "is_renewl: false")
    assert "options.0.is_ren" in message


def test_two_options_of_one_id_are_refused(folder):
    message = spoil(folder, "slo.yaml", "id: new_cdt_install", "id: new_customer_install")
    assert "option ids must differ" in message and "new_customer_install" in message


def test_a_closure_that_is_no_date_names_its_line(folder):
    message = spoil(folder, "closures.csv", "2015-01-19", "2015-01-99")
    assert message.startswith("closures.csv line 3: key 'closed_on'") and "'2015-01-99'" in message


def test_a_closure_listed_twice_names_its_line(folder):
    message = spoil(folder, "closures.csv", "2015-01-19", "2015-01-01")
    assert message == "closures.csv line 3: 2015-01-01 is listed twice. Keep one line."


def test_a_closure_outside_the_covered_years_says_how_to_widen_them(folder):
    message = spoil(folder, "closures.csv", "2015-01-01", "2014-01-01")
    assert "outside 2015-01-01 to 2040-12-31" in message and "Widen calendar.closures_from/closures_through" in message


def test_wrong_columns_are_named_with_the_expected_ones(folder):
    message = spoil(folder, "closures.csv", "closed_on,name,source", "date,name,source")
    assert message == "closures.csv line 1: columns are date, name, source; expected closed_on,name,source."


def test_a_mapping_onto_an_unknown_option_is_refused(folder):
    message = spoil(folder, "sources/servicenow_requests.yaml", "is: new_cdt_install", "is: new_install")
    assert message.startswith("sources/servicenow_requests.yaml: key 'service_option.rules.1.is': 'new_install' is no option of slo.yaml")


def test_a_mapping_onto_an_unknown_state_is_refused(folder):
    message = spoil(folder, "sources/servicenow_requests.yaml", "Pending: open", "Pending: waiting")
    assert message.startswith("sources/servicenow_requests.yaml: key 'state.map.Pending'")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("likely,Likely to miss,20,5000", "likely,Likely to miss,20,10001", "bands.csv line 2: key 'from_basis_points'"),
        ("could,Could miss", "maybe,Could miss", "bands.csv line 3: key 'band'"),
        ("could,Could miss", "likely,Could miss", "bands.csv: the bands are likely, likely, on_course, too_few; expected likely, could, on_course, too_few"),
        ("could,Could miss,20,2000", "could,Could miss,20,5000", "bands.csv: the risks from which bands hold are likely 5000, could 5000"),
        ("on_course,On course,20,0", "on_course,On course,20,500", "bands.csv: the risks from which bands hold are likely 5000, could 2000, on_course 500"),
        ("too_few,Too few to tell,0,0", "too_few,Too few to tell,1,0", "bands.csv: too_few takes what no other band does"),
        ("on_course,On course,20,0", "on_course,On course,0,0", "bands.csv: too_few takes what no other band does"),
    ],
)
def test_bands_that_leave_a_request_without_a_word_are_refused(folder, old, new, words):
    assert spoil(folder, "bands.csv", old, new).startswith(words)


def test_a_policy_without_bands_has_those_of_the_product(folder):
    (folder / "bands.csv").unlink()
    assert [(each.word, each.from_basis_points, each.from_similar_count) for each in policy.load(folder).bands] == [
        ("Likely to miss", 5000, 20), ("Could miss", 2000, 20), ("On course", 0, 20), ("Too few to tell", 0, 0),
    ]  # fmt: skip


def test_a_missing_file_is_the_products_own(folder):
    for name in ("closures.csv", "slo.yaml"):
        (folder / name).unlink()
    assert (policy.load(folder).closures, policy.load(folder).options) == (policy.load(FOLDER).closures, policy.load(FOLDER).options)


def test_a_missing_file_that_slo_yaml_names_is_named(folder):
    message = spoil(folder, "slo.yaml", "closures: closures.csv", "closures: office_days.csv")
    assert message == f"{folder}/office_days.csv: this policy file is missing. Add it, or name another in slo.yaml."


def test_the_hash_covers_every_file(folder):
    """Another closure is another policy."""
    before = policy.load(folder).sha256
    with (folder / "closures.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(["2026-12-24", "Day appointed by the Governor", "Government Code 19853(a)"])
    assert policy.load(folder).sha256 != before
