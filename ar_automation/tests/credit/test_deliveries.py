"""Deliveries of Odoo's own inventory are held; only where it is installed in the database."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import GROUPS, CreditCommon


@tagged("post_install", "-at_install")
class TestDeliveries(CreditCommon):
    def setUp(self):
        super().setUp()
        if "stock.picking" not in self.env.registry:
            self.skipTest("Odoo's inventory (stock) is not installed in this database")
        keeping = "stock.group_stock_user"
        users = {"keeper": keeping, "chief": f"{keeping},{GROUPS['credit']}"}
        self.keeper, self.chief = (
            new_test_user(self.env, f"ar_stock_{name}", groups=groups, company_id=self.company.id)
            for name, groups in users.items()
        )
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.goods = self.env["product.product"].create({"name": "Goods", "type": "consu"})
        self.policy.checkpoint_delivery = "hold"

    def picking(self, partner, way="out"):
        kind = self.warehouse[f"{way}_type_id"]
        others = "customers" if way == "out" else "suppliers"
        outside = self.env.ref(f"stock.stock_location_{others}")
        inside = self.warehouse.lot_stock_id
        source, target = (inside, outside) if way == "out" else (outside, inside)
        places = {"location_id": source.id, "location_dest_id": target.id}
        move = {
            "product_id": self.goods.id,
            "product_uom": self.goods.uom_id.id,
            "product_uom_qty": 2,
            "company_id": self.company.id,
            **places,
        }
        picking = self.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": kind.id,
                "company_id": self.company.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        picking.action_confirm()
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        return picking

    def over(self):
        partner = self._customer(100)
        self._invoice(partner, 200)
        return partner

    def test_a_delivery_over_the_limit_stays(self):
        picking = self.picking(self.over())
        answer = picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn(picking.name, answer["params"]["message"])
        self.assertIn("credit hold", "".join(picking.message_ids.mapped("body")))

    def test_the_good_ones_of_several_leave(self):
        good, bad = self.picking(self._customer(100)), self.picking(self.over())
        (good | bad).with_user(self.keeper).button_validate()
        self.assertEqual((good.state, bad.state), ("done", "assigned"))

    def test_a_credit_manager_lets_it_leave(self):
        picking = self.picking(self.over())
        picking.with_user(self.chief).button_validate()
        self.assertEqual(picking.state, "done")

    def test_it_leaves_once_the_customer_has_paid(self):
        partner = self._customer(100)
        invoice = self._invoice(partner, 200)
        picking = self.picking(partner)
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "assigned")
        self._pay(invoice, 200)
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_warning_lets_it_leave(self):
        self.policy.checkpoint_delivery = "warn"
        picking = self.picking(self.over())
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertIn("Credit warning", "".join(picking.message_ids.mapped("body")))

    def test_what_comes_in_is_not_asked_about(self):
        picking = self.picking(self.over(), "in")
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "done")
