import doctest
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, freeze_time, tagged

from ...engine.dunning import provision
from ...engine.dunning.provision import History, Row, decide_rate, find_bucket
from .common import TODAY
from .writeoff_common import WriteoffCommon

MONEY = st.decimals("0", "1000000", places=2)
SHARE = st.decimals("0", "1", places=4)


@tagged("post_install", "-at_install")
class TestProvisionMatrix(BaseCase):
    """The matrix without a database."""

    def test_examples_of_the_module(self):
        """Illustrative Example 12 of IFRS 9 (IE74 to IE77) is one of them."""
        self.assertEqual(doctest.testmod(provision).failed, 0)

    def test_a_second_worked_example(self):
        """faqifrs.com, Step 6: 112.5 is cut off there, and rounded half up here."""
        rows = [(15000, "0.005"), (7500, "0.022"), (4000, "0.027"), (2500, "0.045")]
        self.assertEqual(
            [Row(Decimal(amount), Decimal(rate)).provide(Decimal(1)) for amount, rate in rows],
            [75, 165, 108, 113],
        )

    @given(MONEY, MONEY, SHARE, st.decimals("-1", "1", places=4), st.integers(0, 60))
    def test_never_less_than_nothing_nor_more_than_all(self, exposure, loss, rate, overlay, count):
        found = decide_rate(
            History(exposure, loss, count), by_hand=rate, overlay=overlay, minimum=30
        )
        self.assertTrue(0 <= found.value <= 1)
        self.assertTrue(0 <= Row(exposure, found.value).provide(Decimal("0.01")) <= exposure)
        self.assertEqual(found.source == "history", count >= 30 and exposure > 0)

    @given(st.integers(-400, 400))
    def test_every_day_has_its_bucket(self, days):
        index = find_bucket((1, 31, 61, 91), days)
        spans = [(-400, 0), (1, 30), (31, 60), (61, 90), (91, 400)]
        self.assertTrue(spans[index][0] <= days <= spans[index][1])

    def test_credits_are_no_exposure(self):
        self.assertEqual(Row(Decimal(-5), Decimal("0.5")).provide(Decimal("0.01")), 0)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestProvision(WriteoffCommon):
    """From the books to the proposed entry and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["ar.provision.policy"].ar_get_policy(cls.company)
        cls.rules.write(
            {
                "expense_account_id": cls.loss.id,
                "allowance_account_id": cls.company_data["default_account_assets"].id,
                "minimum_items": 2,
            }
        )

    def compute(self, day=TODAY):
        provisions = self.as_role("supervisor", self.env["ar.provision"])
        return provisions.ar_compute(self.company, day).with_env(self.env)

    def row(self, found, from_day, segment=""):
        return found.line_ids.filtered(
            lambda line: line.from_day == from_day and (line.segment or "") == segment
        )

    def test_rates_by_hand_and_buckets(self):
        for days, amount in ((-10, 1000), (1, 100), (30, 100), (31, 400), (90, 50), (91, 10)):
            self.late_invoice(days, amount=amount)
        self.credit_of(500)
        found = self.compute()
        self.assertEqual(
            found.line_ids.sorted("from_day").mapped("exposure"), [1000, 200, 400, 50, 10]
        )
        self.assertEqual(
            found.line_ids.sorted("from_day").mapped("amount"), [3.0, 3.2, 14.4, 3.3, 1.06]
        )
        self.assertEqual(found.amount, 24.96)
        self.assertEqual(set(found.line_ids.mapped("source")), {"by_hand"})

    def test_as_of_a_day_in_the_past(self):
        invoice = self.late_invoice(10, amount=100)
        self._register_payment(invoice, payment_date=TODAY)
        self.assertFalse(self.compute().exposure)
        self.assertEqual(self.compute(TODAY - timedelta(days=1)).exposure, 100)

    def test_rates_of_own_history(self):
        """Two items of 100 were open at the end of one month, one of them was lost."""
        paid = self.late_invoice(600, amount=100)
        lost = self.late_invoice(600, amount=100)
        due = paid.invoice_date_due
        month_end = date(2024, 11, 30)
        self.assertTrue(0 < (month_end - due).days <= 30)
        self._register_payment(paid, payment_date=date(2024, 12, 20))
        self.write_off(self.item(lost), date=date(2024, 12, 20))
        self.late_invoice(5, amount=1000)
        row = self.row(self.compute(), 1)
        self.assertEqual((row.history_count, row.history_exposure, row.history_loss), (2, 200, 100))
        self.assertEqual((row.source, row.percent, row.amount), ("history", 50, 500))

    def test_tax_and_recovery_are_no_loss(self):
        paid = self.late_invoice(600, amount=115)
        self._register_payment(paid, payment_date=date(2024, 12, 20))
        lost = self.taxed_invoice(600)
        request = self.write_off(self.item(lost), date=date(2024, 12, 20))
        self.assertEqual(self.row(self.compute(), 1).history_loss, 100)
        self.as_role("supervisor", request).ar_recover(self.credit_of(57.5))
        self.assertEqual(self.row(self.compute(), 1).history_loss, 50)
        undone = self.write_off(self.item(self.late_invoice(600)), date=date(2024, 12, 20))
        self.as_role("supervisor", undone).ar_undo()
        self.assertEqual(self.row(self.compute(), 1).history_loss, 50)

    def test_losses_after_the_horizon_do_not_count(self):
        self.rules.horizon_months = 6
        for _number in range(2):
            lost = self.late_invoice(600, amount=100)
            self.write_off(self.item(lost), date=date(2026, 6, 1))
        row = self.row(self.compute(), 1)
        self.assertEqual((row.history_count, row.history_loss), (2, 0))

    def test_overlay_needs_a_reason_and_is_told(self):
        bucket = self.rules.bucket_ids.filtered(lambda one: one.from_day == 1)
        bucket.write({"overlay": 1.4, "overlay_reason": "Recession ahead"})
        self.late_invoice(10, amount=100)
        row = self.row(self.compute(), 1)
        self.assertEqual((row.percent, row.amount, row.overlay_reason), (3, 3, "Recession ahead"))

    def test_segments(self):
        self.rules.segment_by = "country"
        self.partner_a.country_id = self.env.ref("base.de")
        self.partner_b.country_id = self.env.ref("base.fr")
        self.late_invoice(10, amount=100)
        self.late_invoice(10, amount=300, partner=self.partner_b)
        found = self.compute()
        self.assertEqual(self.row(found, 1, "DE").exposure, 100)
        self.assertEqual(self.row(found, 1, "FR").exposure, 300)
        self.rules.segment_by = "tag"
        self.partner_a.category_id = self.env["res.partner.category"].create({"name": "Retail"})
        found = self.compute()
        self.assertEqual(self.row(found, 1, "Retail").exposure, 100)
        self.assertEqual(self.row(found, 1).exposure, 300)

    def test_change_and_computed_again(self):
        first = self.compute(TODAY - timedelta(days=30))
        self.late_invoice(10, amount=1000)
        second = self.compute()
        self.assertEqual((second.previous_id, second.change), (first, 16))
        self.late_invoice(10, amount=1000)
        self.assertEqual(self.compute(), second)
        self.assertEqual((len(second.line_ids), second.amount), (5, 32))

    def test_entry_and_its_reversal(self):
        self.late_invoice(10, amount=1000)
        found = self.compute()
        self.as_role("supervisor", found).action_propose_entry()
        self.assertEqual((found.state, found.move_id.state), ("proposed", "draft"))
        with self.assertRaisesRegex(UserError, "entry already"):
            self.compute()
        found.move_id.action_post()
        self.assertEqual(found.state, "posted")
        back = found.move_id.reversal_move_ids
        self.assertEqual(
            (back.state, back.auto_post, back.date), ("draft", "at_date", date(2026, 7, 1))
        )
        both = (found.move_id + back).line_ids
        self.assertEqual(
            sum(both.filtered(lambda line: line.account_id == self.loss).mapped("balance")), 0
        )
        self.assertEqual(found.move_id.line_ids.mapped("debit"), [16, 0])
        with self.assertRaises(UserError):
            found.unlink()

    def test_without_accounts_and_in_the_future(self):
        self.rules.allowance_account_id = False
        self.late_invoice(10, amount=1000)
        with self.assertRaisesRegex(UserError, "Provision policy"):
            self.compute().action_propose_entry()
        with self.assertRaisesRegex(UserError, "not known"):
            self.compute(TODAY + timedelta(days=1))

    def test_number_of_statements_does_not_grow(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.compute()
            return self.env.cr.sql_log_count - before

        self.late_invoice(10)
        self.compute()
        few = count()
        for days in (5, 20, 40, 70, 120, 300):
            self.late_invoice(days, partner=self.partner_b)
        self.assertLessEqual(count(), few + 2)

    def test_roles(self):
        found = self.compute()
        for role in ("collector", "credit_manager", "auditor"):
            self.as_role(role, found.line_ids).web_read({"bucket": {}})
            with self.assertRaises(AccessError):
                self.as_role(role, self.env["ar.provision"]).ar_compute(self.company, TODAY)
        with self.assertRaises(AccessError):
            self.as_role("supervisor", found).write({"amount": 1})

    def test_screens(self):
        wizard = self.as_role("supervisor", self.env["ar.provision.compute"])
        with Form(wizard) as form:
            self.assertEqual(form.date, date(2026, 5, 31))
        action = form.record.action_confirm()
        with Form(self.env["ar.provision"].browse(action["res_id"])) as form:
            self.assertIn("B5.5.35", form.basis)
        with Form(self.rules) as form, form.bucket_ids.edit(1) as bucket:
            bucket.overlay = 2
            bucket.overlay_reason = "Strikes"
        self.assertEqual(self.rules.bucket_ids[0].display_name, "Not due")
