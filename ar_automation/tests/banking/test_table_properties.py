"""A table that is written by a profile reads back the same, whatever stands in it."""

import csv
import io
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ...banking.formats.table import Columns, TableProfile, parse_table
from ...banking.identity import file_keys

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30
)
rows = st.lists(
    st.tuples(
        st.dates(date(2000, 1, 1), date(2068, 12, 31)),
        st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100),
        texts,
    ),
    min_size=1,
    max_size=20,
)


@settings(deadline=None, max_examples=200)
@given(rows, st.sampled_from(";,\t|"), st.sampled_from(",."), st.sampled_from(["signed", "flag"]))
def test_what_is_written_is_read(lines, delimiter, mark, sign):
    profile = TableProfile(
        "Written",
        Columns.of(booking_date="Day", amount="Sum", direction="Way", texts="For"),
        delimiter=delimiter,
        date_formats=("DD.MM.YYYY",),
        decimal_mark=mark,
        sign=sign,
        debit_words=("D",),
        credit_words=("C",),
        order="oldest",
    )
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Day", "Sum", "Way", "For"])
    for day, amount, text in lines:
        shown = amount if sign == "signed" else abs(amount)
        way = "D" if amount < 0 else "C"
        writer.writerow([f"{day:%d.%m.%Y}", f"{shown:.2f}".replace(".", mark), way, text])
    [statement] = parse_table(out.getvalue().encode(), profile)
    found = [
        (line.booking_date, line.amount, line.remittance.text) for line in statement.transactions
    ]
    assert found == lines
    [keys] = file_keys([statement])
    assert len(set(keys)) == len(lines)
