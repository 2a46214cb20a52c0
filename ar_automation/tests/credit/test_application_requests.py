"""Applications stand in the queue of credit requests, and are decided in one place."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .application_case import ApplicationCase


@tagged("post_install", "-at_install")
class TestApplicationRequests(ApplicationCase):
    def setUp(self):
        super().setUp()
        self.applicant = self.receive().with_user(self.user_of["credit"])
        self.request = self.applicant.request_ids

    def decide(self, decision, reason):
        action = self.request.action_release() if decision == "release" else None
        action = action or self.request.action_reject()
        wizards = self.env["ar.credit.decision"].with_user(self.user_of["credit"])
        with Form(wizards.with_context(**action["context"])) as form:
            form.reason = reason
        return form.record.action_apply()

    def test_an_application_waits_in_the_queue(self):
        self.assertRecordValues(
            self.request,
            [
                {
                    "kind": "application",
                    "state": "open",
                    "amount": 12000.5,
                    "partner_id": False,
                    "user_id": self.applicant.sudo().activity_ids.user_id.id,
                }
            ],
        )
        self.assertIn("Brewery NV", self.request.name)
        self.assertIn("belongs to NV Example", self.request.reason)
        opened = self.request.action_open_applicant()
        self.assertEqual(opened["res_model"], self.applicant._name)
        self.assertEqual(opened["res_id"], self.applicant.id)

    def test_it_follows_what_is_decided_on_the_application(self):
        self.applicant.approved_limit = 8000
        self.applicant.action_approve()
        customer = self.applicant.partner_id
        self.assertRecordValues(
            self.request,
            [
                {
                    "state": "approved",
                    "partner_id": customer.id,
                    "decided_by_id": self.user_of["credit"].id,
                }
            ],
        )
        self.assertEqual(customer.sudo().with_company(self.company).credit_limit, 8000.0)

    def test_it_is_decided_from_the_queue_as_well(self):
        self.decide("reject", "Accounts are missing.")
        self.assertEqual((self.request.state, self.applicant.state), ("rejected", "rejected"))
        self.assertIn("Accounts are missing.", self.mails(self.applicant.sudo())[-1].body_html)
        with self.assertRaisesRegex(UserError, "decided already"):
            self.request.ar_approve("after all")

    def test_a_release_grants_the_limit_that_stands_on_the_application(self):
        self.applicant.approved_limit = 7000
        self.decide("release", "Welcome.")
        self.assertEqual((self.request.state, self.applicant.state), ("approved", "approved"))
        customer = self.applicant.partner_id.sudo().with_company(self.company)
        self.assertEqual(customer.credit_limit, 7000.0)

    def test_two_people(self):
        second = self._colleague("second")
        self._band(0, 0, kind="limit", four_eyes=True)
        self.request.ar_approve("sound")
        self.assertEqual((self.request.state, self.applicant.state), ("second", "received"))
        self.assertEqual(self.request.first_approved_by_id, self.user_of["credit"])
        self.assertNotEqual(self.request.user_id, self.user_of["credit"])
        self.request.with_user(second).ar_approve("sound indeed")
        self.assertEqual((self.request.state, self.applicant.state), ("approved", "approved"))

    def test_what_is_put_away_waits_for_nobody(self):
        self.applicant.action_archive()
        self.assertEqual(self.request.state, "closed")
        self.applicant.action_unarchive()
        requests = self.applicant.request_ids.sorted("id")
        self.assertEqual(requests.mapped("state"), ["closed", "open"])

    def test_roles(self):
        for role in ("collector", "auditor", "invoice"):
            request = self.request.with_user(self.user_of[role])
            self.assertEqual(request.amount, 12000.5)
            for decide in (request.ar_approve, request.ar_reject):
                with self.assertRaisesRegex(AccessError, "Only credit managers"):
                    decide("because")
        self.assertEqual(self.applicant.state, "received")
