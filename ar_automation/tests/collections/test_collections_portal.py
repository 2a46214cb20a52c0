import base64
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import TODAY
from .test_payment_plan import PlanCommon

DOT = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()


@tagged("post_install", "-at_install")
class TestCollectionsPortal(PlanCommon, HttpCase):
    """What customers do for themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_promise_portal = True
        contact = cls.env["res.partner"].create(
            {"name": "Ann", "parent_id": cls.partner_a.id, "email": "ann@example.com"}
        )
        cls.customer = new_test_user(
            cls.env,
            login="portal_ann",
            password="portal_ann",
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.stranger = new_test_user(
            cls.env,
            login="portal_bob",
            password="portal_bob",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.today = cls.env["ar.job.collections.promise"]._job_today(cls.company)

    def setUp(self):
        super().setUp()
        self.invoice = self.late_invoice(20)

    def post_promise(self, items, day):
        page = self.url_open("/my/open-items")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, "day": str(day), "item": items.ids}
        return self.url_open("/my/open-items/promise", data=data)

    def test_a_customer_promises(self):
        foreign = self.late_invoice(20, partner=self.partner_b)
        self.authenticate("portal_ann", "portal_ann")
        page = self.url_open("/my/open-items")
        self.assertIn(self.invoice.name, page.text)
        self.assertNotIn(foreign.name, page.text)
        self.assertIn("<tfoot>", page.text)
        day = self.today + timedelta(days=5)
        answer = self.post_promise(self.item(self.invoice) | self.item(foreign), day)
        self.assertIn("Thank you", answer.text)
        promise = self.env["ar.promise"].search([("partner_id", "=", self.partner_a.id)])
        self.assertRecordValues(
            promise,
            [
                {
                    "source": "portal",
                    "amount": 100.0,
                    "date": day,
                    "contact_id": self.customer.partner_id.id,
                }
            ],
        )
        self.assertFalse(self.env["ar.promise"].search([("partner_id", "=", self.partner_b.id)]))
        self.assertNotIn('name="day"', self.url_open("/my/open-items").text)
        again = self.post_promise(self.item(self.invoice), day + timedelta(days=1))
        self.assertIn("alert-danger", again.text)
        self.assertEqual(promise.state, "open")

    def test_what_the_portal_refuses(self):
        self.authenticate("portal_ann", "portal_ann")
        items = self.item(self.invoice)
        for day in (self.today - timedelta(days=1), self.today + timedelta(days=15), "", "x'--"):
            self.assertIn("alert-danger", self.post_promise(items, day).text)
        nothing = self.env["account.move.line"]
        self.assertIn("alert-danger", self.post_promise(nothing, self.today).text)
        self.assertFalse(self.env["ar.promise"].search([("partner_id", "=", self.partner_a.id)]))

    def test_a_refusal_speaks_the_customers_language_and_keeps_what_was_chosen(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        self.authenticate("portal_ann", "portal_ann")
        answer = self.post_promise(self.item(self.invoice), self.today - timedelta(days=1))
        latest = self.today + timedelta(days=self.company.ar_promise_portal_days)
        self.assertIn(f"von heute bis zum {latest:%d.%m.%Y}", answer.text)
        self.assertIn("checked", answer.text)
        self.assertIn(f'value="{self.today - timedelta(days=1)}"', answer.text)

    @mute_logger("odoo.http")
    def test_switched_off(self):
        self.company.ar_promise_portal = False
        self.authenticate("portal_ann", "portal_ann")
        self.assertEqual(self.url_open("/my/open-items").status_code, 404)
        self.assertNotIn("/my/open-items", self.url_open("/my").text)

    def offered(self):
        plan = self.plan([self.invoice], first=self.today, interest=3.0)
        plan.ar_offer()
        return plan

    def accept(self, plan, token=None, name="Ann Miller", signature=DOT):
        url = f"/my/payment-plans/{plan.id}/accept" + (f"?access_token={token}" if token else "")
        return self.make_jsonrpc_request(url, {"name": name, "signature": signature})

    def test_signing_with_the_link_alone(self):
        plan = self.offered()
        page = self.url_open(plan.get_portal_url())
        self.assertIn(plan.name, page.text)
        self.assertIn("portal.signature_form", page.text)
        self.assertIn("error", self.accept(plan))
        self.assertIn("error", self.accept(plan, "wrong"))
        self.assertIn("error", self.accept(plan, plan.access_token, name=" "))
        self.assertIn("error", self.accept(plan, plan.access_token, signature=""))
        self.assertIn("error", self.accept(plan, plan.access_token, signature="no picture"))
        self.assertEqual(plan.state, "offered")
        answer = self.accept(plan, plan.access_token)
        self.assertTrue(answer["force_refresh"])
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.signed_by), ("active", "Ann Miller"))
        self.assertTrue(plan.signature)
        self.assertEqual(plan.interest_move_id.state, "posted")
        self.assertIn("error", self.accept(plan, plan.access_token))
        self.assertIn("Accepted by", self.url_open(plan.get_portal_url()).text)

    def test_only_the_customer_sees_a_plan(self):
        plan = self.plan([self.invoice], first=self.today)
        address = f"/my/payment-plans/{plan.id}"
        self.authenticate("portal_ann", "portal_ann")
        self.assertNotIn(plan.name, self.url_open(address).text)
        plan.ar_offer()
        self.assertIn(plan.name, self.url_open(address).text)
        self.assertIn(plan.name, self.url_open("/my/open-items").text)
        self.authenticate("portal_bob", "portal_bob")
        self.assertNotIn(plan.name, self.url_open(address).text)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPromiseSettings(PlanCommon):
    def test_settings(self):
        settings = self.env["res.config.settings"].with_company(self.company)
        settings.create({"ar_promise_grace_days": 5, "ar_promise_broken": "same_level"}).execute()
        self.assertEqual(self.company.ar_promise_grace_days, 5)
        self.assertEqual(self.company.ar_promise_broken, "same_level")
