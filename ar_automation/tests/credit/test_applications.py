"""Applying for credit on the web: who may send what, and what arrives."""

import re

from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from bank_simulator import Fault

from ...controllers.credit.credit_application import TRAP
from ...models.credit.ar_credit_attempt import MOST_PER_HOUR
from .application_case import PDF, ApplicationCase

QUIET = "odoo.http"


@tagged("post_install", "-at_install")
class TestApplicationForm(ApplicationCase):
    def test_the_form_is_shown_and_sent_as_a_browser_does(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors", page.headers["Content-Security-Policy"])
        stamp = re.search(r'name="stamp" value="([^"]+)"', page.text).group(1)
        before = self.env["res.partner"].search_count([])
        self.assertIn("Thank you", self.send(stamp=stamp).text)
        # Sent in less than three seconds: taken for a program, which is told the same.
        self.assertFalse(self.received())
        self.assertIn("Thank you", self.send().text)
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_what_arrives_is_prepared_for_a_decision(self):
        applicant = self.receive(files={"files": ("accounts.pdf", PDF, "text/html")})
        self.assertRecordValues(
            applicant,
            [
                {
                    "name": "Brewery NV",
                    "state": "received",
                    "requested_limit": 12000.5,
                    "approved_limit": 12000.5,
                    "vat_state": "valid",
                    "partner_id": False,
                    "consent_ip": "127.0.0.1",
                }
            ],
        )
        self.assertIn(self.company.name, applicant.consent_text)
        self.assertIn("belongs to NV Example", applicant.findings)
        self.assertEqual(applicant.reference_ids.contact, "Bob")
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", applicant._name), ("res_id", "=", applicant.id)]
        )
        self.assertEqual(
            (attachment.name, attachment.mimetype, attachment.public),
            ("accounts.pdf", "application/pdf", False),
        )
        self.assertTrue(applicant.activity_ids.user_id)
        public = self.env.ref("base.public_user")
        records = (applicant, applicant.activity_ids, applicant.message_ids, attachment)
        for record in records:
            self.assertNotIn(public, record.create_uid)
        mail = self.mails(applicant)
        self.assertEqual((mail.email_to, mail.state), ("ann@brewery.example", "outgoing"))
        self.assertIn("12,000.50", mail.body_html)

    def test_a_form_sent_twice_arrives_once(self):
        self.receive()
        self.assertIn("Thank you", self.send().text)
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(len(self.mails(self.received())), 1)

    def test_what_is_wrong_is_said_at_the_field(self):
        answer = self.send(email="nobody", consent="", requested_limit="-1", country="ZZ")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(answer.text.count('class="invalid-feedback"'), 4)
        self.assertIn('value="Brewery NV"', answer.text)
        self.assertIn("One e-mail address, please", answer.text)
        self.assertIn("Digits only, please", answer.text)
        self.assertFalse(self.received())
        self.assertEqual(self.count_asked()[1], 0)

    def test_what_is_noted_is_in_our_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ar.credit.scorecard"].ar_get_policy(self.company).start_limit = 1234
        self.opener.cookies["frontend_lang"] = "fr_FR"
        applicant = self.receive()
        self.assertEqual(applicant.lang, "fr_FR", "the mails are in the applicant's")
        self.assertIn("1,234.00", applicant.findings)

    def test_the_page_opens_at_the_first_field_that_is_wrong(self):
        for wrong, field in (
            ({"phone": "call me", "consent": ""}, "phone"),
            ({"consent": ""}, "consent"),
        ):
            page = html.fromstring(self.send(**wrong).text)
            self.assertEqual(page.xpath("//@autofocus/../@name"), [field])
        self.assertFalse(html.fromstring(self.url_open(self.path).text).xpath("//*[@autofocus]"))

    def test_the_register_is_asked_and_its_silence_is_no_refusal(self):
        answer = self.send(vat="BE0428759497")
        self.assertIn("does not know this number", answer.text)
        answer = self.send(vat="BE0477472702")
        self.assertIn("no valid VAT number", answer.text)
        self.assertFalse(self.received())
        for number, fault in enumerate(("MS_UNAVAILABLE", "TIMEOUT", "IP_BLOCKED")):
            self.bank.settings["vies.fault"] = fault
            applicant = self.receive(stamp=self.stamp(fault))
            self.assertEqual(applicant.vat_state, "unverified")
            self.assertIn(fault, applicant.findings)
            self.assertEqual(len(self.received()), number + 1)
        self.bank.settings["vies.fault"] = ""
        self.bank.scenario.switch([Fault("garbage")])
        self.assertEqual(self.receive(stamp=self.stamp("down")).vat_state, "unverified")
        self.bank.scenario.switch([])
        applicant.with_user(self.user_of["credit"]).action_check_vat()
        self.assertEqual(applicant.vat_state, "valid")

    def test_a_company_from_elsewhere_needs_no_european_number(self):
        applicant = self.receive(country="US", vat="12-3456789")
        self.assertFalse(applicant.vat_check_id)
        self.assertIn("No VAT number was checked", applicant.findings)


@tagged("post_install", "-at_install")
class TestApplicationSecurity(ApplicationCase):
    @mute_logger(QUIET)
    def test_a_link_that_is_none_leads_nowhere(self):
        old = self.path
        for path in (
            "/credit/apply/",
            "/credit/apply/x",
            "/credit/apply/False",
            f"/credit/apply/{'a' * 5000}",
        ):
            self.assertEqual(self.url_open(path).status_code, 404)
        self.policy.action_new_application_link()
        self.assertEqual(self.url_open(old).status_code, 404)
        self.policy.accept_applications = False
        path = f"/credit/apply/{self.policy.application_token}"
        self.assertEqual(self.send(path=path).status_code, 404)
        self.assertEqual(self.policy.application_url, "")
        self.assertFalse(self.received())

    @mute_logger(QUIET)
    def test_a_form_from_another_site_is_refused(self):
        for token in ("", "wrong"):
            self.assertEqual(self.send(csrf_token=token).status_code, 400)
        self.assertFalse(self.received())

    def test_programs_are_told_nothing_and_stored_nowhere(self):
        self.assertIn("Thank you", self.send(**{TRAP: "http://spam.example"}).text)
        self.assertIn("Thank you", self.send(stamp=self.stamp(ago=1)).text)
        for stamp in ("", "x", "a" * 500, self.stamp()[:-4] + "AAAA", "\x00é"):
            self.assertEqual(self.send(stamp=stamp).status_code, 422)
        self.assertFalse(self.received())
        self.assertEqual(self.count_asked()[1], 0)

    def test_who_sends_too_often_is_stopped_before_the_register_is_asked(self):
        for number in range(MOST_PER_HOUR):
            self.send(stamp=self.stamp(f"often-{number}"), vat="BE0428759497")
        asked = self.count_asked()
        self.assertEqual(self.send(stamp=self.stamp("one-more")).status_code, 429)
        self.assertEqual(self.count_asked(), asked)
        self.assertFalse(self.received())
        senders = self.env["ar.credit.attempt"].search([]).mapped("sender")
        self.assertNotIn("127.0.0.1", " ".join(senders))

    def test_a_company_takes_so_many_a_day(self):
        self.patch(type(self.applicants), "_has_room", lambda _model, _company: False)
        self.assertEqual(self.send().status_code, 429)

    def test_programs_and_pages_are_no_documents(self):
        for name, content in (
            ("virus.exe", b"MZ\x90\x00"),
            ("accounts.pdf", b"MZ\x90\x00"),
            ("picture.svg", b"<svg onload='alert(1)'/>"),
            ("page.html", b"<script>alert(1)</script>"),
            ("large.pdf", b"%PDF-" + b"x" * (5 * 1024 * 1024)),
        ):
            with self.subTest(name):
                answer = self.send(files={"files": (name, content, "application/pdf")})
                self.assertEqual(answer.status_code, 422)
        many = [("files", (f"{number}.pdf", PDF, "application/pdf")) for number in range(6)]
        self.assertEqual(self.send(files=many).status_code, 422)
        self.assertFalse(self.received())

    @mute_logger(QUIET)
    def test_a_body_without_end_is_not_read(self):
        huge = {"files": ("huge.pdf", b"%PDF-" + b"x" * (31 * 1024 * 1024), "application/pdf")}
        self.assertEqual(self.send(files=huge).status_code, 413)

    def test_markup_stays_text_and_headers_cannot_be_forged(self):
        evil = "<img src=x onerror=alert(1)>"
        answer = self.send(name=evil, email="no")
        self.assertNotIn(evil, answer.text)
        applicant = self.receive(
            name=f"{evil}\r\nBcc: all@victim.example",
            contact_name=f"{evil}{{{{ object.company_id.id }}}}",
            message=evil,
        )
        self.assertNotIn("\n", applicant.name)
        mail = self.mails(applicant)
        self.assertNotIn(evil, mail.body_html)
        self.assertIn("&lt;img", mail.body_html)
        self.assertIn("{{ object.company_id.id }}", mail.body_html)
        self.assertFalse(set("\r\n") & set(mail.subject + mail.email_to + (mail.email_from or "")))
        for email in ("ann@x.example\r\nBcc: all@victim.example", "a@x.example,b@x.example"):
            answer = self.send(stamp=self.stamp("second"), email=email)
            self.assertEqual(answer.status_code, 422)
        self.assertEqual(len(self.received()), 1)

    def test_fields_of_ours_cannot_be_sent(self):
        applicant = self.receive(
            state="approved", approved_limit="999999", partner_id="1", company_id="999", lang="xx"
        )
        self.assertRecordValues(
            applicant,
            [{"state": "received", "approved_limit": 12000.5, "partner_id": False}],
        )
        self.assertEqual(applicant.company_id, self.company)

    def test_nobody_outside_reads_or_decides(self):
        applicant = self.receive()
        portal = new_test_user(self.env, "applicant_portal", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user"), self.user_of["sales"]):
            record = applicant.with_user(user)
            for call in (
                lambda record=record: record.read(["name"]),
                lambda record=record: record.search([]),
                record.action_approve,
                record.action_check_vat,
                lambda record=record: record.write({"decision_reason": "x"}),
                lambda record=record: record.env["ar.credit.attempt"].search([]),
                lambda record=record: record.env["ar.vat.check"].search([]),
                lambda record=record: record.env["ar.credit.rating"].search([]),
                lambda record=record: record.env["ar.credit.policy"].search([]).application_token,
            ):
                with self.subTest(user=user.id), self.assertRaises(AccessError):
                    call()
        for role in ("collector", "auditor"):
            record = applicant.with_user(self.user_of[role])
            self.assertEqual(record.name, "Brewery NV")
            with self.assertRaises(AccessError):
                record.action_approve()
        self.assertEqual(applicant.state, "received")
