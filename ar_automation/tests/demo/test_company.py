from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ...banking.formats.detection import parse_statements
from ...demo import company as demo_company
from ...demo import scenario
from ...demo.bank_accounts import ACCOUNTS
from ...demo.credit_terms import LOWERED, RAISED
from ...demo.customers import generate_customers
from ...demo.day import ensure_bank_days, ensure_quotations

TODAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestCompany(TransactionCase):
    """A small demo company in the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = scenario.ensure_company(cls.env, TODAY, pace=0.06, is_lived=False)
        cls.customers = generate_customers(scenario.SEED)
        cls.scene = scenario.set_scene(cls.company, TODAY)
        cls.firms = cls.scene.firms

    def test_it_is_built_once(self):
        moves = self.env["account.move"].search_count([])
        again = scenario.ensure_company(self.env, TODAY)
        self.assertEqual(again, self.company)
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    def test_a_company_with_entries_is_never_touched(self):
        self.company.name = "Somebody else's"
        with self.assertRaisesRegex(UserError, "database of its own"):
            scenario.ensure_company(self.env, TODAY)

    def test_customers_are_complete(self):
        self.assertEqual(len(self.firms), 60)
        for customer in self.customers:
            firm = self.firms[customer.key]
            self.assertEqual(firm.bank_ids.acc_number.replace(" ", ""), customer.account)
            self.assertEqual(
                firm.child_ids.filtered(lambda p: p.type == "invoice").email, customer.email
            )
            self.assertTrue(firm.property_payment_term_id)
            if customer.key not in (RAISED[0], LOWERED[0]):
                self.assertEqual(firm.credit_limit, float(customer.credit_limit))

    def test_the_tax_is_named_by_its_rate_in_every_language(self):
        domain = [("company_id", "=", self.company.id), ("amount", "=", 19.0)]
        taxes = self.env["account.tax"].search(domain)
        self.assertTrue(taxes)
        for code, _name in self.env["res.lang"].get_installed():
            for tax in taxes.with_context(lang=code):
                names = {tax.name, tax.invoice_label, tax.tax_group_id.name}
                self.assertEqual(names, {"19%"}, code)

    def test_customers_buy_in_their_currency_and_with_their_tax(self):
        moves = self.env["account.move"].search([("move_type", "=", "out_invoice")])
        self.assertGreater(len(moves), 60)
        for move in moves:
            self.assertEqual(
                move.currency_id.name == "USD", move.partner_id.country_id.code == "US"
            )
            self.assertEqual(bool(move.amount_tax), move.partner_id.country_id.code == "DE")
            self.assertLess(move.invoice_date, TODAY)

    def test_history_is_settled_at_the_bank(self):
        lines = self.env["account.bank.statement.line"].search([])
        self.assertTrue(all(lines.mapped("is_reconciled")))
        self.assertGreater(TODAY, max(lines.mapped("date")))
        paid = self.env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("payment_state", "=", "paid")]
        )
        self.assertTrue(paid)
        self.assertEqual(set(paid.mapped("amount_residual")), {0.0})

    def test_past_invoices_are_not_mailed_again(self):
        moves = self.env["account.move"].search([("move_type", "=", "out_invoice")])
        self.assertTrue(all(moves.mapped("is_move_sent")))

    def test_everybody_can_log_in(self):
        for login, (_name, groups) in demo_company.USERS.items():
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertTrue(all(user.has_group(group) for group in groups))
            self.assertEqual(user.company_id, self.company)
        portal = self.env["res.users"].search([("login", "=", demo_company.PORTAL_LOGIN)])
        self.assertTrue(portal._is_portal())

    def test_the_day_is_made_once(self):
        quotations = ensure_quotations(self.scene)
        self.assertEqual(len(quotations), 12)
        self.assertEqual(set(quotations.mapped("state")), {"draft"})
        again = ensure_quotations(self.scene)
        self.assertEqual(again, quotations)
        tomorrow = ensure_quotations(scenario.set_scene(self.company, TODAY + timedelta(days=1)))
        self.assertFalse(tomorrow & quotations)

    def test_the_bank_files_open_with_the_balances_of_their_accounts(self):
        deliveries = ensure_bank_days(self.scene)
        self.assertEqual([delivery.account for delivery in deliveries], list(ACCOUNTS))
        for delivery in deliveries:
            [statement] = parse_statements(delivery.content, delivery.filename)
            balance = sum(
                self.env["account.move.line"]
                .search([("account_id", "=", delivery.journal.default_account_id.id)])
                .mapped("balance")
            )
            self.assertAlmostEqual(float(statement.opening.amount), balance, 2)
            self.assertEqual(statement.account, delivery.account.iban)
            self.assertEqual(statement.balance_gap, 0)

    def test_the_bank_files_are_made_once(self):
        contents = [delivery.content for delivery in ensure_bank_days(self.scene)]
        again = ensure_bank_days(self.scene)
        self.assertEqual([delivery.content for delivery in again], contents)
        self.assertEqual({delivery.bank_day for delivery in again}, {None})
