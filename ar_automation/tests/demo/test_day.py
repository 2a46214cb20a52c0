from datetime import date

from odoo.tests import TransactionCase, tagged

from ...demo import scenario, summary
from ...demo.day import find_quotations

TODAY = date(2026, 3, 18)
TABLES = (
    "account.move",
    "account.move.line",
    "account.bank.statement.line",
    "account.partial.reconcile",
    "sale.order",
    "ar.dunning.notice",
    "ir.attachment",
)


@tagged("post_install", "-at_install")
class TestDay(TransactionCase):
    """One day in a small demo company; its mails are left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = scenario.ensure_company(cls.env, TODAY, pace=0.06, is_lived=False)
        cls.company.write({"ar_send_automatically": False, "ar_dunning_auto": False})
        cls.runs = scenario.live_day(cls.company, TODAY)
        cls.summary = {
            label.strip().split("  ")[0]: figure
            for label, figure in summary.read_summary(cls.company, TODAY)
        }

    def count(self):
        return {model: self.env[model].sudo().search_count([]) for model in TABLES}

    def test_every_job_finished(self):
        self.assertTrue(self.runs)
        self.assertEqual(set(self.runs.mapped("state")), {"done"})
        self.assertFalse(sum(self.runs.mapped("failed_count")))

    def test_some_orders_are_confirmed_and_some_held(self):
        orders = find_quotations(self.company, TODAY)
        self.assertEqual(len(orders), 12)
        held = orders.filtered(lambda order: order.ar_credit_state == "held")
        self.assertTrue(held)
        self.assertEqual(set(held.mapped("state")), {"draft"})
        self.assertEqual(set((orders - held).mapped("state")), {"sale"})
        self.assertTrue(all(held.mapped("ar_credit_reason")))
        self.assertEqual(self.summary["Orders on credit hold"], len(held))

    def test_credit_has_something_to_decide(self):
        for figure in ("Credit reviews to decide", "Credit applications to decide"):
            self.assertGreater(self.summary[figure], 0)
        self.assertGreater(self.summary["Early warnings"], 0)
        self.assertEqual(self.summary["Refunds to approve"], 1)
        reviews = self.env["ar.credit.review"].search([("is_current", "=", True)])
        self.assertGreater(len(set(reviews.mapped("risk_class"))), 2)

    def test_plans_are_billed_once(self):
        plans = self.env["ar.invoice.plan"].search([("state", "=", "active")])
        self.assertEqual(set(plans.mapped("invoice_count")), {1})

    def test_what_was_confirmed_is_invoiced(self):
        self.assertEqual(self.summary["Invoices posted"], self.summary["Orders confirmed"])

    def test_every_bank_line_is_accounted_for(self):
        parts = ("money in, matched", "money in, proposed", "money in, left", "money out")
        total = sum(self.summary[part] for part in parts)
        self.assertEqual(total, self.summary["Bank lines imported"])
        self.assertGreater(self.summary["money in, matched"], 0)

    def test_the_aging_is_the_balance_of_the_receivable_accounts(self):
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", TODAY),
            ]
        )
        balance = summary._money(self.company, sum(lines.mapped("balance")))
        self.assertEqual(self.summary["Receivables, total"], balance)

    def test_the_same_day_again_changes_nothing(self):
        # Proposals may change: a second look drops what other payments settled meanwhile.
        before = self.count()
        figures = summary.read_summary(self.company, TODAY)
        scenario.live_day(self.company, TODAY)
        self.assertEqual(self.count(), before)
        self.assertEqual(summary.read_summary(self.company, TODAY), figures)
