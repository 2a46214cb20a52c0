from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import Command
from odoo.tests import tagged

from .common import CreditCommon

BUCKET_STARTS = (1, 31, 61, 91, 121)

items = st.lists(
    st.tuples(
        st.sampled_from(["whole", "instalments", "paid partly", "disputed", "credit"]),
        st.integers(2, 99_999),
        st.integers(0, 150),
        st.booleans(),
    ),
    max_size=5,
)
orders = st.lists(
    st.tuples(st.integers(1, 9_999), st.integers(1, 9), st.integers(0, 9), st.integers(0, 9)),
    max_size=2,
)
covers = st.lists(st.tuples(st.integers(1, 99_999), st.integers(-2, 2)), max_size=2)


@tagged("post_install", "-at_install")
class TestExposureSum(CreditCommon):
    """The exposure equals what its records say one by one, whatever they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_currency("EUR", rates=[("2010-01-01", 1.7)])
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(items, st.integers(0, 160))
    def test_items(self, drawn, days_back):
        partner = self._customer()
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        for index, (kind, cents, days_ago, is_foreign) in enumerate(drawn):
            self._book(contact if index % 2 else partner, kind, cents / 100, days_ago, is_foreign)
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "in", (partner | contact).ids),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        residuals = {line: line.amount_residual for line in lines}
        self._assert_items(self._exposure(contact), residuals, self.today)
        owed = [line for line in lines if line.amount_residual > 0]
        self.assertAlmostEqual(
            self._exposure(partner)["disputed"],
            sum(min(line.ar_disputed_amount, line.amount_residual) for line in owed),
            2,
        )
        day = self.today - timedelta(days=days_back)
        past = {line: self._residual_on(line, day) for line in lines if line.date <= day}
        self._assert_items(self._exposure(partner, date=day), past, day)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(orders, covers)
    def test_orders_and_instruments(self, drawn, covered):
        partner = self._customer()
        undelivered = delivered = 0.0
        for cents, ordered, invoiced, done in drawn:
            price, billed = cents / 100, min(invoiced, ordered)
            order = self._order(partner, price, quantity=ordered)
            order.action_confirm()
            order.order_line.qty_delivered = done
            if billed:
                bill = order._create_invoices()
                bill.invoice_line_ids.quantity = billed
            part = max(min(done, ordered) - billed, 0) * price
            delivered += part
            undelivered += (ordered - billed) * price - part
        for cents, ends in covered:
            self.env["ar.credit.instrument"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "reference": "policy",
                    "amount": cents / 100,
                    "valid_until": self.today + timedelta(days=ends),
                }
            )
        figures = self._exposure(partner)
        self.assertAlmostEqual(figures["delivered"], delivered, 2)
        self.assertAlmostEqual(figures["undelivered"], undelivered, 2)
        in_force = sum(cents for cents, ends in covered if ends >= 0) / 100
        self.assertAlmostEqual(figures["covered"], in_force, 2)

    def _book(self, partner, kind, amount, days_ago, is_foreign):
        """Post one item of a kind."""
        values = {"currency_id": self.other.id} if is_foreign else {}
        if kind == "instalments":
            values.update(invoice_payment_term_id=self.halves.id, invoice_date_due=False)
        if kind == "credit":
            values["move_type"] = "out_refund"
        invoice = self._invoice(partner, amount, days_ago=days_ago, **values)
        if kind == "paid partly":
            self._pay(invoice, round(amount / 2, 2), days_ago=days_ago // 2)
        if kind == "disputed":
            lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
            lines.ar_disputed_amount = round(amount / 3, 2)

    def _residual_on(self, line, day):
        """What was open at the end of the day."""
        return (
            line.balance
            - sum(part.amount for part in line.matched_credit_ids if part.max_date <= day)
            + sum(part.amount for part in line.matched_debit_ids if part.max_date <= day)
        )

    def _assert_items(self, figures, residuals, day):
        """Compare credit, buckets and what is made of them with items, one by one."""
        buckets = [0.0] * (len(BUCKET_STARTS) + 1)
        oldest = 0
        for line, residual in residuals.items():
            late = (day - (line.date_maturity or line.date)).days
            if residual > 0:
                buckets[sum(late >= start for start in BUCKET_STARTS)] += residual
                oldest = max(oldest, late if residual > 0.001 else 0)
        for told, expected in zip(figures["buckets"].values(), buckets, strict=True):
            self.assertAlmostEqual(told, expected, 2)
        self.assertAlmostEqual(figures["open"], sum(buckets), 2)
        self.assertAlmostEqual(figures["overdue"], sum(buckets[1:]), 2)
        self.assertAlmostEqual(figures["credit"], sum(r for r in residuals.values() if r < 0), 2)
        self.assertEqual(figures["oldest_overdue_days"], oldest)
