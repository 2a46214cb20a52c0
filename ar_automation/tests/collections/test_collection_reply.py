from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, DunningCommon

MAIL = """From: {sender}
To: {to}
Subject: Re: A friendly reminder
Message-Id: <{number}@customer.example>
In-Reply-To: {parent}
References: {parent}
Date: Tue, 30 Jun 2026 12:00:00 +0000
{headers}Content-Type: text/plain; charset=utf-8

{body}

On Tue, 30 June 2026, Example wrote:
> if you dispute an invoice please tell us
"""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCollectionReply(DunningCommon):
    """Answers to reminders as the mail gateway hands them in."""

    def setUp(self):
        super().setUp()
        self.company.email = "receivables@example.com"
        self.invoice = self.late_invoice(20)
        self.notice = self.run_day().notice_ids
        self.assertEqual(self.notice.state, "sent")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def answer(self, body, *, number=1, parent=None, headers="", sender="a@example.com"):
        mail = MAIL.format(
            sender=sender,
            to="receivables@example.com",
            number=number,
            parent=parent or self.notice.mail_id.message_id,
            headers=headers,
            body=body,
        )
        self.env["mail.thread"].message_process(None, mail)
        return self.env["ar.collection.reply"].search([], limit=1, order="id desc")

    def test_a_promise_by_mail(self):
        reply = self.answer("Sorry, we will pay on 15.07.2026.")
        self.assertRecordValues(
            reply,
            [
                {
                    "partner_id": self.partner_a.id,
                    "notice_id": self.notice.id,
                    "company_id": self.company.id,
                    "kind": "promise",
                    "words": "will pay",
                    "named_date": date(2026, 7, 15),
                    "excerpt": "Sorry, we will pay on 15.07.2026.",
                    "state": "new",
                }
            ],
        )
        self.assertIn("will pay", self.partner_a.message_ids[0].body)
        self.assertEqual(reply.message_id, self.partner_a.message_ids[0])
        # nothing is paused by an answer
        item = self.invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.assertFalse(self.env["ar.collection.pause"].ar_get_paused(item, TODAY))
        action = reply.action_register_promise()
        with Form(self.env["ar.promise.register"].with_context(**action["context"])) as form:
            self.assertEqual(form.date, date(2026, 7, 15))
        promise = self.env["ar.promise"].browse(form.record.action_confirm()["res_id"])
        self.assertEqual((promise.source, promise.date), ("mail", date(2026, 7, 15)))
        self.assertEqual((reply.state, reply.done_by_id), ("done", self.env.user))

    def test_sorted_with_a_suggestion(self):
        for number, (body, kind) in enumerate(
            (
                ("Die Rechnung wurde bereits bezahlt.", "paid"),
                ("Nous contestons cette facture.", "dispute"),
                ("Mrs Miller no longer works here.", "wrong_contact"),
                ("What is this about?", "other"),
            )
        ):
            reply = self.answer(body, number=number)
            self.assertEqual(reply.kind, kind)
            self.assertTrue(reply.suggestion)

    def test_a_machine_answers(self):
        reply = self.answer("Back soon.", headers="Auto-Submitted: auto-replied\n")
        self.assertEqual(reply.kind, "out_of_office")

    def test_an_answer_to_an_answer(self):
        self.answer("What is this about?", number=1)
        reply = self.answer("Now paid: we have paid.", number=2, parent="<1@customer.example>")
        self.assertEqual((reply.kind, reply.notice_id), ("paid", self.notice))

    def test_the_same_mail_twice(self):
        self.answer("We have paid.")
        self.answer("We have paid.")
        self.assertEqual(
            self.env["ar.collection.reply"].search_count([("notice_id", "=", self.notice.id)]), 1
        )

    def test_other_mail_is_none_of_ours(self):
        message = self.partner_a.message_post(message_type="comment")
        self.answer("We will pay.", parent=message.message_id)
        self.assertFalse(
            self.env["ar.collection.reply"].search([("partner_id", "=", self.partner_a.id)])
        )

    def test_hostile_html_is_only_text(self):
        reply = self.answer("<script>alert(1)</script> we will pay")
        self.assertEqual(reply.kind, "promise")

    def test_a_dispute_becomes_a_hold(self):
        reply = self.answer("We dispute this invoice.")
        action = reply.action_note_dispute()
        with Form(self.env["ar.contact.log.add"].with_context(**action["context"])) as form:
            self.assertEqual(form.outcome_id.code, "dispute")
            form.move_ids.add(self.invoice)
        form.record.action_confirm()
        log = self.env["ar.contact.log"].search([("partner_id", "=", self.partner_a.id)])
        self.assertEqual((log.channel, log.move_ids, reply.state), ("mail", self.invoice, "done"))
        self.assertTrue(self.env["ar.collection.hold"].search([("move_id", "=", self.invoice.id)]))

    def test_done_once(self):
        reply = self.answer("Thanks.")
        reply.action_done()
        with self.assertRaises(UserError):
            reply.action_done()
