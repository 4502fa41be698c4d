"""The laws of the code: layers, one writer, one reader, one clock, and imports that do nothing."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import build
from tests.command_line import environment

ROOT = Path(__file__).resolve().parent.parent
MODELS = sorted((ROOT / "pipelines" / "models").glob("*/*.sql"))
CHECKS = sorted((ROOT / "pipelines" / "checks").glob("*.sql"))
MODULES = sorted([*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")])

DIMENSIONS = {"run", "policy", "calendar", "texts"}
"""Small tables computed once in Python, which every layer may read."""
READS = {
    "staging": {"landed"},
    "versions": {"staging"},
    "records": {"staging", "versions"},
    "corrected": {"records"},
    "joined": {"versions", "records", "corrected"},
    "links": {"records", "corrected", "joined"},
    "facts": {"records", "corrected", "joined", "links"},
    "spans": {"records", "corrected", "joined", "facts"},
    "sums": {"records", "corrected", "facts", "spans"},
    "cubes": {"corrected", "facts", "spans", "sums"},
    "metrics": {"versions", "records", "corrected", "joined", "links", "facts", "spans", "sums", "cubes"},
    "forecast": {"records", "corrected", "joined", "links", "facts", "metrics"},
    "views": {"facts"},
}
"""The layers, in order, and what each may read beside the dimensions."""

LONG = {
    "tests/test_bad_input.py": "one table of bad inputs and their exact messages",
}
"""Files of more than 300 lines, each with its reason."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def statement(path: Path) -> str:
    """The SQL without its comments and texts."""
    text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def sources(path: Path) -> set[tuple[str | None, str]]:
    """(schema or None, table) of everything a statement reads."""
    found = re.findall(r"\b(?:(?<!distinct )from|join)\s+((?:\w+\.)*)(\w+)", statement(path))
    return {(schema.rstrip(".") or None, table) for schema, table in found}


def subqueries(path: Path) -> set[str]:
    """The names of a statement's common table expressions."""
    return set(re.findall(r"(?:\bwith|,)\s+(\w+)\s+as\s*(?:not\s+materialized\s+|materialized\s+)?\(", statement(path)))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by the text of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_the_layers_are_built_in_the_order_in_which_they_read():
    """Folder order, then name order, is a valid build order."""
    assert tuple(READS) == build.LAYERS
    assert {path.parent.name for path in MODELS} == set(READS)
    assert build.model_paths() == sorted(MODELS, key=lambda path: (build.LAYERS.index(path.parent.name), path.name))


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_a_model_reads_earlier_layers_and_never_a_sibling(path):
    """Staging reads landed exports and policy; facts read records; metrics read facts. Siblings never read each other."""
    own = subqueries(path)
    for schema, table in sources(path):
        if schema is None:
            assert table in own, f"{table} is neither qualified nor a part of this statement"
        else:
            assert schema in READS[path.parent.name] | DIMENSIONS, f"{schema}.{table}"


def test_only_staging_reads_what_was_landed():
    assert {path.parent.name for path in MODELS for schema, _ in sources(path) if schema == "landed"} == {"staging"}


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_the_first_line_of_a_model_is_its_grain_and_its_last_a_plain_select(path):
    assert re.match(r"-- One row per [^.:]+", path.read_text(encoding="utf-8"))
    assert re.search(r"\nselect \* from \w+(?:\norder by\s[^;]+)?$", statement(path).rstrip())


@pytest.mark.parametrize("path", MODELS, ids=name)
def test_a_model_is_written_in_the_portable_subset(path):
    """Not in models: QUALIFY, DISTINCT ON, ASOF, PIVOT, star except, string_agg, hash, date_diff by unit, //, percentile_cont, recursion."""
    forbidden = r"\bqualify\b|distinct\s+on\b|\basof\b|\bpivot\b|\*\s+(?:exclude|replace)\b|\bstring_agg\b|\bhash\(|\bdate_diff\(|//|percentile_cont|\brecursive\b"
    assert not re.search(forbidden, statement(path), re.IGNORECASE)


@pytest.mark.parametrize("path", CHECKS, ids=name)
def test_a_check_says_its_promise_and_what_an_offender_does(path):
    """A check is a query for offenders, its file named for the promise; its second line is `-- blocks` or `-- warns`."""
    promise, severity, *_ = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"-- .+\.", promise)
    assert severity in ("-- blocks", "-- warns")
    assert re.fullmatch(r"[a-z_]+", path.stem)


def test_one_place_opens_a_database_for_writing():
    """One writer: only the build and the engine; a snapshot is opened read-only, or attached so."""
    opened = {name(path): [node for called, node in calls(path) if called == "duckdb.connect"] for path in MODULES}
    opened = {path: nodes for path, nodes in opened.items() if nodes}
    assert set(opened) == {"pipelines/engines/duckdb_engine.py", "pipelines/snapshots.py"}
    for node in opened["pipelines/snapshots.py"]:
        is_read_only = any(keyword.arg == "read_only" and ast.unparse(keyword.value) == "True" for keyword in node.keywords)
        assert is_read_only or not node.args, ast.unparse(node)
    assert "(read_only)" in (ROOT / "pipelines" / "snapshots.py").read_text(encoding="utf-8")
    on_a_file = {name(path) for path in MODULES for called, node in calls(path) if called in ("connect", "duckdb_engine.connect") and node.args}
    assert on_a_file == {"pipelines/build.py"}


def test_one_module_of_the_dashboard_reads_snapshots():
    """One reader: `dashboard/warehouse.py`."""
    readers = {
        name(path)
        for path in (ROOT / "dashboard").rglob("*.py")
        if any(called.endswith(("open_read_only", "open_for_export", "open_pair", "differences.compare", "duckdb.connect")) for called, _ in calls(path))
    }
    assert readers == {"dashboard/warehouse.py"}


def test_pages_hold_no_sql():
    for path in [*(ROOT / "dashboard" / "views").glob("*.py"), *(ROOT / "dashboard" / "charts").glob("*.py")]:
        texts = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not [text for text in texts if re.match(r"\s*(select|with)\s.+\sfrom\s", text, re.DOTALL)], name(path)


def test_charts_do_not_know_streamlit():
    """A chart is a pure function from a frame to a figure."""
    for path in (ROOT / "dashboard" / "charts").glob("*.py"):
        imported = {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}
        assert not {each for each in imported if each.startswith("streamlit")}, name(path)


def test_the_pipelines_know_nothing_of_the_dashboard_but_how_to_start_it():
    for path in (ROOT / "pipelines").rglob("*.py"):
        imported = {node.module or "" for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
        found = {each for each in imported if each.startswith(("dashboard", "streamlit", "plotly"))}
        assert found <= ({"dashboard"} if name(path) == "pipelines/commands/serving.py" else set()), name(path)


def test_there_is_one_clock():
    """`as_of` is an argument. When an export arrived, and how old the data is, are the only questions to the clock on the wall."""
    clocks = r"(datetime|date|time|pd\.Timestamp|Timestamp|datetime\.datetime|datetime\.date)\.(now|utcnow|today|time|time_ns|localtime|gmtime)"
    asked = [name(path) for path in MODULES for called, _ in calls(path) if re.fullmatch(clocks, called)]
    assert sorted(asked) == ["pipelines/commands/answers.py", "pipelines/landing.py"]
    for path in [*MODELS, *CHECKS]:
        assert not re.search(
            r"\b(current_date|current_time|current_timestamp|localtimestamp)\b|\b(now|today|get_current_timestamp)\(", statement(path)
        ), name(path)


def test_importing_any_module_does_nothing():
    """No file written, no connection opened, no process or socket, whichever module is imported first."""
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES]
    program = f"""
import importlib, sys, warnings
import duckdb, streamlit
def refuse(*_, **__): raise AssertionError("a database was opened")
duckdb.connect = refuse
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+") and ".pyc" not in str(arguments[0]) or event in (
        "socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.mkdir", "os.remove", "os.rename"
    ):
        if not any("__pycache__" in str(each) for each in arguments):
            print("DID", module, event, arguments)
module = None
sys.addaudithook(watch)
for module in {modules!r}:
    importlib.import_module(module)
"""
    command = [sys.executable, "-B", "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_names_of_modules_are_nouns():
    """No utils, helpers, common, manager, base; no module of the dashboard carries a standard-library name."""
    for path in MODULES:
        assert path.stem not in {"utils", "helpers", "common", "manager", "base", "misc"}, name(path)
    assert not {path.stem for path in (ROOT / "dashboard").glob("*.py")} & set(sys.stdlib_module_names)


def test_public_functions_say_what_they_do():
    for path in MODULES:
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name(path)}: {node.name} has no docstring"
        assert ast.get_docstring(tree(path)), f"{name(path)} has no docstring"


def test_no_file_is_long():
    paths = [*MODULES, *MODELS, *CHECKS, *(ROOT / "tests").rglob("*.py")]
    long = {name(path) for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > 300}
    assert long == set(LONG)
