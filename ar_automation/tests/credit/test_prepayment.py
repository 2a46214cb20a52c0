from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPrepayment(CreditCommon):
    def _demand(self, order, amount=100.0, by="invoice"):
        order.with_user(self.user_of["credit"]).ar_demand_prepayment(amount, "half first", by)
        return self._request(order)

    def _recheck(self):
        return self.env["ar.job.credit.recheck"].ar_run_job(self.company).ar_count_by_kind()

    def test_down_payment_invoice_confirms_when_paid(self):
        order = self._held()
        request = self._demand(order)
        move = request.prepayment_move_id
        self.assertEqual((move.state, move.amount_total), ("posted", 100.0))
        self.assertEqual((request.state, order.ar_credit_state), ("prepayment", "held"))
        self.assertEqual(self._recheck(), {"held": 1})
        self._pay(move, 40)
        self.assertEqual(self._recheck(), {"held": 1}, "a part is not enough")
        self._pay(move, 60)
        self.assertEqual(self._recheck(), {"released": 1})
        self.assertEqual((order.state, request.state), ("sale", "approved"))
        self.assertIn("paid", order.ar_credit_decision)

    def test_a_payment_wakes_the_job(self):
        cron = self.env.ref("ar_automation.ir_cron_credit_recheck")
        move = self._demand(self._held()).prepayment_move_id
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self._pay(move, 100)
        self.assertGreater(
            self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]), triggers
        )

    def test_confirming_by_hand_once_it_is_paid(self):
        order = self._held()
        self._pay(self._demand(order).prepayment_move_id, 100)
        order.action_confirm()
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "released"))

    def test_a_prepayment_does_not_cover_a_bigger_order(self):
        order = self._held()
        self._pay(self._demand(order).prepayment_move_id, 100)
        order.order_line.filtered(lambda line: not line.is_downpayment)[0].price_unit = 3000
        self.assertEqual(self._recheck(), {"held": 1})
        order.action_confirm()
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "held"))

    def test_another_demand_replaces_the_first(self):
        order = self._held()
        first = self._demand(order).prepayment_move_id
        second = self._demand(order, 200).prepayment_move_id
        self.assertEqual((first.state, second.state), ("cancel", "posted"))
        order.with_user(self.user_of["credit"]).ar_reject_credit("no after all")
        self.assertEqual(second.state, "cancel", "nobody is asked to pay for a rejected order")

    def test_online_request_confirms_through_sale_s_own_payment(self):
        order = self._held()
        request = self._demand(order, 150.0, by="online")
        self.assertRecordValues(
            order, [{"state": "sent", "require_payment": True, "prepayment_percent": 0.5}]
        )
        message = order.sudo().message_ids.filtered(lambda m: order.partner_id in m.partner_ids)
        self.assertIn("150", message.body)
        self.assertNotIn("credit", message.body.lower())
        self._transaction(order, 150.0)._check_amount_and_confirm_order()
        self.assertEqual((order.state, request.state), ("sale", "approved"))

    def test_amounts_that_make_no_sense(self):
        order = self._held()
        for amount in (0.0, -5.0, 300.01):
            with self.assertRaises(UserError):
                self._demand(order, amount)
        order.with_user(self.user_of["credit"]).ar_release_credit("fine")
        with self.assertRaises(UserError):
            self._demand(order)

    def test_the_matrix_goes_by_the_rest(self):
        self._band(0, 150, [self.user_of["credit"]])
        self._band(150, 0, [self._colleague("senior")])
        order = self._held()
        self._demand(order, 200.0)
        self.assertEqual(self._request(order).state, "prepayment")

    def test_order_paid_in_full_by_invoice_is_never_held(self):
        partner = self._customer(100)
        order = self._order(partner, 500)
        move = order._ar_invoice_prepayment(500)
        self._pay(move, 500)
        order.action_confirm()
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "none"))
