from odoo.tests import Form, tagged

from .common import CreditCommon


class Deliveries(list):
    """As much of a recordset of ``stock.picking`` as the check of deliveries asks for."""

    def filtered(self, condition):
        return Deliveries(picking for picking in self if condition(picking))

    def grouped(self, key):
        return {getattr(picking, key): Deliveries([picking]) for picking in self}

    def browse(self):
        return Deliveries()

    def __or__(self, other):
        return Deliveries([*self, *([other] if isinstance(other, Delivery) else other)])

    @property
    def partner_id(self):
        return self[0].partner_id


class Delivery:
    picking_type_code = "outgoing"
    name = "OUT/1"

    def __init__(self, partner, company):
        self.partner_id, self.company_id, self.notes = partner, company, []

    def message_post(self, body):
        self.notes.append(body)

    def browse(self):
        return Deliveries()


@tagged("post_install", "-at_install")
class TestCheckpoints(CreditCommon):
    def _over(self):
        partner = self._customer(100)
        self._invoice(partner, 200)
        return partner

    # --- quotation

    def test_quotation_warns_on_the_screen(self):
        order = self._order(self._over(), 50)
        self.assertIn("200", order.with_user(self.user_of["credit"]).ar_credit_warning)
        order.invalidate_recordset()
        seen = order.with_user(self.user_of["sales"]).ar_credit_warning
        self.assertEqual(seen, "the order takes the customer over its credit limit")
        self.assertFalse(self._order(self._customer(100), 50).ar_credit_warning)
        self.policy.checkpoint_quotation = "nothing"
        order.invalidate_recordset()
        self.assertFalse(order.ar_credit_warning)
        Form(order.with_user(self.user_of["sales"]))

    def test_quotation_may_be_sent_with_a_warning(self):
        order = self._order(self._over(), 50)
        order.with_user(self.user_of["sales"]).action_quotation_sent()
        self.assertEqual((order.state, order.ar_credit_state), ("sent", "none"))

    def test_quotation_on_hold_is_not_sent_and_a_release_does_not_confirm_it(self):
        self.policy.checkpoint_quotation = "hold"
        order = self._order(self._over(), 50).with_user(self.user_of["sales"])
        action = order.action_quotation_send()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual((order.ar_credit_state, order.ar_credit_checkpoint), ("held", "quotation"))
        self.assertIsNone(order.sudo()._ar_get_portal_step())
        order.action_quotation_sent()
        self.assertEqual(order.state, "draft")
        order.with_user(self.user_of["credit"]).ar_release_credit("go on")
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "released"))
        order.action_quotation_sent()
        self.assertEqual(order.state, "sent")

    def test_quotation_hold_ends_without_confirming(self):
        self.policy.checkpoint_quotation = "hold"
        order = self._order(self._over(), 50)
        order.with_user(self.user_of["sales"]).action_quotation_sent()
        order.partner_id.with_company(self.company).credit_limit = 0
        self.env["ar.job.credit.recheck"].ar_run_job(self.company)
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "released"))

    # --- confirmation

    def test_confirmation_as_the_policy_says(self):
        for response, expected in (
            ("nothing", ("sale", "none")),
            ("warn", ("sale", "none")),
            ("hold", ("draft", "held")),
        ):
            self.policy.checkpoint_order = response
            order = self._order(self._over(), 50)
            order.action_confirm()
            self.assertEqual((order.state, order.ar_credit_state), expected)
            bodies = "".join(order.message_ids.mapped("body"))
            self.assertEqual("Credit warning" in bodies, response == "warn")

    # --- invoice

    def test_invoice_on_hold_stays_a_draft(self):
        self.policy.checkpoint_invoice = "hold"
        partner = self._customer(100)
        good = self._invoice(self._customer(100), 50, post=False)
        held = self._invoice(partner, 150, post=False)
        user = self.user_of["invoice"]
        (good | held).with_user(user).action_post()
        self.assertEqual((good.state, held.state), ("posted", "draft"))
        self.assertIn("over its credit limit", held.ar_review_reason)
        held.with_user(user)._post(soft=False)
        self.assertEqual(held.state, "draft")
        partner.with_company(self.company).credit_limit = 0
        held.with_user(user).action_post()
        self.assertEqual((held.state, held.ar_review_reason), ("posted", False))

    def test_jobs_leave_held_invoices_for_review(self):
        self.policy.checkpoint_invoice = "hold"
        partner = self._customer(100, email="ar@example.com")
        held = self._invoice(partner, 150, post=False)
        posted = held.sudo().ar_check_and_post(self.today)
        self.assertFalse(posted)
        self.assertIn("On credit hold", held.ar_review_reason)

    def test_invoice_of_a_released_order_is_posted(self):
        self.policy.checkpoint_invoice = "hold"
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("insured")
        invoice = order.sudo()._create_invoices()
        invoice.with_user(self.user_of["invoice"]).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_invoice_warning_and_credit_notes(self):
        self.policy.checkpoint_invoice = "warn"
        invoice = self._invoice(self._customer(100), 150, post=False)
        invoice.with_user(self.user_of["invoice"]).action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertIn("Credit warning", "".join(invoice.message_ids.mapped("body")))
        self.policy.checkpoint_invoice = "hold"
        refund = self._invoice(invoice.partner_id, 10, post=False, move_type="out_refund")
        refund.with_user(self.user_of["invoice"]).action_post()
        self.assertEqual(refund.state, "posted")

    # --- delivery

    def test_delivery_is_held(self):
        self.policy.checkpoint_delivery = "hold"
        bad = Delivery(self._over(), self.company)
        good = Delivery(self._customer(100), self.company)
        check = self.env["ar.credit.delivery"].with_user(self.user_of["invoice"])
        held, words = check.ar_hold(Deliveries([bad]))
        self.assertEqual((list(held), len(words), len(bad.notes)), ([bad], 1, 1))
        self.assertEqual(check.ar_hold(Deliveries([good])), ([], []))
        manager = self.env["ar.credit.delivery"].with_user(self.user_of["credit"])
        self.assertFalse(manager.ar_hold(Deliveries([bad]))[0])

    def test_the_check_is_put_before_the_validation_once(self):
        class Picking:
            def button_validate(self):
                return "validated"

        delivery = self.env["ar.credit.delivery"]
        delivery._watch(Picking)
        checked = Picking.button_validate
        delivery._watch(Picking)
        self.assertIs(Picking.button_validate, checked)
