from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.credit.sale_order_guard import PROTECTED
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

    # --- other ways

    def test_an_order_split_in_two_is_held_when_both_are_too_much(self):
        partner = self._customer(1000)
        first, second = self._order(partner, 600), self._order(partner, 600)
        (first | second).action_confirm()
        self.assertEqual((first.state, second.ar_credit_state), ("sale", "held"))

    def test_release_does_not_cover_another_currency(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("once")
        order._action_cancel()
        order.action_draft()
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.1)])
        order.sudo().pricelist_id = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": currency.id}
        )
        order.order_line.price_unit = 300
        self.assertEqual(order.currency_id, currency)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held", "300 euros are 3,000 here")

    def test_release_does_not_cover_another_company(self):
        order = self._order(self._customer(100), 500)
        order.action_confirm()
        request = self._request(order)
        other = self.setup_other_company()["company"]
        order.order_line.unlink()
        order.sudo().with_context(allowed_company_ids=[self.company.id, other.id]).write(
            {"company_id": other.id, "warehouse_id": False}
            if "warehouse_id" in order._fields
            else {"company_id": other.id}
        )
        self.assertEqual((order.ar_credit_state, request.state), ("none", "closed"))

    def test_signature_on_the_portal_does_not_confirm(self):
        order = self._order(self._customer(100), 500, require_signature=True)
        order.action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo()._validate_order()
        self.assertEqual((order.state, order.ar_credit_state), ("sent", "held"))
        self.assertEqual(order._ar_get_portal_step(), "waiting")
        order.with_user(self.user_of["credit"]).ar_reject_credit("no")
        self.assertEqual(order._ar_get_portal_step(), "contact")

    def test_portal_user_reads_and_releases_nothing(self):
        partner = self._customer(100)
        order = self._order(partner, 500)
        order.action_confirm()
        portal = new_test_user(self.env, "ar_credit_portal", groups="base.group_portal")
        portal.partner_id.parent_id = partner
        order.message_subscribe(portal.partner_id.ids)
        seen = order.with_user(portal)
        for field in PROTECTED:
            with self.assertRaises(AccessError):
                seen.read([field])
        with self.assertRaises(AccessError):
            seen.ar_release_credit("please")
        with self.assertRaises(AccessError):
            self._request(order).with_user(portal).ar_approve("please")
