from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditOrders(CreditCommon):
    # --- holding

    def test_order_within_the_limit_is_confirmed(self):
        order = self._held(amount=200.0)
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "none"))

    def test_order_over_the_limit_is_held_with_its_reason(self):
        partner = self._customer(50_000)
        self._invoice(partner, 48_200, days_ago=43)
        order = self._order(partner, 9_000).with_user(self.user_of["sales"])
        self.assertIs(order.action_confirm(), True)
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "held"))
        reason = order.sudo().ar_credit_reason.replace("\N{NO-BREAK SPACE}", "")
        self.assertEqual(
            reason,
            "exposure $48,200.00 + this order $9,000.00 exceeds the limit of $50,000.00 by "
            "$7,200.00; "
            "oldest overdue 43 days",
        )
        self.assertRecordValues(
            order.sudo(),
            [
                {
                    "ar_credit_exposure": 48_200.0,
                    "ar_credit_limit": 50_000.0,
                    "ar_credit_amount": 9_000.0,
                    "ar_credit_held_by_id": self.user_of["sales"].id,
                }
            ],
        )
        activity = order.sudo().activity_ids
        self.assertEqual(activity.user_id, self.policy._get_responsible())
        self.assertTrue(
            activity.user_id.has_group("ar_automation.ar_automation_group_credit_manager")
        )
        event = self._events(order)
        self.assertEqual(event.code, "credit.order_held")
        self.assertEqual(event.details["exposure"], "48200.00")

    def test_responsible_of_the_policy_is_called(self):
        self.policy.responsible_id = self.user_of["credit"]
        self.assertEqual(self._held().sudo().activity_ids.user_id, self.user_of["credit"])

    def test_confirming_again_calls_nobody_twice(self):
        order = self._held()
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")
        self.assertEqual(len(order.sudo().activity_ids), 1)
        self.assertEqual(len(self._events(order)), 1)

    def test_switches(self):
        self.company.account_use_credit_limit = False
        self.assertEqual(self._held().state, "sale")
        self.company.account_use_credit_limit = True
        self.policy.check_orders = False
        self.assertEqual(self._held().state, "sale")

    def test_no_limit_is_no_hold(self):
        self.assertEqual(self._held(limit=0.0).state, "sale")

    def test_tolerance(self):
        self.policy.tolerance_percent = 10.0
        self.assertEqual(self._held().state, "sale")
        order = self._held(amount=300.01)
        self.assertIn("tolerated", order.sudo().ar_credit_reason)

    def test_late_customer_is_held(self):
        self.policy.write({"check_overdue": True, "overdue_days": 30, "overdue_amount": 10})
        partner = self._customer()
        self._invoice(partner, 100, days_ago=30)
        order = self._order(partner, 5)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self._invoice(partner, 11, days_ago=31)
        order = self._order(partner, 5)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")
        self.assertIn("oldest overdue 31 days", order.ar_credit_reason)
        partner.credit_limit = 50
        order = self._order(partner, 5)
        order.action_confirm()
        self.assertIn("exceeds the limit", order.ar_credit_reason)
        self.assertEqual(order.ar_credit_reason.count("oldest overdue"), 1, "said once")

    def test_limit_of_the_order_s_company_counts(self):
        other = self.setup_other_company()["company"]
        partner = self._customer(100)
        partner.with_company(other).credit_limit = 10_000
        order = self._order(partner, 500)
        order.with_company(other).action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_order_in_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": currency.id}
        )
        partner = self._customer(1000)
        order = self._order(partner, 2000, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(order.state, "sale", "2,000 EUR are 1,000 in the company's currency")
        order = self._order(partner, 2, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_contact_s_order_counts_for_its_company(self):
        partner = self._customer(100)
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        order = self._order(child, 101)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_what_odoo_refuses_is_refused_not_held(self):
        partner = self._customer(100)
        order = self._order(partner, 500)
        order.order_line = [Command.create({"name": "no product", "price_unit": 1})]
        with self.assertRaises(UserError):
            order.action_confirm()
        order = self._held()
        order._action_cancel()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_bulk_is_decided_in_order_with_constant_queries(self):
        counts = []
        for number in (4, 40):
            partner = self._customer(number * 50)
            orders = self.env["sale.order"].browse(
                self._order(partner, 100).id for _ in range(number)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            held = orders._ar_hold_over_limit()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(held, orders.sorted("id")[number // 2 :])
            orders.action_confirm()
            self.assertEqual(orders.mapped("state").count("sale"), number // 2)
        self.assertLessEqual(counts[1] - counts[0], 5, counts)

    def test_many_customers_with_instant_credit_cost_a_constant_number_of_queries(self):
        self.policy.write({"instant_credit": True, "when_unrated": "hold"})
        counts = []
        for number in (4, 24):
            orders = self.env["sale.order"].browse(
                self._order(self._customer(1000), 10).id for _ in range(number)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(orders._ar_hold_over_limit())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_cost_of_a_confirmation(self):
        def queries(partner):
            order = self._order(partner, 10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def least(*, checked):
            # of several: what any of them had to read into a cache is no cost of confirming
            self.company.account_use_credit_limit = checked
            return min(queries(self._customer(1000)) for _time in range(3))

        self.assertLessEqual(least(checked=True) - least(checked=False), 8)

    # --- paid online

    def test_order_paid_online_is_never_held(self):
        partner = self._customer(100)
        order = self._order(partner, 500)
        self._transaction(order, 500)
        order.action_confirm()
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "none"))

    def test_demanded_prepayment_is_enough_but_a_cent_is_not(self):
        partner = self._customer(100)
        order = self._order(partner, 500, require_payment=True, prepayment_percent=0.3)
        self._transaction(order, 150)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order = self._order(partner, 500, require_payment=False)
        self._transaction(order, 0.01)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    # --- deciding

    def test_release_confirms(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("bank guarantee")
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "released"))
        self.assertEqual(order.ar_credit_decided_by_id, self.user_of["credit"])
        self.assertEqual(order.ar_credit_decision, "bank guarantee")
        self.assertFalse(order.sudo().activity_ids)
        self.assertEqual(
            self._events(order).sorted("id").mapped("code"),
            ["credit.order_held", "credit.order_released"],
        )
        self.assertIn("bank guarantee", "".join(order.message_ids.mapped("body")))

    def test_reject_keeps_the_quotation(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_reject_credit("insolvent")
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "rejected"))
        self.assertFalse(order.sudo().activity_ids)
        order.sudo().partner_id.with_company(self.company).credit_limit = 0
        order.action_confirm()
        self.assertEqual(
            (order.state, order.ar_credit_state), ("draft", "rejected"), "rejected as it was"
        )
        order.order_line.price_unit = 10
        order.action_confirm()
        self.assertEqual(
            (order.state, order.ar_credit_state), ("sale", "none"), "another order now"
        )

    def test_rejected_order_can_be_released(self):
        order = self._held()
        credit = order.with_user(self.user_of["credit"])
        credit.ar_reject_credit("no")
        credit.ar_release_credit("yes")
        self.assertEqual(order.state, "sale")

    def test_wizard(self):
        orders = self._held() | self._held()
        action = orders.with_user(self.user_of["credit"]).action_ar_release_credit()
        wizard = (
            self.env["ar.credit.decision"]
            .with_user(self.user_of["credit"])
            .with_context(**action["context"])
            .create({"reason": "paid in cash"})
        )
        self.assertEqual(wizard.order_count, 2)
        wizard.action_apply()
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_decision_needs_a_reason_and_a_held_order(self):
        order = self._held()
        credit = order.with_user(self.user_of["credit"])
        for reason in ("", "  ", False):
            with self.assertRaises(UserError):
                credit.ar_release_credit(reason)
        credit.ar_release_credit("good")
        with self.assertRaises(UserError):
            credit.ar_release_credit("again")
        with self.assertRaises(UserError):
            self._order(self._customer(), 1).with_user(self.user_of["credit"]).ar_reject_credit(
                "why not"
            )

    def test_only_credit_managers_decide(self):
        order = self._held()
        for role in ("sales", "collector", "auditor", "invoice"):
            with self.assertRaises(AccessError):
                order.with_user(self.user_of[role]).ar_release_credit("please")
            with self.assertRaises(AccessError):
                order.with_user(self.user_of[role]).ar_reject_credit("please")
        order.with_user(self.user_of["supervisor"]).ar_release_credit(
            "supervisors are credit managers"
        )
