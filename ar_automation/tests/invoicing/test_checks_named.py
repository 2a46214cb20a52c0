from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ...engine.invoicing.checks import KINDS
from .common import DAY, InvoicingCase

TEXT = {"name": "x", "price_unit": 100.0, "tax_ids": False}


@tagged("post_install", "-at_install")
class TestNamedChecks(InvoicingCase):
    """Every kind of check: found in a database, and not found without its rule."""

    def draft(self, *lines, **values):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": DAY,
                "invoice_line_ids": [Command.create(line) for line in lines or (TEXT,)],
                **values,
            }
        )

    def past(self, **line):
        moves = self.env["account.move"]
        for number in range(6):
            day = DAY - timedelta(days=30 * (number + 1))
            moves |= self.draft(TEXT | {"price_unit": 100 + number} | line, invoice_date=day)
        moves.action_post()

    def stub(self, record, method, result):
        stub = patch.object(type(record), method, lambda *args, **kwargs: result)
        self.stubs.enter_context(stub)

    # --- one fault each

    def make_zero_total(self):
        return self.draft(TEXT | {"price_unit": 0})

    def make_negative_total(self):
        return self.draft(move_type="out_refund")

    def make_no_rate(self):
        currency = self.setup_other_currency("JPY", rounding=1)
        currency.rate_ids.unlink()
        return self.draft(currency_id=currency.id)

    def make_no_email(self):
        self.customer.email = False
        return self.draft()

    def make_no_address(self):
        self.customer.with_company(self.company).invoice_sending_method = "snailmail"
        return self.draft()

    def make_no_channel(self):
        move = self.draft()
        self.stub(move, "_ar_channel", "telex")
        return move

    def make_no_po(self):
        self.customer.ar_requires_po = True
        return self.draft()

    def make_no_buyer_reference(self):
        self.stub(self.customer, "_ar_required_data", {"buyer_reference"})
        return self.draft()

    def make_no_vat(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Reverse charge", "vat_required": True}
        )
        return self.draft(fiscal_position_id=position.id)

    def make_bad_vat(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET vat = 'BE123' WHERE id = %s", [self.customer.id]
        )
        self.customer.invalidate_recordset()
        self.stub(self.customer, "_run_vat_checks", ("", "BE"))
        return self.draft()

    def make_no_tax(self):
        self.product.taxes_id = self.company_data["default_tax_sale"]
        return self.draft(TEXT | {"product_id": self.product.id})

    def make_other_terms(self):
        self.customer.property_payment_term_id = self.pay_terms_a
        return self.draft(invoice_payment_term_id=self.pay_terms_b.id)

    def make_duplicate(self):
        self.draft().action_post()
        return self.draft(invoice_date=DAY + timedelta(days=2))

    def make_period_overlap(self):
        plans = self.env["ar.invoice.plan"]
        line = {"product_id": self.product.id, "name": "Rent", "price_unit": 50}
        for _number in range(2):
            plans |= plans.create(
                {
                    "partner_id": self.customer.id,
                    "start_date": DAY,
                    "line_ids": [Command.create(line)],
                }
            )
        plans.action_activate()
        self.env["ar.invoice.check"].sudo().search([]).active = False
        plans.sudo().ar_bill_due(DAY)
        self.env["ar.invoice.check"].sudo().with_context(active_test=False).search([]).active = True
        moves = self.env["account.move"].search([("ar_plan_id", "in", plans.ids)])
        moves[0].button_draft()
        return moves[0]

    def make_unusual_total(self):
        self.past()
        return self.draft(TEXT | {"price_unit": 5000})

    def make_unusual_price(self):
        self.past(product_id=self.product.id)
        bulk = {"product_id": self.product.id, "name": "x", "tax_ids": False}
        return self.draft(bulk | {"quantity": 100, "price_unit": 1})

    def make_credit_hold(self):
        self.company.account_use_credit_limit = True
        policy = self.env["ar.credit.policy"].sudo().ar_get_policy(self.company)
        policy.checkpoint_invoice = "hold"
        self.customer.with_company(self.company).credit_limit = 10
        return self.draft()

    # --- the tests

    def kinds(self, move):
        findings = move.ar_check(DAY)
        return findings.filtered(lambda row: row.state == "open").mapped("kind")

    def for_each_kind(self, check, but=()):
        """Call ``check(kind, rule, move)`` with an invoice that has the fault of the kind.

        What a kind prepares and patches is undone.
        """
        for kind in sorted(KINDS.keys() - set(but)):
            with self.subTest(kind=kind), ExitStack() as self.stubs:
                savepoint = self.cr.savepoint()
                rule = self.env.ref(f"ar_automation.ar_invoice_check_{kind}")
                check(kind, rule, getattr(self, f"make_{kind}")())
                self.env.flush_all()
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def leave_alone(self, rule):
        self.env["ar.invoice.check"].sudo().search([("id", "!=", rule.id)]).active = False

    def test_each_check_finds_its_fault_and_nothing_without_its_rule(self):
        def check(kind, rule, move):
            self.assertIn(kind, self.kinds(move))
            finding = move.ar_finding_ids.filtered(lambda row: row.kind == kind)
            self.assertTrue(finding.message.endswith("."), finding.message)
            rule.active = False
            self.assertNotIn(kind, self.kinds(move))

        self.for_each_kind(check)

    def test_each_check_stops_the_sending_where_it_looks_before_sending(self):
        def check(kind, rule, move):
            self.leave_alone(rule)
            rule.write({"stage": "sending", "severity": "ask"})
            self.assertEqual(self.kinds(move), [], "nothing is said before posting")
            move.action_post()
            self.assertEqual(self.kinds(move), [kind])
            self.assertFalse(move._is_ready_to_be_sent())
            rule.severity = "note"
            self.assertEqual(self.kinds(move), [kind])
            self.assertTrue(move._is_ready_to_be_sent(), "a note stops nothing")

        # credit is decided when an invoice is posted; one that stands is owed and is sent
        self.for_each_kind(check, but={"credit_hold"})

    def test_a_finding_opens_its_invoice(self):
        move = self.draft(TEXT | {"price_unit": 0})
        action = move.ar_check(DAY).action_open_invoice()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", move.id))

    def test_severity_decides_what_a_fault_stops(self):
        def check(kind, rule, move):
            self.leave_alone(rule)
            for severity, state in (("block", "draft"), ("ask", "draft"), ("note", "posted")):
                rule.severity = severity
                move.ar_check_and_post(DAY)
                self.assertEqual(move.state, state, severity)

        self.for_each_kind(check, but={"credit_hold", "no_rate"})
