"""Runs one command and writes its wall time, its CPU time and its peak memory.

Run as a process of its own, small as it is: a process takes over the peak memory of the one that starts it.
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """`launcher.py RESULT COMMAND...`; leaves with the command's exit code."""
    result, *command = sys.argv[1:]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    found = {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_bytes": usage.ru_maxrss * 1024}
    with open(result, "w", encoding="utf-8") as writing:
        json.dump(found, writing)
    sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    main()
