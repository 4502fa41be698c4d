"""Names of servers: how they are told apart, what covers them, and whose they are."""

from collections.abc import Iterable

ROOTS = (".ca.gov", ".california.gov", ".cahwnet.gov", ".state.ca.us")
"""The only domains the service may serve."""

SEPARATORS = ",;[]\"'"
PREFIXES = ("dnsname=", "dns:")
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def normal(text: str) -> str:
    """Lower case, without prefix and trailing dots, in ASCII."""
    name = text.strip().lower()
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    name = name.rstrip(".")
    try:
        return name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return name


def split(*texts: str) -> list[str]:
    """The distinct names in the texts, in the order in which they are written.

    Names are apart at commas, semicolons, white space and the signs of a JSON list.
    """
    found = []
    for text in texts:
        for separator in SEPARATORS:
            text = text.replace(separator, " ")
        for written in text.split():
            name = normal(written)
            if name and name not in found:
                found.append(name)
    return found


def is_wildcard(name: str) -> bool:
    return name.startswith("*.")


def holds(held: str, name: str) -> bool:
    """Whether a certificate for `held` serves `name`: the same name, or a wildcard exactly one label up."""
    _, dot, parent = name.partition(".")
    return held == name or (bool(dot) and held == "*." + parent)


def serves(held: Iterable[str], name: str) -> bool:
    """Whether any of the names serves this one."""
    return any(holds(one, name) for one in held)


def root(name: str) -> str | None:
    """The longest authorised root that the name lies under."""
    return max((one for one in ROOTS if name.endswith(one)), key=len, default=None)


def department(name: str) -> str | None:
    """The label left of the root: `dmv` of `www.dmv.ca.gov`."""
    found = root(name)
    label = name.removesuffix(found).split(".")[-1] if found else "*"
    return label if label != "*" else None


def is_valid(name: str) -> bool:
    """A host name of two labels or more: letters, digits and inner hyphens; a star only as the whole first label."""
    labels = name.removeprefix("*.").split(".")
    return (
        len(name) <= 253
        and len(labels) >= 2
        and all(0 < len(one) <= 63 and set(one) <= LETTERS and one[0] != "-" and one[-1] != "-" for one in labels)
        and not labels[-1].isdigit()
    )


def serial(text: str) -> str:
    """Hexadecimal digits alone: without colons, spaces, `0x` and leading zeros, in lower case."""
    return text.lower().replace(":", "").replace(" ", "").removeprefix("0x").lstrip("0")


def serial_rank(text: str) -> int:
    """Serial numbers are compared as numbers; one that is unknown or no number is the least."""
    try:
        return int(text, 16)
    except ValueError:
        return -1


def issuer(text: str) -> str:
    """The common name inside a distinguished name, else the whole text."""
    for part in attributes(text.strip()):
        attribute, equals, value = part.partition("=")
        if equals and attribute.strip().upper() == "CN":
            return value.strip()
    return text.strip()


def attributes(text: str) -> list[str]:
    """The parts of a distinguished name: apart at commas, or in OpenSSL's old form at slashes; a comma inside quotes or after
    a backslash is part of a value."""
    if text.startswith("/"):
        return text.split("/")
    parts, is_quoted, is_escaped = [""], False, False
    for sign in text:
        if is_escaped or sign not in "\\\",":
            parts[-1], is_escaped = parts[-1] + sign, False
        elif sign == "\\":
            is_escaped = True
        elif sign == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            parts[-1] += sign
        else:
            parts.append("")
    return parts


def addresses(text: str) -> set[str]:
    """The distinct e-mail addresses of a cell."""
    for separator in SEPARATORS + "<>":
        text = text.replace(separator, " ")
    return {one for one in text.lower().split() if "@" in one}
