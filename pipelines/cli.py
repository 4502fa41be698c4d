"""The command `certboard`: how every failure becomes one line and an exit code.

Exit codes: 0 done, 1 a check failed or a part was left out, 2 bad input or usage and nothing changed, 70 an unexpected error,
130 interrupted.
"""

import errno
import os
import sys
from collections.abc import Sequence

UNEXPECTED = 70
INTERRUPTED = 130
_OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. Failures are one line `certboard: ...` on stderr."""
    try:
        # Imported here, so that an interrupt is one line even in the tenths of a second that this takes.
        from pipelines.commands.application import app

        code = app(args=arguments, prog_name="certboard", standalone_mode=False) or 0
        sys.stdout.flush()
        return _interrupted() if code == INTERRUPTED else code  # Typer's own reading of an interrupt
    except KeyboardInterrupt:
        return _interrupted()
    except (BrokenPipeError, SystemExit):
        # Whoever read stdout has enough; Typer turns that into SystemExit. Nothing may be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from typer.exceptions import TyperException

    from pipelines.errors import CheckFailed, UserError

    if isinstance(error, UserError):
        return _say(str(error), 2)
    if isinstance(error, CheckFailed):
        return _say(str(error), 1)
    if isinstance(error, TyperException):
        return _say(_usage(error), 2)
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        return _say(f"{error.filename or 'a file'}: {error.strerror}. Nothing was changed; make room or allow it, then run this again.", 2)
    if str(error) == "Query interrupted":  # how DuckDB says that the interrupt came while it worked
        return _interrupted()
    return _unexpected(error)


def _interrupted() -> int:
    return _say("interrupted; what was published stays", INTERRUPTED)


def _say(words: str, code: int) -> int:
    print("certboard: " + " ".join(words.split()), file=sys.stderr, flush=True)
    return code


def _usage(error: Exception) -> str:
    context, words = getattr(error, "ctx", None), error.format_message()
    return f"{words}{'' if words.endswith(('.', '?')) else '.'} See {context.command_path if context else 'certboard'} --help."


def _unexpected(error: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="certboard-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"{' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=log)
    finding = f"{type(error).__name__}: {error}".splitlines()[0]
    return _say(f"unexpected error ({finding}). The details are in {log.name}.", UNEXPECTED)


if __name__ == "__main__":
    main()
