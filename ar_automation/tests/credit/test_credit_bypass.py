from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditBypass(CreditCommon):
    def test_fields_cannot_be_written(self):
        order = self._held()
        for role in ("sales", "invoice"):
            with self.assertRaises(AccessError):
                order.with_user(self.user_of[role]).write({"ar_credit_state": "released"})
            with self.assertRaises(AccessError):
                order.with_user(self.user_of[role]).write({"ar_credit_amount": 1e9})
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.user_of["sales"]).create(
                {"partner_id": order.partner_id.id, "ar_credit_state": "released"}
            )

    def test_context_does_not_release(self):
        partner = self._customer(100)
        sales = self.env["sale.order"].with_user(self.user_of["sales"])
        order = sales.with_context(
            default_ar_credit_state="released",
            default_ar_credit_amount=1e9,
            default_ar_credit_partner_id=partner.id,
            default_ar_credit_currency_id=self.company.currency_id.id,
        ).create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.service.id, "price_unit": 500, "tax_ids": False}
                    )
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_state_cannot_be_set_past_the_check(self):
        order = self._held()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        with self.assertRaises(UserError):
            self.env["sale.order"].with_user(self.user_of["sales"]).create(
                {
                    "partner_id": order.partner_id.id,
                    "state": "sale",
                    "order_line": [
                        Command.create(
                            {"product_id": self.service.id, "price_unit": 500, "tax_ids": False}
                        )
                    ],
                }
            )
        small = self._order(order.partner_id, 5).with_user(self.user_of["sales"])
        small.write({"state": "sale"})
        self.assertEqual(small.state, "sale")

    def test_copy_is_not_released(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("once")
        copy = order.copy()
        self.assertEqual(copy.ar_credit_state, "none")
        copy.action_confirm()
        self.assertEqual(copy.ar_credit_state, "held")

    def test_release_covers_its_customer_and_amount(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("once")
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.state, "sale", "the same order is still released")
        order._action_cancel()
        order.action_draft()
        order.order_line.price_unit += 0.01
        order.action_confirm()
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "held"))

    def test_release_does_not_cover_another_customer(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("once")
        order._action_cancel()
        order.action_draft()
        other = self._customer(100)
        order.write(
            {
                "partner_id": other.id,
                "partner_invoice_id": other.id,
                "partner_shipping_id": other.id,
            }
        )
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_confirmed_order_cannot_grow_over_the_limit(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("once")
        with self.assertRaises(UserError):
            order.order_line.write({"product_uom_qty": 2, "price_unit": 300})
        with self.assertRaises(UserError):
            order.write({"order_line": [Command.update(order.order_line.id, {"price_unit": 301})]})
        with self.assertRaises(UserError):
            self.env["sale.order.line"].with_user(self.user_of["sales"]).create(
                {
                    "order_id": order.id,
                    "product_id": self.service.id,
                    "price_unit": 5,
                    "tax_ids": False,
                }
            )
        order.order_line.write({"price_unit": 250})
        order.order_line.write({"price_unit": 300})
        self.assertEqual(order.amount_total, 300.0, "up to what was released")
        order.order_line.with_user(self.env.user).write({"price_unit": 900})

    def test_confirmed_order_may_grow_within_the_limit(self):
        order = self._held(owed=0.0)
        self.assertEqual(order.state, "sale")
        order.order_line.write({"price_unit": 1000})
        with self.assertRaises(UserError):
            order.order_line.write({"price_unit": 1001})

    def test_confirmed_order_cannot_move_to_a_customer_over_the_limit(self):
        order = self._held(owed=0.0)
        other = self._customer(100)
        with self.assertRaises(UserError):
            order.write({"partner_invoice_id": other.id})

    def test_cancelled_order_waits_for_nobody(self):
        order = self._held()
        count = self.env["sale.order"].ar_count_on_hold(self.company)
        order._action_cancel()
        self.assertEqual(order.ar_credit_state, "none")
        self.assertFalse(order.sudo().activity_ids)
        self.assertEqual(self.env["sale.order"].ar_count_on_hold(self.company), count - 1)
