import io
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from pypdf import PdfReader

from ...models.automation.pdf_pool import print_all
from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestStatement(DunningCommon):
    """The statement of account, its figures and its PDF."""

    def figures(self, day=TODAY, partner=None):
        report = self.env["report.ar_automation.report_statement_of_account"].with_company(
            self.company
        )
        partner = partner or self.partner_a
        return report._get_report_values(partner.ids, {"date": day, "company_id": self.company.id})[
            "statements"
        ][0]

    def test_items_age_into_buckets(self):
        for days, amount in (
            (0, 1),
            (1, 2),
            (30, 4),
            (31, 8),
            (60, 16),
            (90, 32),
            (120, 64),
            (121, 128),
        ):
            self.late_invoice(days, amount=float(amount))
        [group] = self.figures()["currencies"]
        self.assertEqual([int(bucket) for bucket in group["aging"]], [1, 6, 24, 32, 64, 128])
        self.assertEqual((int(group["open"]), int(group["overdue"])), (255, 254))

    def test_as_of_a_day_before_the_payment(self):
        invoice = self.late_invoice(20)
        self._register_payment(invoice, amount=40.0, payment_date=TODAY)
        self.assertEqual(float(self.figures()["currencies"][0]["balance"]), 60.0)
        before = self.figures(TODAY - timedelta(days=1))["currencies"][0]
        self.assertEqual(float(before["balance"]), 100.0)

    def test_fully_paid_later_was_open_then(self):
        currency = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        invoice = self.late_invoice(20, amount=80.0, currency_id=currency)
        self._register_payment(invoice, payment_date=TODAY, currency_id=currency.id)
        self.assertFalse(self.figures()["currencies"])
        [group] = self.figures(TODAY - timedelta(days=1))["currencies"]
        self.assertEqual((group["currency"], float(group["open"])), (currency, 80.0))

    def test_currencies_and_credits_apart(self):
        currency = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        self.late_invoice(20, amount=100.0)
        self.late_invoice(20, amount=80.0, currency_id=currency)
        self._create_invoice_one_line(
            move_type="out_refund",
            partner_id=self.partner_a,
            price_unit=30.0,
            tax_ids=[],
            post=True,
        )
        balances = {
            group["currency"].name: float(group["balance"])
            for group in self.figures()["currencies"]
        }
        self.assertEqual(balances, {self.company.currency_id.name: 70.0, "CHF": 80.0})

    def test_pdf_of_two_customers_at_once(self):
        self.late_invoice(20)
        self.late_invoice(20, partner=self.partner_b)
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf(
                    "ar_automation.action_report_statement_of_account",
                    (self.partner_a | self.partner_b).ids,
                )
            )
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))

    def test_each_customer_gets_a_pdf_of_its_own_and_nothing_of_the_others(self):
        partners = self.partner_a | self.partner_b
        own = [self.late_invoice(20).name]
        others = [self.late_invoice(20, partner=self.partner_b).name for _n in range(45)]
        printed = []
        target = "odoo.addons.ar_automation.models.automation.ir_actions_report.print_all"

        def counted(jobs, timeout):
            printed.append([job.command for job in jobs])
            return print_all(jobs, timeout=timeout)

        with patch(target, counted):
            statements = partners.with_context(force_report_rendering=True).ar_render_statements(
                self.company, TODAY
            )
        pages = {
            partner_id: PdfReader(io.BytesIO(content)).pages
            for partner_id, (_name, content) in statements.items()
        }
        texts = {
            partner_id: "".join(page.extract_text() for page in sheets)
            for partner_id, sheets in pages.items()
        }
        self.assertEqual(len(pages[self.partner_a.id]), 1)
        self.assertGreater(len(pages[self.partner_b.id]), 1)
        for partner, mine, foreign in (
            (self.partner_a, own, others),
            (self.partner_b, others, own),
        ):
            self.assertTrue(all(name in texts[partner.id] for name in mine))
            self.assertFalse(any(name in texts[partner.id] for name in foreign))
        [jobs] = printed
        self.assertEqual(len(jobs), 2, "printed beside each other")

    def test_html_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("ar_automation.report_statement_of_account_document")
        view.update_field_translations(
            "arch_db", {"fr_FR": {"Statement of account": "Relevé de compte"}}
        )
        self.partner_a.lang = "fr_FR"
        self.late_invoice(20)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_automation.action_report_statement_of_account", self.partner_a.ids
        )
        self.assertIn("Relevé de compte", html.decode())

    def test_nothing_open(self):
        self.assertFalse(self.figures(partner=self.partner_b)["currencies"])
