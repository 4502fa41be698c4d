"""Worker processes: answers in the order of the jobs, errors where they belong, and no process left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pipelines.exports import worker_processes
from tests.command_line import environment

PIDS = """
import os, time
from pipelines.exports import worker_processes
if __name__ == "__main__":
    answers = worker_processes.in_order(os.getpid, [()] * 4)
    print(next(answers), next(answers), flush=True)
    time.sleep(60)
"""


def test_answers_come_in_the_order_of_the_jobs():
    """However long each takes."""
    jobs = [(place % 3 * "x", "x", str(place)) for place in range(20)]
    assert list(worker_processes.in_order(str.replace, jobs)) == [text.replace(old, new) for text, old, new in jobs]
    assert list(worker_processes.in_order(str.replace, [])) == []


def test_an_error_in_a_process_is_raised_here():
    """With its kind and its words."""
    answers = worker_processes.in_order(int, [("1",), ("no number",), ("3",)])
    assert next(answers) == 1
    with pytest.raises(ValueError, match="no number"):
        next(answers)


def test_leaving_early_ends_the_processes():
    """As an interrupt or a refusal does."""
    answers = worker_processes.in_order(os.getpid, [()] * 100)
    pids = {next(answers), next(answers)}
    answers.close()
    assert len(pids) == 2
    assert not any(is_running(pid) for pid in pids)


def test_a_killed_command_leaves_no_process_behind(tmp_path):
    """A kill cannot be answered; the processes see that their pipe is closed."""
    program = tmp_path / "program.py"
    program.write_text(PIDS, encoding="utf-8")
    command = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment())
    pids = [int(pid) for pid in command.stdout.readline().split()]
    command.send_signal(signal.SIGKILL)
    command.wait(10)
    for _ in range(100):
        if not any(is_running(pid) for pid in pids):
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {pids}")


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as reading:
            return reading.read().rpartition(") ")[2][:1] != "Z"
    except FileNotFoundError:
        return False
