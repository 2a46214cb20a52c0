from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ReportingCommon


@tagged("post_install", "-at_install")
class TestDso(ReportingCommon):
    def _dso(self, day):
        return self.env["ar.kpi"].ar_get_dso(self.company, day)

    def test_counts_back_over_real_months(self):
        self._invoice(self.partner_a, 70_000, "2026-01-15")
        self._invoice(self.partner_a, 80_000, "2026-02-15")
        self._invoice(self.partner_a, 100_000, "2026-03-15")
        self._receipt(self.partner_a, 38_000, "2026-03-20")
        self.assertAlmostEqual(self._dso(date(2026, 3, 31)), 31 + 28 + 32 / 70 * 31, 9)

    def test_the_running_month_counts_with_the_days_gone_by(self):
        self._invoice(self.partner_a, 100, "2026-02-10")
        self._invoice(self.partner_a, 60, "2026-03-05")
        self._receipt(self.partner_a, 50, "2026-03-06")
        self.assertAlmostEqual(self._dso(date(2026, 3, 10)), 10 + 28 * 50 / 100, 9)

    def test_as_of_a_past_day_later_bookings_do_not_count(self):
        self._invoice(self.partner_a, 100, "2026-02-10")
        before = self._dso(date(2026, 2, 28))
        self._invoice(self.partner_a, 900, "2026-03-10")
        self._receipt(self.partner_a, 100, "2026-03-11")
        self.assertEqual(self._dso(date(2026, 2, 28)), before)
        self.assertEqual(before, 28.0)

    def test_credit_notes_lower_sales(self):
        self._invoice(self.partner_a, 100, "2026-02-10")
        self._invoice(self.partner_a, 40, "2026-02-20", move_type="out_refund")
        self._receipt(self.partner_a, 30, "2026-02-21")
        self.assertAlmostEqual(self._dso(date(2026, 2, 28)), 28 * 30 / 60, 9)

    def test_without_sales_there_is_no_figure(self):
        self.assertEqual(self._dso(date(2026, 2, 28)), 0.0, "nothing outstanding")
        self.env["account.move"].create(
            {
                "date": "2026-02-01",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": self.receivable.id,
                            "debit": 10,
                            "partner_id": self.partner_a.id,
                        },
                    ),
                    (0, 0, {"account_id": self.bank_account.id, "credit": 10}),
                ],
            }
        ).action_post()
        self.assertIsNone(self._dso(date(2026, 2, 28)), "opening balance, nothing sold")

    def test_foreign_sales_count_in_the_company_currency(self):
        foreign = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        self._invoice(self.partner_a, 200, "2026-02-10", currency=foreign)
        series = self.env["ar.kpi"].ar_get_series(self.company, [date(2026, 2, 28)])
        self.assertEqual(
            series[date(2026, 2, 28)], {"receivables": 100.0, "sales": 100.0, "dso": 28.0}
        )

    def test_many_days_cost_as_much_as_one(self):
        self._invoice(self.partner_a, 100, "2026-02-10")
        kpi, days = self.env["ar.kpi"], [date(2026, month, 1) for month in range(1, 13)]
        kpi.ar_get_series(self.company, days)
        with self.assertQueryCount(2):
            self.assertEqual(len(kpi.ar_get_series(self.company, days)), 12)
        self.assertEqual(kpi.ar_get_series(self.company, []), {})

    def test_only_for_readers(self):
        user = self._user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["ar.kpi"].with_user(user).ar_get_dso(self.company, date(2026, 2, 28))
