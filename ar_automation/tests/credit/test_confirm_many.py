"""Confirming many quotations from the list says what became of each."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestConfirmMany(CreditCommon):
    def _confirm(self, orders, role="sales"):
        action = orders.with_user(self.user_of[role]).action_ar_confirm_many()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(action["params"]["next"]["tag"], "soft_reload")
        return action["params"]

    def test_all_pass(self):
        orders = self._order(self._customer(), 10) | self._order(self._customer(), 20)
        told = self._confirm(orders)
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])
        self.assertEqual((told["type"], told["sticky"]), ("success", False))
        self.assertEqual(told["message"], "Confirmed: 2.")

    def test_each_that_is_not_confirmed_is_named_with_its_reason(self):
        fine = self._order(self._customer(), 10)
        over = self._order(self._customer(100), 500)
        no = self._order(self._customer(100), 500)
        no.action_confirm()
        no.with_user(self.user_of["credit"]).ar_reject_credit("never")
        broken = self._order(self._customer(), 10)
        broken.order_line = [Command.create({"name": "no product", "price_unit": 1})]
        done = self._order(self._customer(), 10)
        done.action_confirm()
        told = self._confirm(fine | over | no | broken | done)
        self.assertEqual((fine.state, over.state, broken.state), ("sale", "draft", "draft"))
        self.assertEqual(over.ar_credit_state, "held")
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        for sentence in (
            "Confirmed: 1.",
            f"On credit hold, until a credit manager decides: {over.name}.",
            f"Rejected on credit grounds, to be changed first: {no.name}.",
            f"Not confirmed: {broken.name}. Some order lines are missing a product",
            f"No longer a quotation: {done.name}.",
        ):
            self.assertIn(sentence, told["message"])
        self.assertNotIn("100", told["message"], "no figures for salespeople")

    def test_many_names_are_counted(self):
        partner = self._customer(100)
        orders = self.env["sale.order"].browse(self._order(partner, 500).id for _ in range(12))
        told = self._confirm(orders)
        self.assertIn(orders[9].name, told["message"])
        self.assertNotIn(orders[10].name, told["message"])
        self.assertIn("2 more", told["message"])

    def test_it_stands_in_the_menu_of_the_list_for_salespeople(self):
        bound = self.env.ref("ar_automation.sale_order_action_confirm_many")
        orders = self.env["sale.order"]
        for role, is_there in (("sales", True), ("collector", False)):
            found = orders.with_user(self.user_of[role]).env["ir.actions.actions"]
            shown = found.get_bindings("sale.order").get("action", ())
            self.assertEqual(bound.id in [one["id"] for one in shown], is_there, role)
        order = self._order(self._customer(), 10)
        run = bound.with_user(self.user_of["sales"]).with_context(
            active_model="sale.order", active_ids=order.ids, active_id=order.id
        )
        self.assertEqual(run.run()["tag"], "display_notification")
        self.assertEqual(order.state, "sale")

    def test_who_may_not_write_orders_confirms_none(self):
        portal = new_test_user(self.env, "ar_many_portal", groups="base.group_portal")
        order = self._order(self._customer(), 10)
        with self.assertRaises(AccessError):
            order.with_user(portal).action_ar_confirm_many()
