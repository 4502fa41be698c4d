"""The records of a JSON text: where they lie in it, and an exact reading of them one by one, every number as written.

Records lie in an array, bare or in an object that wraps it, or follow one another, as one a line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UserError
from pipelines.exports import encodings, system_values

WRAPPERS = ("records", "result", "reports")
"""Keys under which ServiceNow and Sectigo write the array."""
SYSTEM_WRAPPERS = ("records", "result")
HEAD_BYTES = 1 << 20
TAIL_BYTES = 1 << 16
CHUNK_CHARACTERS = 1 << 20
LONGEST_RECORD = 1 << 23
REMEDY = "Export the list again as JSON."
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Place:
    """Where the records of a text begin, in bytes: an `array`, a single `object`, or `lines`; `wrapper` is the key they stand under, empty without."""

    kind: str
    start: int
    wrapper: str = ""


class Number(str):
    """A number as written."""

    __slots__ = ()


class Pairs(list):
    """An object: its keys and values in order, keys that repeat included."""

    __slots__ = ()


_DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_float=Number, parse_int=Number, parse_constant=Number)


def find(path: Path, name: str) -> Place:
    """Where the records of a UTF-8 text are. Raises UserError for an empty text and for one that holds something else."""
    with path.open("rb") as reading:
        head = reading.read(HEAD_BYTES)
    skipped = 3 if encodings.marked(head) == "utf-8-sig" else 0
    text = head[skipped:].decode("utf-8", "replace")
    at = _after_space(text, 0)
    if at == len(text):
        raise UserError(f"{name}: is empty. {REMEDY}")
    if text[at] == "[":
        return Place("array", _bytes(text, at) + skipped)
    if text[at] != "{":
        raise UserError(f"{name}: is not JSON with records: it begins with neither [ nor {{. {REMEDY}")
    kind, position, wrapper = _wrapped(text, at)
    return Place(kind, _bytes(text, position) + skipped, wrapper)


def _wrapped(text: str, at: int) -> tuple[str, int, str]:
    """Kind, place and key of the records inside the object at `at`; `lines` where it is a record itself."""
    place = at + 1
    try:
        while True:
            place = _after_space(text, place)
            key, place = _DECODER.raw_decode(text, place)
            place = _after_space(text, place)
            if not isinstance(key, str) or isinstance(key, Number) or text[place : place + 1] != ":":
                return "lines", at, ""
            place = _after_space(text, place + 1)
            opening = text[place : place + 1]
            if key in WRAPPERS and opening == "[":
                return "array", place, key
            if key == "result" and opening == "{":
                return "object", place, key
            _, place = _DECODER.raw_decode(text, place)
            place = _after_space(text, place)
            if text[place : place + 1] != ",":
                return "lines", at, ""
            place += 1
    except (json.JSONDecodeError, RecursionError):
        return "lines", at, ""


def sampled(path: Path, place: Place) -> tuple[int, int]:
    """How many of the first records can be read at once, and how many different keys they have."""
    with path.open("rb") as reading:
        reading.seek(place.start)
        text = reading.read(HEAD_BYTES).decode("utf-8", "replace")
    count, keys, at = 0, set(), 1 if place.kind == "array" else 0
    try:
        while (at := _after_space(text, at)) < len(text):
            record, at = _DECODER.raw_decode(text, at)
            count += 1
            if isinstance(record, Pairs):
                keys.update(key for key, _ in record)
            at = _after_space(text, at)
            at += text[at : at + 1] == ","
    except (json.JSONDecodeError, RecursionError):
        pass  # the end of the piece, or what the reading itself will name
    return count, len(keys)


def end_of_array(path: Path, wrapper: str) -> int | None:
    """Where the last array of a text ends, in bytes; None where what follows it does not close the wrapper or the text."""
    size = path.stat().st_size
    with path.open("rb") as reading:
        reading.seek(max(0, size - TAIL_BYTES))
        tail = reading.read()
    at = tail.rfind(b"]")
    if at < 0:
        return None
    rest = tail[at + 1 :]
    return size - len(rest) if _closes(rest.decode("utf-8", "replace"), wrapper) else None


def _closes(rest: str, wrapper: str) -> bool:
    """Whether nothing but the end of its wrapper follows an array."""
    if not wrapper:
        return not rest[_after_space(rest, 0) :]
    try:
        return isinstance(json.loads('{"":0' + rest), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


class _Text:
    """A text read piece by piece, of which one value at a time is in memory."""

    def __init__(self, path: Path, start: int, name: str) -> None:
        self._name = name
        self._reading = path.open(encoding="utf-8", newline="")
        self._reading.seek(start)
        self._text, self._at = "", 0
        self.row_number = 0

    def __enter__(self) -> "_Text":
        return self

    def __exit__(self, *_: object) -> None:
        self._reading.close()

    def next(self) -> str:
        """The next character that is not white space, not yet taken; empty at the end."""
        while (at := _after_space(self._text, self._at)) == len(self._text):
            self._at = at
            if not self._more():
                return ""
        self._at = at
        return self._text[at]

    def take(self, expected: str) -> str:
        """Take the next character, one of `expected`."""
        found = self.next()
        if found and found in expected:
            self._at += 1
            return found
        raise self._refusal(found, f"expected {' or '.join(expected)}")

    def value(self) -> object:
        """Take the next value. Raises UserError when it is cut off, too long, too deep or no JSON."""
        self.next()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise too_deep(self._name, self.row_number + 1) from error
            except json.JSONDecodeError as error:
                problem, is_cut = error.msg, error.pos >= len(self._text) or "Unterminated" in error.msg
            else:
                taken = end - self._at
                # A number or a word at the very end of what was read may go on.
                if end == len(self._text) and not isinstance(found, (Pairs, list)) and self._more():
                    continue
                self._at += taken
                return found
            if len(self._text) - self._at > LONGEST_RECORD:
                raise UserError(
                    f"{self._name}: row {self.row_number + 1:,} is longer than {LONGEST_RECORD:,} characters or no JSON ({_lower(problem)}), "
                    f"so it is no record of a list. {REMEDY}"
                )
            if not self._more():
                raise self._refusal("" if is_cut else "?", problem)

    def rest(self) -> str:
        """What is left, as far as it may be the end of a wrapper."""
        while len(self._text) - self._at <= TAIL_BYTES and self._more():
            pass
        return self._text[self._at :]

    def _more(self) -> bool:
        kept = self._text[self._at :]
        try:
            read = self._reading.read(min(max(CHUNK_CHARACTERS, len(kept)), max(LONGEST_RECORD + 1 - len(kept), 1)))
        except UnicodeDecodeError as error:
            raise UserError(f"{self._name}: is not UTF-8, as JSON is. {REMEDY}") from error
        self._text, self._at = kept + read, 0
        return bool(read)

    def _refusal(self, found: str, problem: str) -> UserError:
        if not found:
            return UserError(
                f"{self._name}: ends inside its JSON, after row {self.row_number:,}, so it is still being written or was cut off. "
                "Wait until it is complete, or export it again."
            )
        return UserError(f"{self._name}: is not JSON after row {self.row_number:,} ({_lower(problem)}). {REMEDY}")


def read(path: Path, name: str, place: Place) -> Iterator[object]:
    """The values of the records, in order, as `Pairs`, lists, texts, `Number`, bool or None. Raises UserError where the text is not what `place` says."""
    with _Text(path, place.start, name) as text:
        if place.kind == "array":
            text.take("[")
            is_over = text.next() == "]" and text.take("]") == "]"
            while not is_over:
                yield text.value()
                text.row_number += 1
                is_over = text.take(",]") == "]"
        elif place.kind == "object":
            yield text.value()
        else:
            while text.next():
                yield text.value()
                text.row_number += 1
        if place.kind != "lines" and not _closes(text.rest(), place.wrapper):
            raise UserError(f"{name}: has something after the end of its records that is no JSON, so it is damaged or two files in one. {REMEDY}")


def too_deep(name: str, row_number: int) -> UserError:
    """The error for a value that is nested more deeply than a record of a list is."""
    return UserError(f"{name}: row {row_number:,} has values nested too deeply to be a record of a list. {REMEDY}")


def cell(value: object) -> tuple[str | None, str | None, bool]:
    """The raw text of a value, what is shown of it (None where it has no such), and whether it is a pair of them or a reference."""
    if isinstance(value, Pairs):
        found = dict(value)
        if found.keys() <= system_values.KEYS and not found.keys() <= {"link"}:
            shown = _written(found.get("display_value"))
            return _written(found["value"]) if "value" in found else shown, shown, True
    return _written(value), None, False


def compact(value: object) -> str:
    """A value as JSON without white space, numbers as written. Raises RecursionError for one nested too deeply."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{_quoted(key)}:{compact(each)}" for key, each in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, Number):
        return str(value)
    return _quoted(value) if isinstance(value, str) else {None: "null", True: "true", False: "false"}[value]


def _written(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return compact(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _after_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8"))
