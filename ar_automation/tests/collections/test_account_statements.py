"""Statements of account: by schedule, on demand, as mail, document and workbook."""

import email
from datetime import date, timedelta
from email import policy as email_policy

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ...models.collections.statement_figures import StatementTerms, read_statements
from ..automation.smtp_sink import open_sink
from ..invoicing.test_delivery_proof import BOUNCE
from .statement_case import JUNE, NIGHT, StatementCase

NOISY = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.ar_automation.models.automation.job_runner",
)


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestFigures(StatementCase):
    def test_movements_lead_from_one_balance_to_the_next(self):
        old = self.late_invoice(10, amount=100.0)  # of 21 May
        self._register_payment(old, amount=40.0, payment_date=date(2026, 6, 10))
        self._create_invoice_one_line(
            partner_id=self.partner_a,
            invoice_date=date(2026, 6, 20),
            price_unit=25.0,
            tax_ids=[],
            post=True,
        )
        [group] = self.figures(*JUNE)
        self.assertEqual(
            [(row["kind"], row["amount"], row["balance"]) for row in group["movements"]],
            [("payment", -40, 60), ("invoice", 25, 85)],
        )
        self.assertEqual((group["opening"], group["balance"]), (100, 85))

    def test_a_payment_in_another_currency_closes_the_invoice_in_its_own(self):
        currency = self.setup_other_currency("CHF", rates=[("2016-01-01", 2.0)])
        invoice = self.late_invoice(10, amount=80.0, currency_id=currency)
        own = self.company.currency_id.id
        self._register_payment(invoice, payment_date=date(2026, 6, 10), currency_id=own)
        for group in self.figures(*JUNE):
            last = group["movements"][-1]["balance"]
            self.assertEqual(last, group["balance"], group["currency"].name)
        [chf] = [g for g in self.figures(*JUNE) if g["currency"] == currency]
        self.assertEqual((chf["opening"], chf["balance"]), (80, 0))
        self.assertIn("settled", [row["kind"] for row in chf["movements"]])
        [own] = [g for g in self.figures(*JUNE) if g["currency"] != currency]
        self.assertEqual([row["kind"] for row in own["movements"]], ["payment", "used"])

    def test_a_period_in_which_nothing_moved_still_tells_the_balance(self):
        self.late_invoice(100, amount=10.0)
        [group] = self.figures(*JUNE)
        self.assertFalse(group["movements"])
        self.assertEqual((group["opening"], group["balance"]), (10, 10))

    def test_who_has_nothing_has_no_statement(self):
        self.assertFalse(self.figures(*JUNE, partner=self.partner_b))

    def test_the_number_of_statements_does_not_depend_on_the_customers(self):
        customers = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(12)])
        for customer in customers:
            self.late_invoice(10, partner=customer)
        terms = StatementTerms(JUNE[1], JUNE[0], "movements")
        self.env.flush_all()
        with self.assertQueryCount(2):
            read_statements(self.company, customers[:2], terms)
        with self.assertQueryCount(2):
            read_statements(self.company, customers, terms)


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestSchedule(StatementCase):
    def test_each_customer_gets_one_statement_per_period(self):
        self.switch_on()
        self.late_invoice(10)
        self.late_invoice(10, partner=self.partner_b)
        run = self.write_statements()
        self.assertEqual(run.ar_count_by_kind(), {"written": 2})
        self.assertRecordValues(
            self.statements().sorted("partner_id"),
            [
                {"partner_id": partner.id, "date_from": JUNE[0], "date_to": JUNE[1]}
                for partner in (self.partner_a | self.partner_b).sorted("id")
            ],
        )
        self.write_statements(NIGHT + timedelta(days=1))
        self.assertEqual(len(self.statements()), 2)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_one(self):
        self.switch_on()
        self.late_invoice(10)
        self.write_statements()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.statements().sudo().copy({"origin": "schedule"})

    def test_nothing_before_its_day_and_nothing_without_a_reason(self):
        self.switch_on(day=6)
        self.late_invoice(10)
        self.assertFalse(self.write_statements().ar_count_by_kind())
        settled = self.late_invoice(100, partner=self.partner_b)
        self._register_payment(settled, payment_date=date(2026, 5, 10))
        self.assertEqual(
            self.write_statements(NIGHT + timedelta(days=1)).ar_count_by_kind(), {"written": 1}
        )
        self.assertEqual(self.statements().partner_id, self.partner_a)

    def test_what_was_paid_after_the_period_was_open_in_it(self):
        self.switch_on()
        invoice = self.late_invoice(10)
        self._register_payment(invoice, payment_date=date(2026, 7, 2))
        self.write_statements()
        self.assertEqual(self.statements().partner_id, self.partner_a)

    def test_customers_differ_from_the_policy(self):
        a, b = (partner.with_company(self.company) for partner in (self.partner_a, self.partner_b))
        self.late_invoice(10)
        self.late_invoice(10, partner=self.partner_b)
        b.write({"ar_statement_frequency": "quarterly", "ar_statement_channel": "print"})
        self.write_statements()
        self.assertRecordValues(
            self.statements(),
            [{"partner_id": b.id, "date_from": date(2026, 4, 1), "state": "to_print"}],
        )
        self.switch_on()
        a.ar_statement_frequency = "never"
        self.assertFalse(self.write_statements().ar_count_by_kind())

    def test_switching_on_late_sends_nothing_old(self):
        self.late_invoice(10)
        with freeze_time("2026-07-20"):
            self.policy_of_statements.frequency = "monthly"
            self.assertFalse(self.write_statements(date(2026, 7, 20)).ar_count_by_kind())
        with freeze_time("2026-08-05"):
            self.write_statements(date(2026, 8, 5))
        self.assertEqual(self.statements().date_to, date(2026, 7, 31))

    def test_a_missed_month_is_told_by_the_next_statement(self):
        self.switch_on(kind="movements")
        self.late_invoice(10)
        self.write_statements()
        with freeze_time("2026-09-05"):
            self.write_statements(date(2026, 9, 5))
        self.assertEqual(sorted(self.statements().mapped("date_from")), [JUNE[0], date(2026, 7, 1)])

    def test_a_dry_run_changes_nothing(self):
        self.switch_on()
        self.late_invoice(10)
        run = self.env["ar.job.collections.statements"].ar_run_job(
            self.company, NIGHT, dry_run=True
        )
        self.assertEqual(run.ar_count_by_kind(), {"written": 1})
        self.assertFalse(self.statements())

    def test_the_policy_says_what_it_does_not_take(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.policy_of_statements.day = 31
            self.env.flush_all()
        with self.assertRaises(UserError):
            self.policy_of_statements.unlink()


@tagged("post_install", "-at_install")
@freeze_time(NIGHT)
class TestDelivery(StatementCase):
    def setUp(self):
        super().setUp()
        self.sink = open_sink(self)
        self.switch_on(attach_workbook=True, kind="movements")

    def mails(self):
        return [
            (recipients, email.message_from_bytes(raw, policy=email_policy.default))
            for recipients, raw in self.sink.messages
        ]

    def test_a_statement_reaches_its_customer_once(self):
        self.late_invoice(10)
        self.write_statements()
        with self.allow_pdf_render():
            run = self.send()
        self.assertEqual(run.ar_count_by_kind(), {"sent": 1})
        [(recipients, message)] = self.mails()
        self.assertEqual(recipients, ["a@example.com"])
        self.assertIn("your statement of account as of 06/30/2026", message["Subject"])
        names = [part.get_filename() for part in message.iter_attachments()]
        self.assertEqual(
            names, [f"Statement of account 2026-06-30.{kind}" for kind in ("pdf", "xlsx")]
        )
        statement = self.statements()
        self.assertRecordValues(statement, [{"state": "sent", "note": "Sent to a@example.com."}])
        self.assertIn(statement.access_token, message.get_body(("html",)).get_content())
        with self.allow_pdf_render():
            self.send()
        self.assertEqual(len(self.mails()), 1)

    @mute_logger(*NOISY, "odoo.addons.mail.models.mail_thread")
    def test_a_statement_that_comes_back_is_in_the_inbox_until_it_is_sent_again(self):
        self.late_invoice(10)
        self.write_statements()
        with self.allow_pdf_render():
            self.send()
        statement = self.statements()
        [(_to, mail)] = self.mails()
        self.assertEqual(statement.delivery_state, "sent")
        bounce = BOUNCE.replace("ap@customer.example", "a@example.com")
        for _time in range(2):
            self.env["mail.thread"].sudo().message_process(
                None, bounce.format(message_id=mail["Message-Id"])
            )
        statement.invalidate_recordset()
        self.assertEqual(statement.delivery_state, "bounced")
        [row] = self.inbox()
        self.assertEqual((row.code, row.attempts), ("delivery.bounced", 1))
        self.assertIn("a@example.com came back: 550 5.1.1 mailbox unavailable", row.message)
        statement.action_send_again()
        self.assertFalse(self.inbox())
        self.assertEqual(sorted(self.statements().mapped("state")), ["queued", "sent"])

    @mute_logger(*NOISY)
    def test_one_wrong_address_stops_one_statement(self):
        self.partner_a.email = "nobody at example"
        self.late_invoice(10)
        self.late_invoice(10, partner=self.partner_b)
        self.write_statements()
        with self.allow_pdf_render():
            self.send()
        self.assertEqual([to for to, _message in self.mails()], [["b@example.com"]])
        [row] = self.inbox()
        self.assertEqual(row.code, "statement.no_address")
        self.assertIn("no valid e-mail address", row.message)
        self.partner_a.email = "a@example.com"
        row.action_retry()
        with self.allow_pdf_render():
            self.send()
        self.assertEqual(len(self.mails()), 2)
        self.assertFalse(self.inbox())

    @mute_logger(*NOISY)
    def test_a_deleted_text_is_told_and_mended(self):
        self.late_invoice(10)
        self.write_statements()
        self.policy_of_statements.template_id.unlink()
        self.send()
        [row] = self.inbox()
        self.assertEqual(row.code, "statement.no_template")
        self.assertEqual(self.statements().state, "failed")

    def test_who_wants_none_any_more_gets_none(self):
        self.late_invoice(10)
        self.write_statements()
        self.partner_a.with_company(self.company).ar_statement_frequency = "never"
        self.send()
        self.assertFalse(self.mails())
        self.assertEqual(self.statements().state, "none")

    def test_it_is_written_in_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        view = self.env.ref("ar_automation.report_statement_of_account_document")
        view.update_field_translations(
            "arch_db", {"de_DE": {"Statement of account": "Kontoauszug"}}
        )
        self.partner_a.lang = "de_DE"
        self.late_invoice(10)
        self.write_statements()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "ar_automation.action_report_account_statement", self.statements().ids
        )
        self.assertIn("Kontoauszug", html.decode())
        self.assertIn("30.06.2026", html.decode())
