from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.credit.exposure_query import ExposureQuery
from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestExposureReading(CreditCommon):
    """What the exposure reads, and how."""

    def test_what_was_disputed_on_a_past_date_is_not_asked_for(self):
        partner = self._customer()
        invoice = self._invoice(partner, 100, days_ago=50)
        item = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        item.ar_disputed_amount = 30.0
        asked = []
        execute = type(self.env.cr).execute

        def note(cr, query, *args, **kwargs):
            asked.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        figures = []
        for day in (self.today, self.today - timedelta(days=9)):
            asked.clear()
            with patch.object(type(self.env.cr), "execute", note):
                figures.append(self._exposure(partner, date=day)["disputed"])
            figures.append(any("ar_disputed_amount" in query for query in asked))
        self.assertEqual(figures, [30.0, True, 0.0, False])

    def test_amounts_beyond_any_machine_number(self):
        partner = self._customer()
        invoice = self._invoice(partner, 100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = 2e18 WHERE move_id = %s "
            "AND display_type = 'payment_term'",
            [invoice.id],
        )
        self.assertEqual(self._exposure(partner)["open"], 2e18)

    def test_index_holds_all_that_is_read_of_open_items(self):
        query = ExposureQuery(self.company, self.today)
        statement = query._items_statement(None, *query._scope())
        self.env.flush_all()
        for other in ("seqscan", "indexscan", "bitmapscan"):
            self.env.cr.execute(f"SET LOCAL enable_{other} = off")
        plan = self.env.execute_query(SQL("EXPLAIN %s", statement))
        index = "Index Only Scan using account_move_line_ar_exposure_idx"
        self.assertIn(index, "\n".join(line for (line,) in plan))
