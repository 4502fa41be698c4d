"""The documents promise nothing that is not so: their commands run, their refusals come, their paths exist."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipelines import policy
from pipelines.commands.application import app
from tests import builders
from tests.command_line import CHECKOUT, ROWS, certboard

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def misuses() -> list[tuple[str, str]]:
    """(command, words) of the README's table of refusals."""
    table = README.split("## When it refuses")[1].split("\n## ")[0]
    return re.findall(r"^\| `certboard (.+?)` \| `(.+?)` \|$", table, re.MULTILINE)


# Paths and names


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README.md", "CONTRIBUTING.md"])
def test_every_path_that_is_named_exists(text):
    """Made by commands: `data/warehouse`, `.venv`; all else is in the checkout."""
    named = set(re.findall(r"(?<![\w/.])((?:data|pipelines|dashboard|tests|\.ci)/[\w./*-]*\w/?)", text))
    named |= set(re.findall(r"\]\((?!http)([^)]+)\)", text))
    missing = {path for path in named if not path.startswith("data/warehouse") and not list(CHECKOUT.glob(path.rstrip("/")))}
    assert not missing


def test_the_readme_names_every_command_and_no_other():
    table = README.split("| command | does |")[1].split("\n\n")[0]
    named = set(re.findall(r"`certboard (\w+)", table))
    assert named == {command.name or command.callback.__name__ for command in app.registered_commands}


def test_every_target_of_make_is_in_contributing():
    targets = re.search(r"^\.PHONY: (.+)$", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    assert {f"`make {target}`" for target in targets} <= set(re.findall(r"`make \w+`", CONTRIBUTING))


# The locks


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_holds_hashes_and_nothing_about_where_packages_are_from(lock):
    text = (CHECKOUT / lock).read_text(encoding="utf-8")
    pinned = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    for requirement in pinned:
        assert re.fullmatch(r"[\w.-]+==[\w.]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\s*", requirement), requirement[:100]
    assert "://" not in text


def test_the_locks_hold_every_direct_dependency_and_agree():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))

    def pins(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (CHECKOUT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    def names(requirements: list[str]) -> set[str]:
        return {re.match(r"[\w.-]+", each)[0].lower() for each in requirements}

    run, test = pins("requirements.txt"), pins("requirements-test.txt")
    assert names(project["project"]["dependencies"]) | names(project["build-system"]["requires"]) <= set(run)
    assert names(project["project"]["optional-dependencies"]["test"]) <= set(test)
    assert run.items() <= test.items()


def test_every_direct_dependency_is_used():
    """No package before its first use."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    imported = "\n".join(path.read_text(encoding="utf-8") for top in ("pipelines", "dashboard") for path in (CHECKOUT / top).rglob("*.py"))
    # zoneinfo reads tzdata where the system has no zones, and uvicorn speaks through websockets.
    modules = {"pyyaml": "yaml", "python-calamine": "python_calamine", "tzdata": "zoneinfo", "websockets": "uvicorn"}
    for requirement in project["dependencies"]:
        distribution = re.match(r"[\w.-]+", requirement)[0].lower()
        module = modules.get(distribution, distribution)
        assert re.search(rf"^\s*(?:import|from) {module}\b", imported, re.MULTILINE), distribution


# Misuse


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder as somebody may have it, and a home with one export."""
    folder = tmp_path_factory.mktemp("desk")
    builders.write_export(folder, ROWS, "march.csv")
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7\n")
    key = ec.generate_private_key(ec.SECP256R1())
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "empty.csv").touch()
    (folder / "people.csv").write_text("name,city\nAnn,Rome\n")
    (folder / "april.csv").write_text("number,submitted_at,state\nA1,04/03/2026 09:00:00,open\n")
    (folder / "data").symlink_to(CHECKOUT / "data")
    assert certboard("ingest", "march.csv", folder=folder, CERTBOARD_HOME=str(folder / "home")).returncode == 0
    return folder


@pytest.mark.parametrize(("arguments", "words"), misuses(), ids=[arguments for arguments, _ in misuses()])
def test_every_documented_misuse_is_one_line_and_changes_nothing(desk, arguments, words):
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (desk / "home").rglob("*") if path.name != "lock" and path.is_file())
    process = certboard(*shlex.split(arguments), folder=desk, CERTBOARD_HOME=str(desk / "home"))
    said = [line for line in process.stderr.splitlines() if line.startswith("certboard: ")]
    assert (process.returncode, process.stdout, len(said)) == (2, "", 1), process.stderr
    assert words in said[0]
    assert "Traceback" not in process.stderr
    assert before == sorted((path.name, path.stat().st_mtime_ns) for path in (desk / "home").rglob("*") if path.name != "lock" and path.is_file())


def test_the_readme_documents_refusals():
    assert len(misuses()) >= 14


# What CONTRIBUTING promises


def test_a_service_option_is_added_without_code(tmp_path):
    """Add it to `options`, say which requests fall under it, run the build: no code changes."""
    shutil.copytree(policy.DEFAULT_FOLDER, tmp_path / "policy")
    slo = tmp_path / "policy" / "slo.yaml"
    slo.write_text(
        slo.read_text(encoding="utf-8").rstrip()
        + "\n  - {id: code_signing, name: Code signing, objective_basis_points: 9000, target_business_days: 3, is_renewal: false, "
        'includes_installation: false, source: "default: a test"}\n',
        encoding="utf-8",
    )
    mapping = tmp_path / "policy" / "sources" / "certboard_requests.yaml"
    text, rule = mapping.read_text(encoding="utf-8"), "    - {when: {service_option: [code_signing]}, is: code_signing}\n"
    mapping.write_text(text.replace("  rules:\n", "  rules:\n" + rule), encoding="utf-8")
    row = builders.a_request("A1", "2024-03-04 09:00:00", service_option="code_signing", closed_at="2024-03-08 10:00:00")
    path = builders.write_export(tmp_path, [row, builders.a_request("A2", "2024-03-20 09:00:00")], "march.csv")
    assert certboard("ingest", path, "--policy", "policy", folder=tmp_path, CERTBOARD_HOME="home").returncode == 0
    answer = certboard("export", "slo_outcomes", "--where", "service_option=code_signing", folder=tmp_path, CERTBOARD_HOME="home")
    assert answer.stdout.splitlines()[1].startswith("A1,code_signing,")
    assert ",missed,completed_late," in answer.stdout


# The browser of the tests


@pytest.fixture
def machine(tmp_path):
    """Run `.ci/browser` on a machine that has these programs only."""

    def running(uid: int, *, apt: bool, **changes: str) -> subprocess.CompletedProcess[str]:
        programs = {"id": f"echo {uid}"}
        if apt:
            programs["apt-get"] = f'echo "apt-get $@"; if [ "$1" = install ]; then cp {tmp_path}/id {tmp_path}/chromium; fi'
        for program, text in programs.items():
            (tmp_path / program).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / program).chmod(0o755)
        for program in ("bash", "cp"):
            (tmp_path / program).symlink_to(shutil.which(program))
        command = [CHECKOUT / ".ci" / "browser"]
        return subprocess.run(command, env={"PATH": str(tmp_path), **changes}, capture_output=True, text=True, check=False)

    return running


def test_without_a_browser_the_tests_stop_with_the_command_to_run(machine):
    done = machine(1000, apt=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "certboard: the tests need Chromium. Run: sudo apt-get update && sudo apt-get install --yes chromium\n"


def test_root_gets_a_browser_by_apt(machine, tmp_path):
    done = machine(0, apt=True)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/chromium\n")
    assert done.stderr == "apt-get update\napt-get install --yes --no-install-recommends chromium\n"


def test_a_named_browser_that_is_not_there_is_said(machine):
    done = machine(0, apt=True, CERTBOARD_CHROMIUM="/nowhere/chromium")
    assert done.returncode == 2
    assert done.stderr.startswith("certboard: CERTBOARD_CHROMIUM is /nowhere/chromium, which cannot be run.")
