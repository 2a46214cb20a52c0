from ast import literal_eval
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, InvoicingCase


@tagged("post_install", "-at_install")
class TestInvoiceOrders(InvoicingCase):
    def run_job(self, **kwargs):
        return self.env["sale.order"].sudo().ar_invoice_due(self.company, DAY, **kwargs)

    def kinds(self, run):
        return run.ar_count_by_kind()

    def test_confirmed_order_is_invoiced_posted_and_queued(self):
        order = self.create_order()
        run = self.run_job()
        invoice = order.invoice_ids
        self.assertRecordValues(
            invoice,
            [
                {
                    "state": "posted",
                    "invoice_date": DAY,
                    "amount_total": 100.0,
                    "ar_delivery_state": "queued",
                    "ar_review_reason": False,
                }
            ],
        )
        self.assertEqual((self.kinds(run), run.amount), ({"invoiced": 1}, 100.0))
        self.assertIn(
            f"run {run.id}", " ".join(str(body) for body in invoice.message_ids.mapped("body"))
        )
        event = (
            self.env["ar.audit.event"]
            .sudo()
            .search([("res_id", "=", invoice.id), ("code", "=", "invoicing.invoiced")])
        )
        self.assertEqual(event.details["total"], "100.00")

    def test_what_is_delivered_in_two_steps_on_one_day_is_invoiced_in_two(self):
        order = self.create_order(product=self.delivered_product, quantity=10)
        self.assertEqual(self.kinds(self.run_job()), {})
        order.order_line.qty_delivered = 4
        self.assertEqual(self.kinds(self.run_job()), {"invoiced": 1})
        self.assertEqual(self.kinds(self.run_job()), {})
        order.order_line.qty_delivered = 10
        self.assertEqual(self.kinds(self.run_job()), {"invoiced": 1})
        self.assertEqual(sorted(order.invoice_ids.mapped("amount_total")), [400.0, 600.0])
        self.assertEqual(order.order_line.qty_invoiced, 10)

    def test_one_bad_order_does_not_stop_the_others(self):
        good, bad, other = self.create_order(), self.create_order(), self.create_order()
        self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")]
        )
        broken = self.env["account.journal"].create(
            {"name": "Bank-ish", "type": "general", "code": "BRK"}
        )
        self.env.cr.execute(
            "UPDATE sale_order SET journal_id = %s WHERE id = %s", [broken.id, bad.id]
        )
        bad.invalidate_recordset()
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            run = self.run_job()
        self.assertEqual(self.kinds(run), {"invoiced": 2, "failed": 1})
        self.assertEqual((good | other).invoice_ids.mapped("state"), ["posted", "posted"])
        self.assertFalse(bad.invoice_ids)
        self.assertEqual(self.inbox(bad).res_id, bad.id)

    def test_what_fails_a_check_stays_a_draft_with_its_reasons(self):
        silent = self.env["res.partner"].create({"name": "Silent"})
        order, free = self.create_order(silent), self.create_order(price=0.0)
        run = self.run_job()
        self.assertEqual(self.kinds(run), {"to_review": 2})
        self.assertEqual(order.invoice_ids.state, "draft")
        self.assertIn("no valid e-mail address", order.invoice_ids.ar_review_reason)
        self.assertIn("total is zero", free.invoice_ids.ar_review_reason)
        self.assertEqual(order.invoice_ids.ar_delivery_state, "not_needed")
        self.assertEqual(self.kinds(self.run_job()), {}, "a draft is not drafted again")
        action = self.env.ref("ar_automation.account_move_action_review")
        listed = self.env["account.move"].search(literal_eval(action.domain))
        self.assertLessEqual(order.invoice_ids | free.invoice_ids, listed)
        silent.email = "found@silent.example"
        (order.invoice_ids | free.invoice_ids).action_ar_check_and_post()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(order.invoice_ids.ar_delivery_state, "queued")
        self.assertEqual(free.invoice_ids.state, "draft")

    def test_posting_by_hand_ends_the_review(self):
        order = self.create_order(price=0.0)
        self.run_job()
        order.invoice_ids.action_post()
        self.assertFalse(order.invoice_ids.ar_review_reason)
        self.assertEqual(order.invoice_ids.ar_delivery_state, "queued")

    def test_returned_goods_give_a_credit_note_for_review(self):
        order = self.create_order(product=self.delivered_product, quantity=5)
        order.order_line.qty_delivered = 5
        self.run_job()
        order.order_line.qty_delivered = 3
        run = self.run_job()
        self.assertEqual(self.kinds(run), {"to_review": 1})
        note = order.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual((note.state, note.amount_total), ("draft", 200.0))

    def test_down_payment_is_deducted_from_the_final_invoice(self):
        order = self.create_order(quantity=2)
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "fixed", "fixed_amount": 50.0}
        )
        down = wizard._create_invoices(order)
        down.action_post()
        self.run_job()
        final = order.invoice_ids - down
        self.assertEqual((final.state, final.amount_total), ("posted", 150.0))

    def test_cancelled_and_deleted_invoices_free_the_order(self):
        order = self.create_order(price=0.0)
        self.run_job()
        order.invoice_ids.unlink()
        self.assertEqual(self.kinds(self.run_job()), {"to_review": 1})

    def test_simulation_changes_nothing(self):
        order = self.create_order()
        run = self.run_job(dry_run=True)
        self.assertEqual(run.state, "simulated")
        self.assertEqual(self.kinds(run), {"invoiced": 1})
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertFalse(order.ar_invoicing_number)

    def test_foreign_currency_needs_a_rate(self):
        currency = self.setup_other_currency("CHF", rates=[("2026-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": currency.id}
        )
        order = self.create_order(pricelist_id=pricelist.id)
        run = self.run_job()
        self.assertEqual(order.invoice_ids.currency_id, currency)
        self.assertEqual((order.invoice_ids.amount_total, run.amount), (100.0, 50.0))
        currency.rate_ids.unlink()
        other = self.create_order(pricelist_id=pricelist.id)
        self.run_job()
        self.assertIn("no exchange rate for CHF", other.invoice_ids.ar_review_reason)

    def test_other_company_is_left_alone(self):
        other = self.setup_other_company()["company"]
        self.product.taxes_id = False  # core gave it the new company's tax
        order = self.create_order()
        foreign = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": 70.0, "tax_ids": False}
                        )
                    ],
                }
            )
        )
        foreign.action_confirm()
        self.run_job()
        self.assertTrue(order.invoice_ids)
        self.assertFalse(foreign.invoice_ids)
        run = self.env["sale.order"].sudo().ar_invoice_due(other, DAY)
        self.assertEqual((foreign.invoice_ids.company_id, run.amount), (other, 70.0))
        self.assertEqual(foreign.invoice_ids.journal_id.company_id, other)

    def test_queries_grow_by_what_core_needs_per_invoice_only(self):
        self.create_order()
        self.run_job()  # warms what core caches

        def queries(count):
            for _n in range(count):
                self.create_order()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_job()
            return self.env.cr.sql_log_count - before

        few, many = queries(5), queries(25)

        self.assertLess((many - few) / 20, 15, "queries per additional order")

    def test_job_is_off_until_it_is_switched_on(self):
        self.assertFalse(self.orders_job._job_is_enabled(self.company))
        self.company.ar_invoice_automatically = True
        self.assertTrue(self.orders_job._job_is_enabled(self.company))
        self.assertFalse(self.delivery_job._job_is_enabled(self.company))

    def test_roles(self):
        order = self.create_order()
        orders = self.env["sale.order"]
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env, login=f"inv-{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            with self.assertRaises(AccessError):
                orders.with_user(user).ar_invoice_due(self.company, DAY)
            with self.assertRaises(AccessError):
                order.with_user(user).action_ar_invoice_now()
        accountant = new_test_user(
            self.env, login="inv-acc", groups="account.group_account_invoice"
        )
        with self.assertRaises(AccessError):
            orders.with_user(accountant).ar_invoice_due(self.company, DAY)
        action = order.with_user(accountant).action_ar_invoice_now()
        self.assertEqual(action["res_model"], "account.move")
        self.assertEqual(order.invoice_ids.state, "posted")
        supervisor = new_test_user(
            self.env, login="inv-sup", groups="ar_automation.ar_automation_group_supervisor"
        )
        other = self.create_order()
        run = orders.with_user(supervisor).ar_invoice_due(self.company, DAY)
        self.assertEqual(run.done_count, 1)
        self.assertEqual(other.invoice_ids.state, "posted")

    def test_nothing_to_invoice_is_said(self):
        order = self.create_order(product=self.delivered_product)
        with self.assertRaisesRegex(UserError, "has something to invoice"):
            order.action_ar_invoice_now()

    def test_late_run_carries_its_own_day(self):
        order = self.create_order()
        self.env["sale.order"].sudo().ar_invoice_due(self.company, date(2026, 2, 27))
        self.assertEqual(order.invoice_ids.invoice_date, date(2026, 2, 27))
