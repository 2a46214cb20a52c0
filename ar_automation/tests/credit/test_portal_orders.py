"""What a customer reads on the portal about an order on credit hold, and what paying it does."""

from datetime import timedelta

from lxml import html
from odoo.tests import HttpCase, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPortalOrders(CreditCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _waiting(self, *, sign=False, pay=False, **values):
        partner = self._customer(1234)
        order = self._order(
            partner, 5000, require_signature=sign, require_payment=pay, **values
        ).with_user(self.user_of["sales"])
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")
        return order

    def _page(self, order):
        page = self.url_open(order.sudo().get_portal_url())
        self.assertEqual(page.status_code, 200)
        content = html.fromstring(page.text).get_element_by_id("quote_content").text_content()
        return " ".join(content.split())

    def test_the_customer_reads_what_it_can_do(self):
        for sign, pay, words in (
            (False, False, "You need not do anything."),
            (True, False, "You can sign it already."),
            (False, True, "If you pay online we confirm it at once."),
            (True, True, "If you sign and pay online we confirm it at once."),
        ):
            with self.subTest(words):
                page = self._page(self._waiting(sign=sign, pay=pay))
                self.assertIn("We have received your order.", page)
                self.assertIn(words, page)
                self.assertEqual("You need not do anything." in page, not (sign or pay))

    def test_it_never_reads_why(self):
        order = self._waiting()
        for page in (self._page(order), self._page(self._reject(order))):
            for word in ("1,234", "credit", "Credit", "limit"):
                self.assertNotIn(word, page)
        self.assertIn("get in touch with your contact", page)

    def _reject(self, order):
        order.with_user(self.user_of["credit"]).ar_reject_credit("never")
        return order

    def test_an_offer_that_ran_out_is_only_said_to_have(self):
        order = self._waiting()
        order.sudo().validity_date = self.today - timedelta(days=1)
        page = self._page(order)
        self.assertIn("This offer expired!", page)
        self.assertNotIn("We have received your order.", page)

    def test_an_order_held_while_quoting_is_no_order_to_the_customer(self):
        self.policy.checkpoint_quotation = "hold"
        order = self._order(self._customer(100), 500).with_user(self.user_of["sales"])
        order.action_quotation_send()
        self.assertEqual(order.ar_credit_checkpoint, "quotation")
        self.assertNotIn("We have received your order.", self._page(order))

    def test_paid_in_full_it_confirms_by_itself_and_nobody_has_decided(self):
        order = self._waiting(pay=True)
        request = self._request(order)
        public = self.env.ref("base.public_user")
        transaction = self._transaction(order, 5000)
        transaction.with_user(public).sudo()._check_amount_and_confirm_order()
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "released"))
        self.assertEqual(request.state, "approved")
        self.assertFalse(order.ar_credit_decided_by_id | request.decided_by_id)
        note = order.sudo().message_ids.filtered(lambda m: "paid" in (m.body or ""))
        self.assertEqual(note.author_id, self.env.ref("base.partner_root"))
        self.assertNotIn("We have received your order.", self._page(order))

    def test_a_payment_link_paid_in_full_confirms_an_order_that_asked_for_none(self):
        order = self._waiting()
        self._transaction(order, 4999)._check_amount_and_confirm_order()
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "held"))
        self._transaction(order, 1)._check_amount_and_confirm_order()
        self.assertEqual((order.state, order.ar_credit_state), ("sale", "released"))

    def test_a_rejected_order_that_is_paid_in_full_is_not_lost(self):
        order = self._reject(self._waiting(pay=True))
        self._transaction(order, 5000)._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")

    def test_sent_by_mail_it_stays_on_hold(self):
        order = self._waiting(sign=True)
        order.action_quotation_sent()
        self.assertEqual((order.state, order.ar_credit_state), ("sent", "held"))
        self.assertIn("You can sign it already.", self._page(order))

    def test_a_signature_without_a_login_is_nobodys_request(self):
        order = self._order(self._customer(100), 500, require_signature=True)
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual(order.ar_credit_state, "held")
        self.assertFalse(self._request(order).requested_by_id)

    def test_who_is_called_does_not_follow_the_order(self):
        order = self._waiting().sudo()
        called = order.activity_ids.user_id
        self.assertTrue(called)
        self.assertNotIn(called.partner_id, order.message_partner_ids)
        partner = self._customer(100)
        followed = self._order(partner, 500)
        followed.message_subscribe(called.partner_id.ids)
        followed.action_confirm()
        self.assertIn(called.partner_id, followed.message_partner_ids, "who wants to follow does")
