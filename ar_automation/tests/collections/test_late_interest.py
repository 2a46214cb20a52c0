from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ...exceptions import ArError
from .common import TODAY
from .late_fee_common import LateFeeCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestLateInterest(LateFeeCommon):
    """The interest of items, as facts in the books make it."""

    def amount(self, invoice, day=TODAY):
        line = self.item(invoice)
        return line.ar_interest(day)[line.id]["amount"]

    def test_open_item_until_a_day(self):
        invoice = self.late_invoice(20, amount=1000)
        self.assertEqual(self.amount(invoice), Decimal("20.00"))
        self.assertEqual(self.amount(invoice, TODAY - timedelta(days=15)), Decimal("5.00"))
        self.assertEqual(self.amount(invoice, TODAY - timedelta(days=20)), 0)

    def test_regime_and_segments_come_with_it(self):
        line = self.item(self.late_invoice(20, amount=1000))
        found = line.ar_interest(TODAY)[line.id]
        self.assertEqual(found["regime"], self.regime)
        self.assertEqual(found["currency"], self.company.currency_id)
        (segment,) = found["segments"]
        self.assertEqual((segment.days, segment.balance), (20, Decimal(1000)))
        self.assertEqual(segment.percent, Decimal("36.5"))

    def test_a_part_payment_lowers_what_follows(self):
        invoice = self.late_invoice(20, amount=1000)
        self.pay(invoice, 5, 400)
        line = self.item(invoice)
        found = line.ar_interest(TODAY)[line.id]
        self.assertEqual(
            [(segment.days, segment.balance) for segment in found["segments"]],
            [(5, Decimal(1000)), (15, Decimal(600))],
        )
        self.assertEqual(found["amount"], Decimal("14.00"))

    def test_paid_late_keeps_its_interest_and_paid_in_time_has_none(self):
        late, early = self.late_invoice(20, amount=1000), self.late_invoice(20, amount=1000)
        self.pay(late, 3)
        self.pay(early, 0)
        self.assertEqual(self.amount(late), Decimal("3.00"))
        self.assertEqual(self.amount(early), 0)

    def test_a_credit_note_was_never_owed(self):
        invoice = self.late_invoice(20, amount=1000)
        refund = self._create_invoice_one_line(
            partner_id=self.partner_a,
            move_type="out_refund",
            invoice_date=TODAY,
            price_unit=400.0,
            tax_ids=[],
            post=True,
        )
        (self.item(invoice) + self.item(refund)).reconcile()
        self.assertEqual(self.amount(invoice), Decimal("12.00"))

    def test_instalments_are_late_each_on_their_own(self):
        invoice = self._create_invoice_one_line(
            partner_id=self.partner_a,
            invoice_date=TODAY - timedelta(days=60),
            invoice_payment_term_id=self.pay_terms_b,
            price_unit=1000.0,
            tax_ids=[],
            post=True,
        )
        lines = self.item(invoice).sorted("date_maturity")
        self.assertEqual(len(lines), 2)
        for line in lines:
            late = (TODAY - line.date_maturity).days
            expected = Decimal(str(line.balance)) * max(late, 0) / 1000
            self.assertEqual(line.ar_interest(TODAY)[line.id]["amount"], expected)

    def test_in_the_currency_of_the_item(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self.late_invoice(10, amount=500, currency_id=currency.id)
        line = self.item(invoice)
        found = line.ar_interest(TODAY)[line.id]
        self.assertEqual((found["currency"], found["amount"]), (currency, Decimal("5.00")))

    def test_the_customers_regime_goes_before_the_companys(self):
        contract = self.regime.copy({"name": "Contract", "margin": 8 + 36.5})
        self.partner_b.with_company(self.company).ar_interest_regime_id = contract
        mine, theirs = self.late_invoice(10), self.late_invoice(10, self.partner_b)
        found = (self.item(mine) + self.item(theirs)).ar_interest(TODAY)
        self.assertEqual([row["amount"] for row in found.values()], [1, 2])

    def test_the_law_of_the_companys_country(self):
        self.fees.regime_id = False
        invoice = self.late_invoice(10, amount=3650)
        self.assertEqual(self.amount(invoice), 0)
        self.company.account_fiscal_country_id = self.env.ref("base.de")
        line = self.item(invoice)
        found = line.ar_interest(TODAY)[line.id]
        self.assertEqual(found["regime"], self.env.ref("ar_automation.ar_interest_regime_de"))
        self.assertEqual(found["amount"], Decimal("10.27"))

    def test_a_missing_rate_is_told_and_not_taken_for_zero(self):
        self.regime.rate_ids.valid_from = TODAY
        with self.assertRaises(ArError) as caught:
            self.amount(self.late_invoice(10))
        self.assertIn(self.regime.name, caught.exception.message)

    def test_lines_that_are_no_receivables_have_none(self):
        invoice = self.late_invoice(10)
        found = invoice.line_ids.ar_interest(TODAY)
        self.assertEqual(len(found), len(invoice.line_ids))
        self.assertEqual(sum(row["amount"] for row in found.values()), Decimal("1.00"))
        self.assertEqual(self.env["account.move.line"].ar_interest(), {})

    def test_statements_do_not_grow_with_the_lines(self):
        def count(lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lines.ar_interest(TODAY)
            return self.cr.sql_log_count - before

        few = self.item(self.late_invoice(10))
        many = few
        for number in range(12):
            partner = self.partner_a.copy({"name": f"Late {number}"})
            invoice = self.late_invoice(10 + number, partner)
            self.pay(invoice, 3, 20)
            many |= self.item(invoice)
        count(few)
        self.assertEqual(count(many), count(few))

    def test_who_may_not_read_items_reads_no_interest(self):
        line = self.item(self.late_invoice(10))
        employee = new_test_user(self.env, login="nosy", groups="base.group_user")
        with self.assertRaises(AccessError):
            line.with_user(employee).ar_interest(TODAY)
        collector = new_test_user(
            self.env,
            login="fee_collector",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
        )
        self.assertEqual(line.with_user(collector).ar_interest(TODAY)[line.id]["amount"], 1)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestRegimes(LateFeeCommon):
    """Laws and contracts as records."""

    def test_shipped_regimes_have_the_rates_of_the_sources(self):
        day = date(2026, 1, 1)
        for code, percent in (
            ("eu", "10.15"),
            ("fr", "12.15"),
            ("ie", "10.15"),
            ("de", "10.27"),
            ("at", "10.73"),
            ("be", "10.5"),
            ("uk", "11.75"),
        ):
            terms = self.env.ref(f"ar_automation.ar_interest_regime_{code}")._get_terms()
            rate = max(
                (rate for rate in terms.rates if rate.valid_from <= day),
                key=lambda rate: rate.valid_from,
            )
            self.assertEqual(rate.percent + terms.margin, Decimal(percent), code)

    def test_the_uk_takes_the_rate_of_the_first_late_day(self):
        terms = self.env.ref("ar_automation.ar_interest_regime_uk")._get_terms()
        self.assertEqual(terms.rate_selection, "start")

    @freeze_time("2026-07-01")
    def test_a_half_year_without_its_rate_is_marked(self):
        self.assertTrue(self.env.ref("ar_automation.ar_interest_regime_de").is_outdated)
        self.assertFalse(self.env.ref("ar_automation.ar_interest_regime_uk").is_outdated)
        self.assertFalse(self.regime.is_outdated)

    def test_no_chain_of_references_and_no_rates_of_its_own(self):
        law = self.env.ref("ar_automation.ar_interest_regime_eu")
        with self.assertRaises(ValidationError):
            self.regime.reference_id = law
        france = self.env.ref("ar_automation.ar_interest_regime_fr")
        with self.assertRaises(ValidationError):
            self.env["ar.interest.regime"].create({"name": "x", "reference_id": france.id})

    def test_a_regime_in_use_is_archived_and_not_deleted(self):
        self.late_invoice(10)
        self.run_fees()
        self.fees.regime_id = False
        with self.assertRaises(UserError):
            self.regime.unlink()
        self.regime.action_archive()

    def test_two_rates_from_one_day(self):
        twice = [Command.create({"valid_from": date(2020, 1, 1), "percent": 1})]
        with self.assertRaises(UniqueViolation), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.regime.rate_ids = twice
            self.env.flush_all()
