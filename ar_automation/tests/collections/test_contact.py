from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import TODAY
from .test_promise import GROUP, IN_A_WEEK, PromiseCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestContact(PromiseCommon):
    """What collectors note, and invoices they put on hold."""

    def log(self, outcome, **values):
        action = self.partner_a.action_ar_log_contact()
        wizards = self.env["ar.contact.log.add"].with_company(self.company)
        with Form(wizards.with_context(**action["context"])) as form:
            form.outcome_id = self.env.ref(f"ar_automation.contact_outcome_{outcome}")
            for name, value in values.items():
                setattr(form, name, value)
        form.record.action_confirm()
        return self.env["ar.contact.log"].search([("partner_id", "=", self.partner_a.id)], limit=1)

    def test_a_call_with_a_next_one(self):
        log = self.log("no_answer", next_action_date=IN_A_WEEK)
        self.assertRecordValues(
            log,
            [{"channel": "call", "next_action_date": IN_A_WEEK, "company_id": self.company.id}],
        )
        self.assertEqual(self.partner_a.activity_ids.date_deadline, IN_A_WEEK)
        self.assertEqual(self.partner_a.with_company(self.company).ar_contact_log_count, 1)

    def test_a_promise_on_the_phone(self):
        invoice = self.late_invoice(20)
        log = self.log("promised", promise_date=IN_A_WEEK)
        self.assertEqual(log.promise_id.line_ids.move_id, invoice)
        self.assertEqual((log.promise_id.amount, log.promise_id.date), (100.0, IN_A_WEEK))

    def test_a_promise_is_asked_for_in_the_currency_of_the_invoices(self):
        currency = self.setup_other_currency("EUR")
        invoice = self.late_invoice(20, currency_id=currency.id)
        action = self.partner_a.action_ar_log_contact()
        wizards = self.env["ar.contact.log.add"].with_company(self.company)
        with Form(wizards.with_context(**action["context"])) as form:
            form.outcome_id = self.env.ref("ar_automation.contact_outcome_promised")
            form.promise_date = IN_A_WEEK
            self.assertEqual(form.currency_id, currency)
            form.promise_amount = 60
            own = self.late_invoice(10)
            form.move_ids.add(own)
            self.assertEqual(form.currency_id, self.company.currency_id)
            form.move_ids.remove(own.id)
            form.move_ids.add(invoice)
        form.record.action_confirm()
        promise = self.env["ar.promise"].search([("partner_id", "=", self.partner_a.id)])
        self.assertEqual((promise.currency_id, promise.amount), (currency, 60.0))

    def test_a_dispute_holds_the_invoices(self):
        invoice, other = self.late_invoice(20), self.late_invoice(10)
        wizard = self.env["ar.contact.log.add"].create(
            {
                "partner_id": self.partner_a.id,
                "company_id": self.company.id,
                "outcome_id": self.env.ref("ar_automation.contact_outcome_dispute").id,
                "move_ids": [(6, 0, invoice.ids)],
                "puts_on_hold": True,
                "hold_until": IN_A_WEEK,
            }
        )
        wizard.action_confirm()
        self.assertEqual(self.run_day().notice_ids.line_ids.move_id, other)
        wizard.move_ids = False
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_scripts_in_notes_are_taken_out(self):
        log = self.env["ar.contact.log"].ar_log(
            self.partner_a,
            "reached",
            note="<p onclick='x()'>Call <script>alert(1)</script><b>back</b></p>",
            company_id=self.company.id,
        )
        self.assertNotIn("script", log.note)
        self.assertNotIn("onclick", log.note)
        self.assertIn("<b>back</b>", log.note)

    def test_holds_on_invoices(self):
        invoice = self.late_invoice(20)
        action = invoice.action_ar_hold_items()
        with Form(self.env["ar.collection.hold.add"].with_context(**action["context"])) as form:
            form.reason = "Price"
            form.until = IN_A_WEEK
        form.record.action_confirm()
        run = self.run_day()
        self.assertFalse(run.notice_ids)
        self.assertIn("Price", self.skipped(run)[self.partner_a.id])
        hold = self.env["ar.collection.hold"].search([("move_line_id", "=", self.item(invoice).id)])
        paused = self.env["ar.collection.pause"].ar_get_paused
        self.assertEqual(paused(self.item(invoice), IN_A_WEEK)[self.item(invoice).id][0], IN_A_WEEK)
        self.assertFalse(paused(self.item(invoice), IN_A_WEEK + timedelta(days=1)))
        self.assertTrue(self.run_day(IN_A_WEEK + timedelta(days=1)).notice_ids)
        hold.action_release()
        self.assertFalse(paused(self.item(invoice), TODAY))

    def test_holding_again_keeps_the_last_reason(self):
        item = self.item(self.late_invoice(20))
        holds = self.env["ar.collection.hold"]
        first = holds.ar_hold(item, "one")
        second = holds.ar_hold(item, "two", IN_A_WEEK)
        self.assertEqual((first.is_active, second.is_active), (False, True))

    def test_holds_refused_in_words(self):
        invoice = self.late_invoice(20)
        holds = self.env["ar.collection.hold"]
        with self.assertRaisesRegex(UserError, "past"):
            holds.ar_hold(self.item(invoice), "x", TODAY - timedelta(days=1))
        self.pay(invoice, TODAY)
        with self.assertRaisesRegex(UserError, "Only open"):
            holds.ar_hold(self.item(invoice), "x")
        auditor = new_test_user(self.env, login="hold_auditor", groups=GROUP + "auditor")
        with self.assertRaises(AccessError):
            holds.with_user(auditor).ar_hold(self.item(invoice), "x")

    def test_collectors_log_and_auditors_read(self):
        users = {
            role: new_test_user(
                self.env,
                login=f"log_{role}",
                groups=GROUP + role,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for role in ("collector", "auditor")
        }
        logs = self.env["ar.contact.log"]
        log = logs.with_user(users["collector"]).ar_log(self.partner_a, "reached", channel="visit")
        self.assertEqual(log.with_user(users["auditor"]).channel, "visit")
        with self.assertRaises(AccessError):
            logs.with_user(users["auditor"]).ar_log(self.partner_a, "reached")
