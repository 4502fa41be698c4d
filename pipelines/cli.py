"""The command `certboard`: which commands there are, and how every failure becomes one line and an exit code.

Exit codes: 0 done, 1 a check failed or a part was left out, 2 bad input or usage and nothing changed, 70 an unexpected error,
130 interrupted.
"""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence

import duckdb
import typer
from typer.exceptions import TyperException

from pipelines.commands import answers, loading, options, serving
from pipelines.errors import CheckFailed, UserError

UNEXPECTED = 70
INTERRUPTED = 130
_INTERRUPT = "interrupted; what was published stays"
_OF_THE_MACHINE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR}

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
app.callback()(options.remember)
app.command()(serving.demo)
app.command()(loading.ingest)
app.command()(loading.build)
app.command()(loading.withdraw)
app.command()(loading.restore)
app.command()(serving.serve)
app.command()(answers.export)
app.command()(answers.status)
app.command("snapshots")(answers.snapshots_)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. Failures are one line `certboard: ...` on stderr."""
    try:
        code = app(args=arguments, prog_name="certboard", standalone_mode=False) or 0
        sys.stdout.flush()
        return _fail(_INTERRUPT, INTERRUPTED) if code == INTERRUPTED else code  # Typer's own reading of an interrupt
    except TyperException as error:
        return _fail(_usage(error), 2)
    except UserError as error:
        return _fail(str(error), 2)
    except CheckFailed as error:
        return _fail(str(error), 1)
    except (KeyboardInterrupt, duckdb.InterruptException):
        return _fail(_INTERRUPT, INTERRUPTED)
    except (BrokenPipeError, SystemExit):
        # Whoever read stdout has enough; Typer turns that into SystemExit. Nothing may be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        if error.errno in _OF_THE_MACHINE:
            return _fail(f"{error.filename or 'a file'}: {error.strerror}. Nothing was changed; make room or allow it, then run this again.", 2)
        return _unexpected(error)
    except Exception as error:
        return _unexpected(error)


def _fail(words: str, code: int) -> int:
    print("certboard: " + " ".join(words.split()), file=sys.stderr, flush=True)
    return code


def _usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    words = error.format_message()
    return f"{words}{'' if words.endswith(('.', '?')) else '.'} See {context.command_path if context else 'certboard'} --help."


def _unexpected(error: Exception) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="certboard-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"{' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=log)
    finding = f"{type(error).__name__}: {error}".splitlines()[0]
    return _fail(f"unexpected error ({finding}). The details are in {log.name}.", UNEXPECTED)


if __name__ == "__main__":
    main()


if __name__ == "__main__":
    main()
