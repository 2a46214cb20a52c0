"""Sets fields of many bank entries at once, each to its own value.

Core's ``write`` of a journal item checks and synchronises its whole entry, and one call can
write only one value. A batch of payments needs many customers. Here the values are put into
the records as a computation would put them, and what depends on them is told once for all.
What core's ``write`` would have refused is checked before, see ``booking``.
"""


def assign(field_name, values):
    """Set one field of many records.

    :param dict values: ``{record: value}``, records of one model.
    """
    if not values:
        return
    first = next(iter(values))
    records = first.browse(record.id for record in values)
    field = first._fields[field_name]
    with first.env.protecting([field], records):
        for record, value in values.items():
            record[field_name] = value
    records.modified([field_name])
