from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditRequests(CreditCommon):
    # --- the queue

    def test_a_hold_opens_one_request_and_its_release_closes_it(self):
        order = self._held()
        request = self._request(order)
        self.assertRecordValues(
            request,
            [
                {
                    "state": "open",
                    "amount": 300.0,
                    "exposure": 800.0,
                    "limit": 1000.0,
                    "excess": 100.0,
                    "reason": order.sudo().ar_credit_reason,
                    "requested_by_id": self.user_of["sales"].id,
                }
            ],
        )
        order.order_line.price_unit = 400
        order.action_confirm()
        self.assertEqual(self._request(order), request, "the same request, brought up to date")
        self.assertEqual(request.amount, 400.0)
        order.with_user(self.user_of["credit"]).ar_release_credit("insured")
        self.assertRecordValues(
            request,
            [
                {
                    "state": "approved",
                    "decision": "insured",
                    "decided_by_id": self.user_of["credit"].id,
                }
            ],
        )

    def test_rejected_then_released(self):
        order = self._held()
        request = self._request(order).with_user(self.user_of["credit"])
        request.ar_reject("insolvent")
        self.assertEqual((request.state, order.ar_credit_state), ("rejected", "rejected"))
        request.ar_approve("guarantee arrived")
        self.assertEqual((request.state, order.state), ("approved", "sale"))

    def test_a_request_closes_with_its_reason_or_its_order(self):
        order, other = self._held(), self._held()
        order._action_cancel()
        self.assertEqual(self._request(order).state, "closed")
        other.sudo().partner_id.with_company(self.company).credit_limit = 0
        self.env["ar.job.credit.recheck"].ar_run_job(self.company)
        self.assertEqual((self._request(other).state, other.state), ("approved", "sale"))

    def test_nobody_writes_requests(self):
        request = self._request(self._held())
        for role in ("sales", "collector", "auditor", "invoice", "credit", "supervisor"):
            with self.assertRaises(AccessError):
                request.with_user(self.user_of[role]).write({"state": "approved"})
        for role in ("collector", "auditor", "invoice"):
            self.assertEqual(request.with_user(self.user_of[role]).amount, 300.0)
            with self.assertRaises(AccessError):
                request.with_user(self.user_of[role]).ar_approve("please")
        with self.assertRaises(AccessError):
            request.with_user(self.user_of["sales"]).read(["reason"])

    def test_requests_of_another_company_are_invisible(self):
        request = self._request(self._held())
        company = self.setup_other_company()["company"]
        stranger = self._colleague("stranger")
        stranger.write({"company_ids": [company.id], "company_id": company.id})
        with self.assertRaises(AccessError):
            request.with_user(stranger).ar_approve("mine")

    # --- approval matrix

    def test_only_who_the_band_names_releases(self):
        junior, senior = self._colleague("junior"), self._colleague("senior")
        self._band(0, 200, [junior])
        self._band(200, 0, [senior])
        order = self._held()
        self.assertEqual(order.sudo().activity_ids.user_id, senior)
        self.assertEqual(self._request(order).user_id, senior)
        with self.assertRaisesRegex(AccessError, "beyond what you decide"):
            order.with_user(junior).ar_release_credit("please")
        order.with_user(senior).ar_release_credit("known for years")
        self.assertEqual(order.state, "sale")

    def test_two_people_above_a_band(self):
        self._band(0, 0, four_eyes=True)
        first, second = self._colleague("first"), self._colleague("second")
        order = self._held()
        order.with_user(first).ar_release_credit("fine with me")
        request = self._request(order)
        self.assertEqual((order.state, order.ar_credit_state), ("draft", "held"))
        self.assertEqual((request.state, request.first_approved_by_id), ("second", first))
        self.assertNotEqual(order.sudo().activity_ids.user_id, first)
        with self.assertRaisesRegex(UserError, "two different people"):
            order.with_user(first).ar_release_credit("me again")
        order.with_user(second).ar_release_credit("with me, too")
        self.assertEqual((order.state, request.state), ("sale", "approved"))
        self.assertIn("credit.order_first_approval", self._events(order).mapped("code"))

    def test_the_second_person_is_called_where_the_responsible_approved_first(self):
        self._band(0, 0, four_eyes=True)
        first = self.policy.responsible_id = self._colleague("first")
        order = self._held()
        self.assertEqual(self._request(order).user_id, first)
        order.with_user(first).ar_release_credit("fine with me")
        second = self._request(order).user_id
        self.assertTrue(second)
        self.assertNotEqual(second, first)
        self.assertEqual(order.sudo().activity_ids.user_id, second)
        order.with_user(second).ar_release_credit("with me, too")
        self.assertEqual(order.state, "sale")

    def test_a_supervisor_is_called_where_no_band_names_anybody(self):
        self.policy.responsible_id = self.user_of["credit"]
        self._band(0, 100)
        order = self._held()
        called = self._request(order).user_id
        self.assertTrue(called.has_group("ar_automation.ar_automation_group_supervisor"))
        self.policy.responsible_id = self.user_of["supervisor"]
        self.assertEqual(self._request(self._held()).user_id, self.user_of["supervisor"])

    def test_a_first_approval_is_no_blank_cheque(self):
        self._band(0, 0, four_eyes=True)
        first, second = self._colleague("first"), self._colleague("second")
        order = self._held()
        order.with_user(first).ar_release_credit("fine with me")
        order.order_line.price_unit = 3000
        order.with_user(second).ar_release_credit("fine with me")
        self.assertEqual(order.ar_credit_state, "held", "the second one was the first for so much")
        order.with_user(first).ar_release_credit("for this, too")
        self.assertEqual(order.state, "sale")

    def test_a_group_is_named_and_its_managers_decide(self):
        group = self.env["res.groups"].create({"name": "Board"})
        board = self._colleague("board")
        board.group_ids |= group
        self._band(0, 0, group_ids=group.ids)
        order = self._held()
        self.assertEqual(self._request(order).user_id, board)
        with self.assertRaises(AccessError):
            order.with_user(self.user_of["credit"]).ar_release_credit("please")
        self.user_of["sales"].group_ids |= group
        with self.assertRaises(AccessError):
            order.with_user(self.user_of["sales"]).ar_release_credit("I am on the board")
        order.with_user(board).ar_release_credit("yes")
        self.assertEqual(order.state, "sale")

    def test_named_people_who_left_do_not_open_the_band(self):
        self._band(0, 0, [self.user_of["invoice"]])
        order = self._held()
        with self.assertRaises(AccessError):
            order.with_user(self.user_of["credit"]).ar_release_credit("please")
        order.with_user(self.user_of["supervisor"]).ar_release_credit("standing in")
        self.assertEqual(order.state, "sale")

    def test_bands_do_not_overlap(self):
        self._band(0, 100)
        self._band(100, 0)
        with self.assertRaisesRegex(ValidationError, "overlaps"):
            self._band(50, 60)
        self._band(0, 0, kind="limit")

    def test_only_supervisors_change_the_matrix(self):
        with self.assertRaises(AccessError):
            self.env["ar.credit.approval"].with_user(self.user_of["credit"]).create(
                {"amount_from": 0}
            )
        self.env["ar.credit.approval"].with_user(self.user_of["supervisor"]).create(
            {"amount_from": 0}
        )

    # --- until a date

    def test_release_until_a_date_stands_for_the_customer(self):
        self.policy.write({"check_overdue": True, "overdue_days": 5})
        partner = self._customer(1000)
        invoice = self._invoice(partner, 800, days_ago=20)
        order = self._order(partner, 300)
        order.action_confirm()
        until = self.today + timedelta(days=7)
        order.with_user(self.user_of["credit"]).ar_release_credit("trade fair", until)
        request = self._request(order)
        self.assertEqual((request.until_date, request.ceiling), (until, 1100.0))
        second = self._order(partner, 1)
        second.action_confirm()
        self.assertEqual(second.ar_credit_state, "held", "the ceiling is reached")
        self._pay(invoice, 200)
        second.action_confirm()
        self.assertEqual(second.state, "sale", "late still, but cleared until the date")
        self._pay(invoice, 100)
        request.until_date = self.today - timedelta(days=1)
        third = self._order(partner, 1)
        third.action_confirm()
        self.assertEqual(third.ar_credit_state, "held", "the date has passed")

    def test_release_until_lapses_for_its_order(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit("today only", self.today)
        order._action_cancel()
        order.action_draft()
        order.sudo().ar_credit_until_date = self.today - timedelta(days=1)
        self._request(order).until_date = self.today - timedelta(days=1)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held")

    def test_release_of_one_order_until_a_date_clears_nobody_else(self):
        order = self._held()
        order.with_user(self.user_of["credit"]).ar_release_credit(
            "this one", self.today, for_customer=False
        )
        request = self._request(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual((order.ar_credit_until_date, request.until_date), (self.today, False))
        other = self._order(order.partner_id.sudo(), 1)
        other.action_confirm()
        self.assertEqual(other.ar_credit_state, "held")
        order._action_cancel()
        order.action_draft()
        order.sudo().ar_credit_until_date = self.today - timedelta(days=1)
        order.action_confirm()
        self.assertEqual(order.ar_credit_state, "held", "the release has run out")

    def test_release_until_yesterday_is_refused(self):
        with self.assertRaisesRegex(UserError, "has passed"):
            self._held().with_user(self.user_of["credit"]).ar_release_credit(
                "late", self.today - timedelta(days=1)
            )

    # --- limits

    def _ask(self, partner, limit, role="credit", reason="bigger season"):
        requests = self.env["ar.credit.request"].with_user(self.user_of[role])
        return requests.ar_request_limit(partner, self.company, limit, reason)

    def test_a_limit_within_the_band_is_set_at_once(self):
        partner = self._customer(100)
        request = self._ask(partner, 500)
        self.assertEqual(request.state, "approved")
        self.assertEqual(partner.with_company(self.company).credit_limit, 500.0)
        self.assertIn("bigger season", partner.message_ids[0].body)

    def test_a_limit_above_the_band_is_asked_for(self):
        senior = self._colleague("senior")
        partner = self._customer(100)
        self._band(0, 1000, [self.user_of["credit"]], kind="limit")
        self._band(1000, 0, [senior], kind="limit")
        request = self._ask(partner, 5000)
        self.assertEqual((request.state, request.user_id), ("open", senior))
        self.assertEqual(partner.with_company(self.company).credit_limit, 100.0)
        self.assertEqual(request.activity_ids.user_id, senior)
        with self.assertRaises(AccessError):
            request.ar_approve("I want it")
        newer = self._ask(partner, 6000)
        self.assertEqual(request.state, "closed", "replaced")
        newer.with_user(senior).ar_approve("fine")
        self.assertEqual(partner.with_company(self.company).credit_limit, 6000.0)
        with self.assertRaisesRegex(UserError, "decided already"):
            newer.with_user(senior).ar_reject("too late")

    def test_no_limit_at_all_counts_as_the_largest(self):
        partner = self._customer(100)
        self._band(0, 1000, [self.user_of["credit"]], kind="limit")
        self._band(1000, 0, [self._colleague("senior")], kind="limit")
        self.assertEqual(self._ask(partner, 0).state, "open")

    def test_a_collector_asks_and_does_not_set(self):
        partner = self._customer(100)
        request = self._ask(partner, 500, role="collector")
        self.assertEqual(request.state, "open")
        request.with_user(self.user_of["credit"]).ar_reject("no")
        self.assertEqual(partner.with_company(self.company).credit_limit, 100.0)
        for limit, reason in ((-1, "less"), (5, "")):
            with self.assertRaises(UserError):
                self._ask(partner, limit, reason=reason)

    # --- who sees what

    def test_salespeople_read_words_and_not_figures(self):
        order = self._held()
        self.assertEqual(
            order.ar_credit_notice, "the order takes the customer over its credit limit"
        )
        for field in ("ar_credit_reason", "ar_credit_exposure", "ar_credit_limit"):
            with self.assertRaises(AccessError):
                order.read([field])
        bodies = "".join(order.message_ids.mapped("body"))
        self.assertNotIn("800", bodies + "".join(order.sudo().activity_ids.mapped("note")))
        order.invalidate_recordset()
        self.assertIn("800", order.with_user(self.user_of["credit"]).ar_credit_notice)
        self.policy.tell_salespeople = True
        order.invalidate_recordset()
        self.assertIn("800", order.ar_credit_notice)

    # --- screens

    def test_wizard_decides_requests(self):
        order = self._held()
        request = self._request(order).with_user(self.user_of["credit"])
        action = request.action_release()
        form = Form(
            self.env["ar.credit.decision"]
            .with_user(self.user_of["credit"])
            .with_context(**action["context"])
        )
        form.reason = "paid in cash"
        form.scope = "customer"
        form.until_date = self.today
        form.save().action_apply()
        self.assertEqual((order.state, request.until_date), ("sale", self.today))
        limit = self._ask(order.partner_id.sudo(), 7, role="collector")
        limit = limit.with_user(self.user_of["credit"])
        for action in (limit.action_reject(), limit.action_release()):
            wizard = (
                self.env["ar.credit.decision"]
                .with_user(self.user_of["credit"])
                .with_context(**action["context"])
            )
            if limit.state == "open":
                wizard.create({"reason": "no"}).action_apply()
                self.assertEqual(limit.state, "rejected")

    def test_forms_open_for_every_role_that_may(self):
        request = self._request(self._held())
        for role in ("credit", "collector", "auditor", "invoice", "supervisor"):
            Form(request.with_user(self.user_of[role]))
