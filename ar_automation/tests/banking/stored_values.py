"""All that is stored of bank lines and their entries, to compare two ways of making them."""

MODELS = ("account.bank.statement.line", "account.move", "account.move.line")
# who, when and which row: nothing that an accountant could see
ROW = ("create_uid", "create_date", "write_uid", "write_date", "id")


class StoredValues:
    ignored = ROW

    def stored(self, lines):
        """All stored values of the lines and their entries; own rows by their position."""
        records = [lines, lines.move_id, lines.move_id.line_ids.sorted("id")]
        places = {
            (model, id_): (model, place)
            for model, each in zip(MODELS, records, strict=True)
            for place, id_ in enumerate(each.ids)
        }
        return {
            model: [self.values_of(record, places) for record in each]
            for model, each in zip(MODELS, records, strict=True)
        }

    def values_of(self, record, places):
        values = {}
        for name, field in record._fields.items():
            if name in self.ignored or not field.store or field.type in ("one2many", "many2many"):
                continue
            value = record[name]
            if field.type == "many2one":
                value = places.get((field.comodel_name, value.id), value)
            if name == "internal_index":
                value = value[:-10]
            values[name] = value
        return values
