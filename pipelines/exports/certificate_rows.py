"""The rows of certificates as one Parquet file, and beside it the records that are no row."""

import itertools
import os
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import UserError
from pipelines.exports import private_keys
from pipelines.exports.certificate_blocks import SCHEMA, Part
from pipelines.exports.content import Staging
from pipelines.exports.records import MALFORMED

KINDS = "PEM, DER, PKCS#7 or PKCS#12"
GROUP_ROWS = 20_000
REPEATED = ["issuer", "organisation", "key_algorithm", "key_size", "signature_algorithm", "policy", "record_kind", "is_authority", "key_curve"]
"""Columns whose texts come again and again, and are kept as a dictionary."""
_NUMBERED = SCHEMA.insert(0, pa.field("__row_number", pa.int64()))


class Writing:
    """Write the parts of an export with `add` inside a `with`, at whose end UserError is raised where not one row was read."""

    def __init__(self, name: str, staging: Staging) -> None:
        self._name, self._staging = name, staging
        self._writer = pq.ParquetWriter(staging.parquet, SCHEMA, compression="snappy", use_dictionary=REPEATED, write_statistics=False)
        self._waiting: list[pa.RecordBatch] = []
        self._others: Counter[str] = Counter()
        self.record_count = 0
        self.strays: list[tuple[int, str, str]] = []

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._flush()
        self._writer.close()
        if kind is None:
            self._judge()
            self._give_numbers()

    def add(self, part: Part, prefix: str = "") -> None:
        """Take the records of the next part; `prefix` stands before the texts of those that are no row. Raises UserError for a private key."""
        if part.key:
            raise private_keys.refusal(self._name, part.key)
        self.strays += [(self.record_count + place + 1, prefix + text, reason) for place, text, reason in part.strays]
        self.record_count += part.batch.num_rows + len(part.strays)
        self._others += part.others
        self._waiting.append(part.batch)
        if sum(batch.num_rows for batch in self._waiting) >= GROUP_ROWS:
            self._flush()

    def stray(self, text: str, reason: str) -> None:
        """Take a record that is no row, after those of the parts so far."""
        self.record_count += 1
        self.strays.append((self.record_count, text, reason))

    def warnings(self) -> tuple[str, ...]:
        """What was passed over."""
        if not self._others:
            return ()
        count = self._others.total()
        words = f"{count:,} block{'s' if count > 1 else ''} of another kind ({self._kinds()})"
        return (f"{self._name}: {words} {'are' if count > 1 else 'is'} neither certificate nor signing request, and left out.",)

    def _kinds(self) -> str:
        return ", ".join(f"{count:,} {label}" for label, count in self._others.most_common(5))

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, SCHEMA))
            self._waiting.clear()

    def _judge(self) -> None:
        if not self.record_count:
            found = self._kinds() or "no block of PEM"
            raise UserError(f"{self._name}: holds no certificate and no signing request (found: {found}). Name a file in {KINDS}.")
        if len(self.strays) == self.record_count:
            words = "its one record" if self.record_count == 1 else f"not one of its {self.record_count:,} records can be read, the first"
            raise UserError(f"{self._name}: {words} {self.strays[0][2]}. Export the certificates again as {KINDS}.")

    def _give_numbers(self) -> None:
        """Write the records that are no row, and give the rows their numbers, which then have gaps."""
        if not self.strays:
            return
        columns = zip(*self.strays, strict=True)
        arrays = [pa.array(values, type=field.type) for values, field in zip(columns, MALFORMED, strict=True)]
        pq.write_table(pa.Table.from_arrays(arrays, schema=MALFORMED), self._staging.malformed)
        gaps = {number for number, _, _ in self.strays}
        numbers = (number for number in range(1, self.record_count + 1) if number not in gaps)
        numbered = self._staging.transcoded
        with pq.ParquetFile(self._staging.parquet) as rows, pq.ParquetWriter(numbered, _NUMBERED, compression="snappy", use_dictionary=REPEATED) as writer:
            for group in range(rows.num_row_groups):
                table = rows.read_row_group(group)
                column = pa.array(itertools.islice(numbers, table.num_rows), pa.int64())
                writer.write_table(table.add_column(0, _NUMBERED.field(0), column))
        os.replace(numbered, self._staging.parquet)
