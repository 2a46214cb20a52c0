from ast import literal_eval
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, InvoicingCase


@tagged("post_install", "-at_install")
class TestChecks(InvoicingCase):
    def draft(self, partner=None, *, lines=(("x", 100.0),), **values):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "invoice_date": DAY,
                "invoice_line_ids": [
                    Command.create({"name": name, "price_unit": price, "tax_ids": False})
                    for name, price in lines
                ],
                **values,
            }
        )

    def found(self, moves, date=DAY):
        findings = moves.ar_check(date)
        return sorted(findings.filtered(lambda row: row.state == "open").mapped("kind"))

    def rule(self, kind):
        return self.env.ref(f"ar_automation.ar_invoice_check_{kind}")

    def past(self, count=6, price=100.0, **line):
        moves = self.env["account.move"]
        for number in range(count):
            moves |= self.draft(
                invoice_date=DAY - timedelta(days=30 * (number + 1)),
                lines=(),
                invoice_line_ids=[
                    Command.create(
                        {"name": "x", "price_unit": price + number, "tax_ids": False, **line}
                    )
                ],
            )
        moves.action_post()
        return moves

    # --- what is found

    def test_sound_invoice_is_posted_and_leaves_no_findings(self):
        move = self.draft()
        self.assertEqual(move.ar_check_and_post(DAY), move)
        self.assertEqual(move.ar_delivery_state, "queued")
        self.assertFalse(move.ar_finding_ids)

    def test_same_lines_and_total_within_days_are_asked_about(self):
        first = self.create_posted_invoice(
            invoice_line_ids=[Command.create({"name": "x", "price_unit": 100, "tax_ids": False})]
        )
        again = self.draft(invoice_date=DAY + timedelta(days=3))
        self.assertEqual(self.found(again), ["duplicate"])
        self.assertIn(first.name, again.ar_finding_ids.message)
        self.assertIn("3 days", again.ar_finding_ids.message)
        others = [
            self.draft(invoice_date=DAY + timedelta(days=8)),
            self.draft(lines=[("y", 100.0)]),
            self.draft(lines=[("x", 60.0), ("x", 40.0)]),
            self.draft(self.env["res.partner"].create({"name": "Other", "email": "o@o.example"})),
        ]
        for move in others:
            self.assertEqual(self.found(move), [])

    def test_two_like_drafts_of_one_batch_are_asked_about_once(self):
        moves = self.draft() | self.draft()
        self.assertEqual(self.found(moves), ["duplicate"])
        self.assertEqual(moves.ar_finding_ids.move_id, moves[1])

    def test_like_invoices_of_different_orders_are_no_twins(self):
        orders = self.create_order() | self.create_order()
        self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY)
        self.assertEqual(set(orders.invoice_ids.mapped("state")), {"posted"})
        by_hand = self.draft(lines=[])
        by_hand.invoice_line_ids = [
            Command.create(line)
            for line in orders[0].invoice_ids.invoice_line_ids.copy_data(
                {"sale_line_ids": [Command.clear()]}
            )
        ]
        self.assertEqual(self.found(by_hand), ["duplicate"])

    def test_credited_invoice_may_be_billed_again(self):
        first = self.create_posted_invoice()
        first._reverse_moves([{"invoice_date": DAY}], cancel=True)
        self.assertEqual(first.payment_state, "reversed")
        self.assertEqual(self.found(self.draft()), [])

    def test_total_and_price_far_from_usual_are_told_in_words(self):
        line = {"product_id": self.product.id}
        self.past(**line)
        price = {"product_id": self.product.id, "name": "x", "price_unit": 1000, "tax_ids": False}
        move = self.draft(lines=(), invoice_line_ids=[Command.create(price)])
        self.assertEqual(self.found(move), ["unusual_price", "unusual_total"])
        messages = " ".join(move.ar_finding_ids.mapped("message"))
        self.assertIn("1,000.00", messages)
        self.assertIn("102.50", messages)
        usual = self.draft(lines=(), invoice_line_ids=[Command.create(price | {"price_unit": 150})])
        self.assertEqual(self.found(usual), [])
        self.rule("unusual_total").min_percent = 40
        self.assertEqual(self.found(usual), ["unusual_total"])

    def test_new_customer_has_no_usual(self):
        self.past(5)
        self.assertEqual(self.found(self.draft(lines=[("x", 99999.0)])), [])

    def test_line_without_the_tax_of_its_product(self):
        tax = self.company_data["default_tax_sale"]
        self.product.taxes_id = tax
        taxed = {"product_id": self.product.id, "name": "t", "price_unit": 5}
        bare = taxed | {"name": "Bare", "tax_ids": False}
        move = self.draft(lines=(), invoice_line_ids=[Command.create(bare)])
        self.assertEqual(self.found(move), ["no_tax"])
        self.assertIn("Bare", move.ar_finding_ids.message)
        mixed = [
            Command.create({"name": "Taxed", "price_unit": 5, "tax_ids": tax.ids}),
            Command.create({"name": "Text only", "price_unit": 5, "tax_ids": False}),
        ]
        self.assertEqual(self.found(self.draft(lines=(), invoice_line_ids=mixed)), ["no_tax"])

    def test_order_number_and_vat_where_they_are_required(self):
        self.customer.ar_requires_po = True
        position = self.env["account.fiscal.position"].create(
            {"name": "Reverse charge", "vat_required": True}
        )
        move = self.draft(fiscal_position_id=position.id)
        self.assertEqual(self.found(move), ["no_po", "no_vat"])
        move.ref = "PO 4711"
        self.customer.vat = "BE0477472701"
        self.assertEqual(self.found(move), [])
        self.assertEqual(set(move.ar_finding_ids.mapped("state")), {"gone"})

    def test_malformed_vat_number(self):
        if self.env["ir.module.module"]._get("base_vat").state != "installed":
            self.skipTest("base_vat is not installed: it knows the forms of VAT numbers")
        self.env.cr.execute(
            "UPDATE res_partner SET vat = 'BE123' WHERE id = %s", [self.customer.id]
        )
        self.customer.invalidate_recordset()
        self.assertEqual(self.found(self.draft()), ["bad_vat"])

    def test_terms_that_are_not_the_customers_are_noted_and_stop_nothing(self):
        self.customer.property_payment_term_id = self.pay_terms_a
        move = self.draft(invoice_payment_term_id=self.pay_terms_b.id)
        move.ar_check_and_post(DAY)
        self.assertEqual(move.state, "posted")
        self.assertRecordValues(
            move.ar_finding_ids, [{"kind": "other_terms", "severity": "note", "state": "open"}]
        )

    # --- rules are data

    def test_rules_by_company_severity_and_archiving(self):
        move = self.draft(lines=[("x", 0.0)])
        rule = self.rule("zero_total")
        rule.company_ids = self.setup_other_company()["company"]
        self.assertEqual(self.found(move), [])
        rule.company_ids |= self.company
        self.assertEqual(self.found(move), ["zero_total"])
        rule.severity = "note"
        self.assertTrue(move.ar_check_and_post(DAY))

    def test_a_check_before_sending_holds_the_mail(self):
        self.rule("no_po").write({"stage": "sending"})
        self.customer.ar_requires_po = True
        move = self.draft()
        move.ar_check_and_post(DAY)
        self.assertEqual((move.state, move.ar_delivery_state), ("posted", "queued"))
        self.assertFalse(move._is_ready_to_be_sent())
        action = self.env.ref("ar_automation.account_move_action_review")
        listed = self.env["account.move"].search(literal_eval(action.domain))
        self.assertIn(move, listed)
        self.assertIn("order number", move.ar_open_findings)
        run = self.delivery_job.ar_run_job(self.company, DAY)
        self.assertEqual((move.ar_delivery_state, run.done_count), ("queued", 0))
        move.ref = "PO 1"
        self.assertTrue(move._is_ready_to_be_sent(), "what is mended counts at once")

    def test_query_count_does_not_grow_with_the_batch(self):
        def statements(count):
            moves = self.env["account.move"]
            for number in range(count):
                partner = self.env["res.partner"].create({"name": f"C{number}", "email": "a@b.cd"})
                moves |= self.draft(partner, lines=[("x", 10.0 + number)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves.ar_check(DAY)
            return self.env.cr.sql_log_count - before

        statements(2)  # warms what core caches
        self.assertEqual(statements(5), statements(40))

    # --- findings and people

    def test_accepting_needs_a_reason_and_lasts_while_the_finding_is_the_same(self):
        self.create_posted_invoice()
        move = self.draft()
        move.ar_check_and_post(DAY)
        self.assertIn("Same customer", move.ar_review_reason)
        move.ar_finding_ids.ar_accept("second machine")
        self.assertFalse(move.ar_review_reason)
        finding = move.ar_finding_ids
        self.assertRecordValues(
            finding,
            [{"state": "accepted", "reason": "second machine", "accepted_by_id": self.env.uid}],
        )
        event = self.env["ar.audit.event"].sudo().search([("res_id", "=", move.id)], limit=1)
        self.assertEqual(event.code, "invoicing.finding_accepted")
        move.action_ar_continue()
        self.assertEqual((move.state, move.ar_delivery_state), ("posted", "queued"))
        self.assertEqual(finding.state, "accepted")

    def test_accepting_holds_only_for_what_was_accepted(self):
        self.past(product_id=self.product.id)
        move = self.draft(lines=[("x", 1000.0)])
        move.ar_check_and_post(DAY)
        move.ar_finding_ids.ar_accept("big order")
        move.invoice_line_ids.price_unit = 9000
        self.assertFalse(move.ar_check_and_post(DAY))
        self.assertIn("9,000.00", move.ar_review_reason)

    def test_blocks_cannot_be_accepted_nor_posted_by_hand(self):
        self.rule("zero_total").severity = "block"
        move = self.draft(lines=[("x", 0.0)])
        self.assertFalse(move.ar_check_and_post(DAY))
        with self.assertRaisesRegex(UserError, "nobody can accept it"):
            move.ar_finding_ids.ar_accept("please")
        with self.assertRaisesRegex(UserError, "total is zero"):
            move.action_post()
        self.assertEqual(move.state, "draft")
        move.invoice_line_ids.price_unit = 5
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_posting_by_hand_accepts_what_was_asked(self):
        move = self.draft(lines=[("x", 0.0)])
        move.ar_check_and_post(DAY)
        move.action_post()
        self.assertRecordValues(
            move.ar_finding_ids,
            [{"state": "accepted", "reason": "Posted by hand.", "accepted_by_id": self.env.uid}],
        )

    def test_credit_hold_is_accepted_by_credit_managers_alone(self):
        self.company.account_use_credit_limit = True
        policy = self.env["ar.credit.policy"].sudo().ar_get_policy(self.company)
        policy.checkpoint_invoice = "hold"
        self.customer.with_company(self.company).credit_limit = 10
        move = self.draft()
        move.sudo().ar_check_and_post(DAY)
        self.assertEqual(move.ar_finding_ids.mapped("kind"), ["credit_hold"])
        clerk = new_test_user(self.env, login="clerk", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            move.ar_finding_ids.with_user(clerk).ar_accept("I know them")
        boss = new_test_user(
            self.env, login="boss", groups="ar_automation.ar_automation_group_supervisor"
        )
        move.ar_finding_ids.with_user(boss).ar_accept("paid this morning")
        move.with_user(boss).action_ar_continue()
        self.assertEqual(move.state, "posted")

    def test_roles(self):
        move = self.draft(lines=[("x", 0.0)])
        move.ar_check_and_post(DAY)
        finding = move.ar_finding_ids
        for group in ("collector", "auditor"):
            user = new_test_user(
                self.env, login=f"f-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            self.assertEqual(finding.with_user(user).kind, "zero_total")
            with self.assertRaises(AccessError):
                finding.with_user(user).ar_accept("no")
            with self.assertRaises(AccessError):
                finding.with_user(user).state = "gone"
        clerk = new_test_user(self.env, login="f-acc", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.rule("no_po").with_user(clerk).severity = "note"
        form = Form(
            self.env["ar.invoice.finding.accept"]
            .with_user(clerk)
            .with_context(**finding.with_user(clerk).action_accept()["context"])
        )
        form.reason = "sample"
        form.save().action_accept_and_continue()
        self.assertEqual(move.state, "posted")

    def test_screens(self):
        with Form(self.rule("duplicate")) as form:
            form.days = 10
        move = self.draft(lines=[("x", 0.0)])
        move.ar_check_and_post(DAY)
        Form(move)
        for xmlid in ("account_move_action_review", "ar_invoice_finding_action"):
            action = self.env.ref(f"ar_automation.{xmlid}")
            self.env[action.res_model].search(literal_eval(action.domain or "[]"))
        view = self.env.ref("ar_automation.account_move_view_search_review")
        for node in view._get_combined_arch().iter("filter"):
            if node.get("domain"):
                self.env["account.move"].search(literal_eval(node.get("domain")), limit=1)

    def test_overlapping_periods_of_two_plans_are_noted(self):
        plans = self.env["ar.invoice.plan"]
        for _number in range(2):
            plans |= plans.create(
                {
                    "partner_id": self.customer.id,
                    "start_date": date(2026, 3, 1),
                    "line_ids": [
                        Command.create(
                            {"product_id": self.product.id, "name": "Rent", "price_unit": 50}
                        )
                    ],
                }
            )
        plans.action_activate()
        plans.sudo().ar_bill_due(DAY)
        moves = self.env["account.move"].search([("ar_plan_id", "in", plans.ids)])
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertIn("period_overlap", moves.ar_finding_ids.mapped("kind"))
