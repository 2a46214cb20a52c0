"""What a decision on an application does, and what customers see of their credit."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .application_case import ApplicationCase
from .outside_case import VAT

QUIET = "odoo.http"


@tagged("post_install", "-at_install")
class TestDecisions(ApplicationCase):
    def setUp(self):
        super().setUp()
        self.applicant = self.receive().with_user(self.user_of["credit"])

    def test_an_approval_makes_a_customer_with_limit_and_terms(self):
        term = self.env.ref("account.account_payment_term_30days")
        with Form(self.applicant) as form:
            form.approved_limit = 8000
            form.approved_term_id = term
        self.applicant.action_approve()
        customer = self.applicant.partner_id.sudo().with_company(self.company)
        self.assertRecordValues(
            customer,
            [
                {
                    "name": "Brewery NV",
                    "is_company": True,
                    "vat": VAT,
                    "city": "Ghent",
                    "credit_limit": 8000.0,
                    "property_payment_term_id": term.id,
                }
            ],
        )
        self.assertEqual(customer.child_ids.name, "Ann")
        given = customer.ar_credit_limit_ids
        self.assertEqual((given.amount, given.state), (8000.0, "current"))
        self.assertIn("Credit application of Brewery NV", given.reason)
        self.assertEqual(self.applicant.decided_by_id, self.user_of["credit"])
        mail = self.mails(self.applicant.sudo())[-1]
        self.assertIn("8,000.00", mail.body_html)
        self.assertIn(term.name, mail.body_html)
        self.assertFalse(self.applicant.activity_ids.filtered("active"))
        event = (
            self.env["ar.audit.event"]
            .sudo()
            .search([("code", "=", "credit.application_approved")], order="id desc", limit=1)
        )
        self.assertEqual(event.details["customer"], customer.id)
        self.assertIn("approved with a limit of", event.summary)

    def test_an_existing_customer_is_linked_and_not_doubled(self):
        known = self._customer(limit=100, name="Brewery", vat=VAT)
        self.applicant.invalidate_recordset(["similar_partner_ids"])
        self.assertEqual(self.applicant.similar_partner_ids, known)
        self.applicant.partner_id = known
        before = self.env["res.partner"].search_count([])
        self.applicant.action_approve()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertEqual(known.with_company(self.company).credit_limit, 12000.5)

    def test_the_approval_matrix_says_who_approves(self):
        senior = self._colleague("senior")
        self._band(0, 10000, kind="limit")
        self._band(10000, 0, [senior], kind="limit")
        with self.assertRaisesRegex(AccessError, "Ask ar_credit_senior"):
            self.applicant.action_approve()
        self.assertEqual(self.applicant.state, "received")
        self.applicant.approved_limit = 9000
        self.applicant.action_approve()
        self.assertEqual(self.applicant.state, "approved")

    def test_two_people_approve_above_a_band(self):
        second = self._colleague("second")
        self._band(0, 0, kind="limit", four_eyes=True)
        self.applicant.action_approve()
        self.assertEqual(self.applicant.state, "received")
        self.assertFalse(self.applicant.sudo().partner_id, "nobody is created before")
        waiting = self.applicant.sudo().activity_ids.filtered("active")
        self.assertNotIn(self.user_of["credit"], waiting.user_id)
        with self.assertRaisesRegex(UserError, "two different people"):
            self.applicant.action_approve()
        self.applicant.approved_limit += 1
        self.applicant.with_user(second).action_approve()
        self.assertEqual(self.applicant.state, "received", "the first one was about less")
        self.applicant.action_approve()
        self.assertEqual(self.applicant.state, "approved")

    def test_a_rejection_needs_a_reason_and_tells_it(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.applicant.action_reject()
        self.applicant.decision_reason = "Accounts are <missing>."
        before = self.env["res.partner"].search_count([])
        self.applicant.action_reject()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertIn(
            "Accounts are &lt;missing&gt;.", self.mails(self.applicant.sudo())[-1].body_html
        )

    def test_what_was_told_and_decided_stays(self):
        with self.assertRaisesRegex(UserError, "not changed"):
            self.applicant.requested_limit = 5
        with self.assertRaisesRegex(UserError, "not changed"):
            self.applicant.state = "approved"
        self.applicant.approved_limit = 0
        with self.assertRaisesRegex(UserError, "Enter the limit"):
            self.applicant.action_approve()
        self.applicant.decision_reason = "No."
        self.applicant.action_reject()
        with self.assertRaisesRegex(UserError, "decided already"):
            self.applicant.with_context(x=1).sudo().with_user(self.user_of["credit"])._decide(
                "approved"
            )
        with self.assertRaisesRegex(UserError, "not changed"):
            self.applicant.approved_limit = 5

    def test_the_decision_is_written_in_the_applicants_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("ar_automation.mail_template_credit_rejected")
        template.with_context(lang="fr_FR").subject = "Votre demande"
        self.applicant.sudo().lang = "fr_FR"
        self.applicant.decision_reason = "Non."
        self.applicant.action_reject()
        self.assertEqual(self.mails(self.applicant.sudo())[-1].subject, "Votre demande")


@tagged("post_install", "-at_install")
class TestPortalCredit(ApplicationCase):
    def setUp(self):
        super().setUp()
        self.policy.show_on_portal = True
        self.mine = self._customer(limit=5000, name="My Company")
        self.other = self._customer(limit=7777, name="Other Company")
        self._invoice(self.mine, 1234)
        self._invoice(self.other, 4321)
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.mine.id, "email": "clerk@mine.example"}
        )
        new_test_user(
            self.env,
            login="credit_portal",
            password="credit_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=clerk.id,
        )
        self.authenticate("credit_portal", "credit_portal")

    def test_a_customer_sees_its_own_credit_and_no_others(self):
        page = self.url_open(f"/my/credit?partner_id={self.other.id}")
        self.assertEqual(page.status_code, 200)
        for figure in ("5,000.00", "1,234.00", "3,766.00"):
            self.assertIn(figure, page.text)
        for foreign in ("Other Company", "7,777", "4,321"):
            self.assertNotIn(foreign, page.text)
        self.assertIn("/my/credit", self.url_open("/my/home").text)

    @mute_logger(QUIET)
    def test_nothing_is_shown_unless_the_policy_allows_it(self):
        self.policy.write({"show_on_portal": False, "accept_applications": False})
        self.assertEqual(self.url_open("/my/credit").status_code, 404)
        self.assertEqual(self.url_open("/my/credit/apply").status_code, 404)
        self.assertNotIn("/my/credit", self.url_open("/my/home").text)

    def test_without_a_login_there_is_no_page(self):
        self.authenticate(None, None)
        page = self.url_open("/my/credit")
        self.assertIn("/web/login", page.url)

    def test_a_customer_applies_for_itself_only(self):
        self.assertIn("My Company", self.url_open("/my/credit/apply").text)
        self.send(path="/my/credit/apply", partner_id=str(self.other.id), vat="")
        applicant = self.received()
        self.assertEqual(applicant.partner_id, self.mine)
        self.assertIn("owes", applicant.findings)
        self.assertEqual(applicant.review_id.reason, "application")
        self.assertEqual(applicant.review_id.partner_id, self.mine)
        self.assertIn("We are looking at it", self.url_open("/my/credit").text)
        applicant.approved_limit = 9000
        applicant.action_approve()
        self.assertIn(">Approved<", self.url_open("/my/credit").text)
