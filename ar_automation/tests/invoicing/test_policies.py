from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import InvoicingCase


@tagged("post_install", "-at_install")
class TestInvoicePolicies(InvoicingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["ar.invoice.policy"].ar_get_policy(cls.company).sudo()
        cls.monthly = (
            cls.env["ar.invoice.policy"]
            .sudo()
            .create({"name": "Monthly", "frequency": "month", "company_id": cls.company.id})
        )
        cls.customer.ar_invoice_policy_id = cls.monthly

    def run_job(self, day, **kwargs):
        with freeze_time(f"{day} 04:00:00"):
            return self.env["sale.order"].sudo().ar_invoice_due(self.company, day, **kwargs)

    def order(self, day, partner=None, **values):
        with freeze_time(f"{day} 12:00:00"):
            order = self.create_order(partner, **values)
            self.env.flush_all()
        return order

    def messages(self, record):
        return " ".join(str(body) for body in record.message_ids.mapped("body"))

    def test_orders_of_a_month_are_invoiced_together_on_its_last_day(self):
        first = self.order("2026-03-03", client_order_ref="PO 1")
        second = self.order("2026-03-30", quantity=2, client_order_ref="PO 2")
        self.assertEqual(self.run_job(date(2026, 3, 30)).ar_count_by_kind(), {})
        late = self.order("2026-03-31")
        run = self.run_job(date(2026, 3, 31))
        orders = first | second | late
        invoice = orders.invoice_ids
        self.assertRecordValues(
            invoice,
            [
                {
                    "state": "posted",
                    "amount_untaxed": 400.0,
                    "invoice_date": date(2026, 3, 31),
                    "ar_policy_date": date(2026, 3, 31),
                    "ref": "PO 1, PO 2",
                    "invoice_origin": ", ".join(orders.mapped("name")),
                    "ar_invoice_policy_id": self.monthly.id,
                    "ar_delivery_state": "queued",
                }
            ],
        )
        self.assertEqual((run.ar_count_by_kind(), run.amount), ({"invoiced": 1}, 400.0))
        names = ", ".join(orders.mapped("name"))
        self.assertIn(f"Monthly invoice of 03/31/2026: orders {names}", self.messages(invoice))
        sections = invoice.invoice_line_ids.filtered(lambda line: line.display_type != "product")
        self.assertEqual(len(sections), 3)
        self.assertIn("your order PO 2", sections[1].name)
        self.assertEqual(set(orders.mapped("invoice_status")), {"invoiced"})
        self.assertEqual(self.run_job(date(2026, 4, 1)).ar_count_by_kind(), {})

    def test_what_comes_after_the_invoice_of_the_day_waits_for_the_next(self):
        self.order("2026-03-03")
        self.run_job(date(2026, 3, 31))
        straggler = self.order("2026-03-31")
        self.run_job(date(2026, 4, 1))
        self.assertFalse(straggler.invoice_ids)
        self.run_job(date(2026, 4, 30))
        self.assertEqual(straggler.invoice_ids.ar_policy_date, date(2026, 4, 30))

    def test_missed_dates_are_made_up_each_for_itself(self):
        march, april, may = (
            self.order("2026-03-03"),
            self.order("2026-04-03"),
            self.order("2026-05-01"),
        )
        self.monthly.late_date = "scheduled"
        self.run_job(date(2026, 5, 2))
        self.assertEqual(march.invoice_ids.invoice_date, date(2026, 3, 31))
        self.assertEqual(april.invoice_ids.invoice_date, date(2026, 4, 30))
        self.assertFalse(may.invoice_ids)

    def test_groups_get_invoices_of_their_own(self):
        plant = self.env["res.partner"].create(
            {"name": "Plant", "parent_id": self.customer.id, "type": "delivery"}
        )
        cases = {
            "po": ({"client_order_ref": "1"}, {"client_order_ref": "2"}),
            "contract": ({"ar_contract": "1"}, {"ar_contract": "2"}),
            "address": (
                {"partner_shipping_id": self.customer.id},
                {"partner_shipping_id": plant.id},
            ),
        }
        self.monthly.month_day = 28
        for month, (grouping, (one, two)) in enumerate(cases.items(), start=1):
            self.monthly.grouping = grouping
            orders = self.env["sale.order"]
            for values in (one, two, one):
                orders |= self.order(date(2026, month, 3), **values)
            self.run_job(date(2026, month, 28))
            self.assertEqual(self.sizes(orders), [1, 2], grouping)

    def test_orders_of_a_project_share_an_invoice(self):
        self.monthly.grouping = "project"
        one, two = self._analytic("A"), self._analytic("B")
        orders = self.env["sale.order"]
        for account in (one, two, one):
            order = self.order("2026-03-03")
            order.order_line.analytic_distribution = {str(account.id): 100}
            orders |= order
        self.run_job(date(2026, 3, 31))
        self.assertEqual(self.sizes(orders), [1, 2])

    def sizes(self, orders):
        return sorted(len(move.line_ids.sale_line_ids.order_id) for move in orders.invoice_ids)

    def _analytic(self, name):
        plan = self.env["account.analytic.plan"].sudo().create({"name": name})
        return (
            self.env["account.analytic.account"].sudo().create({"name": name, "plan_id": plan.id})
        )

    def test_currencies_and_terms_never_share_an_invoice(self):
        orders = self.order("2026-03-03") | self.order(
            "2026-03-04", payment_term_id=self.pay_terms_b.id
        )
        self.run_job(date(2026, 3, 31))
        self.assertEqual(len(orders.invoice_ids), 2)

    def test_below_the_minimum_waits_but_not_for_ever(self):
        self.monthly.write({"minimum_amount": 150, "max_wait": 2})
        order = self.order("2026-03-03")
        run = self.run_job(date(2026, 3, 31))
        self.assertEqual(run.ar_count_by_kind(), {"waiting": 1})
        self.assertIn("less than the minimum", run.line_ids.message)
        self.run_job(date(2026, 4, 30))
        self.assertFalse(order.invoice_ids)
        run = self.run_job(date(2026, 5, 31))
        self.assertEqual(run.ar_count_by_kind(), {"invoiced": 1})
        self.assertIn("waited 2 times", self.messages(order.invoice_ids))

    def test_two_small_orders_reach_the_minimum_together(self):
        self.monthly.write({"minimum_amount": 150})
        orders = self.order("2026-03-03")
        self.run_job(date(2026, 3, 31))
        orders |= self.order("2026-04-03")
        self.run_job(date(2026, 4, 30))
        self.assertEqual(len(orders.invoice_ids), 1)
        self.assertEqual(orders.invoice_ids.ar_policy_date, date(2026, 4, 30))

    def test_simulation_tells_what_waits_and_why(self):
        due, waiting = self.order("2026-03-03"), self.order("2026-04-03")
        single = self.order("2026-04-03", self.partner_a)
        self.partner_a.email = "a@example.com"
        run = self.run_job(date(2026, 4, 5), dry_run=True)
        lines = {line.res_id: line for line in run.line_ids}
        self.assertEqual(lines[due.id].kind, "invoiced")
        self.assertEqual(lines[single.id].kind, "invoiced")
        self.assertEqual(lines[waiting.id].kind, "waiting")
        self.assertIn("collective invoice of 04/30/2026", lines[waiting.id].message)
        self.assertFalse((due | waiting | single).invoice_ids)

    def test_a_failing_customer_is_one_exception_and_the_others_go_on(self):
        bad = self.env["res.partner"].create({"name": "Bad", "email": "bad@example.com"})
        bad.ar_invoice_policy_id = self.monthly
        good = self.order("2026-03-03")
        broken = self.order("2026-03-03", bad) | self.order("2026-03-04", bad)
        journal = self.env["account.journal"].create(
            {"name": "No sales", "type": "general", "code": "NOS"}
        )
        self.env.cr.execute(
            "UPDATE sale_order SET journal_id = %s WHERE id = ANY(%s)", [journal.id, broken.ids]
        )
        broken.invalidate_recordset()
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            run = self.run_job(date(2026, 3, 31))
        self.assertEqual(run.ar_count_by_kind(), {"invoiced": 1, "failed": 1})
        self.assertEqual(good.invoice_ids.state, "posted")
        self.assertFalse(broken.invoice_ids)
        self.assertEqual(len(self.inbox(broken)), 1)

    def test_policy_by_tag_and_country_else_default(self):
        tag = self.env["res.partner.category"].create({"name": "Weekly"})
        policies = self.env["ar.invoice.policy"].sudo()
        weekly = policies.create(
            {"name": "W", "frequency": "week", "weekday": "4", "category_ids": tag.ids}
        )
        belgian = policies.create(
            {"name": "B", "frequency": "half_month", "country_ids": self.env.ref("base.be").ids}
        )
        partners = self.env["res.partner"].create(
            [
                {"name": "T", "email": "t@example.com", "category_id": tag.ids},
                {"name": "C", "email": "c@example.com", "country_id": self.env.ref("base.be").id},
                {"name": "D", "email": "d@example.com"},
            ]
        )
        self.assertEqual(
            partners.mapped("ar_effective_invoice_policy_id"), weekly | belgian | self.policy
        )
        orders = [self.order("2026-03-03", partner) for partner in partners]
        self.run_job(date(2026, 3, 5))
        self.assertEqual([bool(order.invoice_ids) for order in orders], [False, False, True])
        self.run_job(date(2026, 3, 6))
        self.assertEqual([bool(order.invoice_ids) for order in orders], [True, False, True])
        self.run_job(date(2026, 3, 15))
        self.assertEqual([bool(order.invoice_ids) for order in orders], [True, True, True])

    def test_the_fee_stands_on_invoices_only(self):
        fee = self.product.create(
            {"name": "Invoice fee", "type": "service", "lst_price": 3.0, "taxes_id": False}
        )
        self.monthly.write({"fee_product_id": fee.id, "fee_amount": 2.5})
        orders = self.order("2026-03-03") | self.order("2026-03-04")
        self.run_job(date(2026, 3, 31))
        self.assertEqual(orders.invoice_ids.amount_untaxed, 202.5)
        self.assertEqual(orders.invoice_ids.invoice_line_ids[-1:].product_id, fee)

    def test_what_the_policy_requires_is_checked(self):
        self.monthly.requires_po = True
        order = self.order("2026-03-03")
        order.client_order_ref = False
        self.run_job(date(2026, 3, 31))
        self.assertEqual(
            self.customer._ar_required_data(self.company), {"po"}, "asked for by the policy"
        )

    def test_timing_decides_on_quantities(self):
        self.policy.timing = "ordered"
        order = self.order("2026-03-03", self.partner_a, product=self.delivered_product, quantity=3)
        self.assertEqual(order.order_line.qty_to_invoice, 3)
        self.policy.timing = "delivered"
        later = self.order("2026-03-03", self.partner_a, quantity=3)
        self.assertEqual(later.order_line.qty_to_invoice, 0)
        later.order_line.qty_delivered = 2
        self.assertEqual(later.order_line.qty_to_invoice, 2)
        self.assertEqual(later.order_line.untaxed_amount_to_invoice, 200.0)

    def test_complete_waits_for_the_rest_of_the_delivery(self):
        self.policy.timing = "complete"
        order = self.order("2026-03-03", self.partner_a, quantity=3)
        order.order_line.qty_delivered = 2
        run = self.run_job(date(2026, 3, 4))
        self.assertEqual(run.ar_count_by_kind(), {"waiting": 1})
        self.assertEqual(order.ar_invoice_wait, "The rest of its delivery.")
        order.order_line.qty_delivered = 3
        self.run_job(date(2026, 3, 5))
        self.assertEqual(order.invoice_ids.amount_untaxed, 300.0)

    def test_orders_say_what_they_wait_for(self):
        order, single = self.order("2026-03-03"), self.order("2026-03-03", self.partner_a)
        parts = self.order(
            "2026-03-03",
            ar_milestone_ids=[
                Command.create({"name": "Half", "percentage": 50, "due_date": date(2026, 6, 1)})
            ],
        )
        with freeze_time("2026-03-10"):
            self.assertEqual(order.ar_next_invoice_date, date(2026, 3, 31))
            self.assertIn("collective invoice of 03/31/2026 (Monthly)", order.ar_invoice_wait)
            self.assertEqual(single.ar_next_invoice_date, date(2026, 3, 10))
            self.assertEqual(parts.ar_next_invoice_date, date(2026, 6, 1))

    def test_terms_contacts_channel_and_language(self):
        policy = self.monthly
        policy.write(
            {
                "payment_term_id": self.pay_terms_b.id,
                "channel": "manual",
                "copy_partner_ids": self.partner_b.ids,
            }
        )
        self.partner_b.email = "copy@example.com"
        contact = self.env["res.partner"].create(
            {"name": "AP", "parent_id": self.customer.id, "email": "ap2@customer.example"}
        )
        self.customer.ar_invoice_contact_id = contact
        order = self.order("2026-03-03")
        self.assertEqual(order.payment_term_id, self.pay_terms_b)
        self.run_job(date(2026, 3, 31))
        invoice = order.invoice_ids
        self.assertEqual(invoice._ar_channel(), "manual")
        recipients = self.env["account.move.send"]._ar_find_recipients(invoice)
        self.assertEqual(recipients, contact | self.partner_b)
        self.customer.invoice_sending_method = "email"
        self.assertEqual(invoice._ar_channel(), "email")

    def test_the_policy_decides_on_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.monthly.lang = "fr_FR"
        invoice = self.create_posted_invoice()
        self.assertEqual(invoice._ar_invoice_lang(), "fr_FR")
        template = invoice._get_mail_template()
        self.assertEqual(
            self.env["account.move.send"]._get_default_mail_lang(invoice, template), "fr_FR"
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", invoice.ids
        )
        self.assertIn('data-oe-lang="fr_FR"', html.decode())

    def test_statements_do_not_grow_with_the_orders(self):
        self.order("2026-01-03")
        self.run_job(date(2026, 1, 31))

        def statements(count, month):
            for _n in range(count):
                self.order(f"2026-0{month}-03")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_job(date(2026, month, 28))
            return self.env.cr.sql_log_count - before

        self.monthly.month_day = 28
        few, many = statements(3, 2), statements(30, 3)
        self.assertLessEqual(many - few, 3)

    def test_a_company_keeps_its_default(self):
        with self.assertRaisesRegex(UserError, "needs its default"):
            self.policy.unlink()
        self.assertTrue(self.policy.is_default)
        self.assertFalse(self.monthly.is_default)

    def test_roles(self):
        supervisor = new_test_user(
            self.env, login="pol-sup", groups="ar_automation.ar_automation_group_supervisor"
        )
        form = Form(self.env["ar.invoice.policy"].with_user(supervisor))
        form.name, form.frequency, form.weekday = "Fridays", "week", "4"
        self.assertFalse(form.save().is_default)
        accountant = new_test_user(
            self.env, login="pol-acc", groups="account.group_account_invoice"
        )
        with self.assertRaises(AccessError):
            self.monthly.with_user(accountant).month_day = 1
        self.assertEqual(self.monthly.with_user(accountant).month_day, 31)
