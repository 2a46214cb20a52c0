from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import TODAY, DunningCommon

GROUP = "ar_automation.ar_automation_group_"
IN_A_WEEK = TODAY + timedelta(days=7)


@freeze_time(TODAY)
class WorklistCase(DunningCommon):
    """A collector, a supervisor, and customers who are late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.supervisor, cls.auditor = (
            new_test_user(
                cls.env, f"worklist_{role}", f"base.group_user,{GROUP}{role}",
                company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("collector", "supervisor", "auditor")
        )  # fmt: skip
        cls.worklist = cls.env["ar.worklist"].with_user(cls.collector).with_company(cls.company)

    def rank(self, **kwargs):
        self.env.invalidate_all()
        return self.worklist.ar_rank(**kwargs)

    def codes(self, row):
        return [reason["code"] for reason in row["reasons"]]

    def log(self, outcome="reached", partner=None, **vals):
        return self.env["ar.contact.log"].ar_log(
            partner or self.partner_a, outcome, company_id=self.company.id, **vals
        )

    def item(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestWorklist(WorklistCase):
    """Whom to call first, and why."""

    def test_one_row_per_customer_by_value(self):
        self.late_invoice(10)
        self.late_invoice(40)
        self.late_invoice(20, self.partner_b, 900)
        self.late_invoice(-5, self.partner_b, 5000)
        rows = self.rank()
        self.assertEqual(
            [row["partner_id"] for row in rows], [self.partner_b.id, self.partner_a.id]
        )
        self.assertEqual([row["overdue"] for row in rows], [Decimal("900.00"), Decimal("200.00")])
        self.assertEqual(rows[1]["oldest"], TODAY - timedelta(days=40))
        self.assertEqual(
            [reason["text"] for reason in rows[1]["reasons"]],
            ["Oldest 40 days late", "Never contacted"],
        )

    def test_who_was_called_yesterday_comes_later(self):
        self.late_invoice(10)
        self.late_invoice(10, self.partner_b, 90)
        self.assertEqual(self.rank()[0]["partner_id"], self.partner_a.id)
        self.log(contacted_at=f"{TODAY - timedelta(days=1)} 10:00:00")
        rows = self.rank()
        self.assertEqual(rows[0]["partner_id"], self.partner_b.id)
        self.assertEqual(rows[1]["reasons"][-1]["text"], "Last contact yesterday")

    def test_paused_customers_sink_with_the_reason(self):
        invoice = self.late_invoice(10, amount=5000)
        self.late_invoice(10, self.partner_b, 10)
        self.env["ar.collection.hold"].ar_hold(self.item(invoice), "Looks into it", IN_A_WEEK)
        rows = self.rank()
        self.assertEqual([row["band"] for row in rows], ["open", "paused"])
        self.assertIn("hold", self.codes(rows[1]))
        self.assertIn("07/07/2026", rows[1]["reasons"][0]["text"])
        self.late_invoice(5, amount=3000)
        rows = self.rank()
        self.assertEqual((rows[0]["band"], rows[0]["amount"]), ("open", Decimal("3000.00")))
        self.assertIn("hold", self.codes(rows[0]))

    def test_promises_plans_and_holds_of_customers_pause(self):
        invoice = self.late_invoice(10)
        promise = self.env["ar.promise"].ar_register(
            self.partner_a, IN_A_WEEK, 100, self.item(invoice)
        )
        self.assertIn("promise", self.codes(self.rank()[0]))
        promise.ar_withdraw("misunderstood")
        self.assertEqual(self.rank()[0]["band"], "open")
        self.partner_a.ar_hold_dunning(self.company, "Strike", TODAY)
        (row,) = self.rank()
        self.assertEqual((row["band"], self.codes(row)[0]), ("paused", "customer_hold"))
        self.assertEqual(self.rank(date=IN_A_WEEK)[0]["band"], "open")

    def test_disputes_credit_and_exclusions_are_not_asked_for(self):
        invoice = self.late_invoice(10)
        self.item(invoice).ar_disputed_amount = 60
        (row,) = self.rank()
        self.assertEqual((row["amount"], row["overdue"]), (Decimal("40.00"), Decimal("100.00")))
        self.assertIn("disputed", self.codes(row))
        self.item(invoice).ar_disputed_amount = 100
        self.assertEqual(self.rank()[0]["band"], "paused")
        self.item(invoice).write({"ar_disputed_amount": 0, "no_followup": True})
        self.assertIn("excluded", self.codes(self.rank()[0]))
        self.item(invoice).no_followup = False
        self._create_invoice_one_line(
            move_type="out_refund", partner_id=self.partner_a, price_unit=100, tax_ids=[], post=True
        )
        (row,) = self.rank()
        self.assertEqual((row["band"], row["amount"]), ("paused", Decimal("0.00")))
        self.assertIn("credit", self.codes(row))

    def test_next_actions_of_today_come_first_and_later_ones_wait(self):
        self.late_invoice(10, amount=10)
        self.late_invoice(10, self.partner_b, 5000)
        self.log("message", next_action_date=TODAY, contacted_at="2026-06-20 10:00:00")
        rows = self.rank()
        self.assertEqual(rows[0]["partner_id"], self.partner_a.id)
        self.assertEqual((rows[0]["band"], self.codes(rows[0])[0]), ("due", "action_due"))
        self.assertEqual(rows[0]["reasons"][0]["text"], "Next action due today")
        self.log("reached")
        rows = self.rank()
        self.assertEqual([row["band"] for row in rows], ["open", "later"])
        self.log("planned", self.partner_b, next_action_date=IN_A_WEEK)
        self.assertEqual({row["band"] for row in self.rank()}, {"later"})

    def test_a_review_and_broken_promises_raise_a_customer(self):
        invoice = self.late_invoice(30)
        before = self.rank()[0]["value"]
        self.env["ar.credit.review"].sudo().create(
            {
                "company_id": self.company.id, "partner_id": self.partner_a.id, "date": TODAY,
                "is_current": True, "probability_late": 0.9, "risk_class": "E",
            }
        )  # fmt: skip
        with freeze_time(TODAY - timedelta(days=20)):
            promise = self.env["ar.promise"].ar_register(
                self.partner_a, TODAY - timedelta(days=15), 100, self.item(invoice)
            )
        promise.sudo()._update_state({"open"}, "broken")
        promise.sudo().write({"judged_date": TODAY - timedelta(days=10)})
        promise.sudo().line_ids.is_open = False
        (row,) = self.rank()
        self.assertEqual(row["value"], before * 2 * Decimal("0.9") * Decimal("1.25"))
        self.assertLessEqual({"chance", "broken"}, set(self.codes(row)))
        self.assertIn("90 % likely to pay late", [reason["text"] for reason in row["reasons"]])

    def test_statements_do_not_grow_with_customers(self):
        def add(count):
            for number in range(count):
                partner = self.env["res.partner"].create({"name": f"Number {number}"})
                self.late_invoice(10 + number, partner)
                self.log(partner=partner)
            self.env.invalidate_all()
            self.env.flush_all()

        self.rank()
        counts = []
        for count in (2, 12):
            add(count)
            before = self.env.cr.sql_log_count
            self.worklist.ar_rank()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 20)

    def test_rights_and_companies(self):
        other = self.setup_other_company()["company"]
        self.late_invoice(10)
        with self.assertRaises(AccessError):
            self.worklist.ar_get_list(other.id)
        employee = new_test_user(self.env, "worklist_nobody", company_id=self.company.id)
        with self.assertRaises(AccessError):
            self.worklist.with_user(employee).ar_rank()
        auditors = self.worklist.with_user(self.auditor)
        self.assertFalse(auditors.ar_get_list(self.company.id)["can_act"])
        for act in (
            lambda: auditors.ar_note(self.partner_a.id, "x"),
            lambda: auditors.ar_log_call(self.partner_a.id, "reached"),
            lambda: auditors.ar_open_mail(self.partner_a.id),
        ):
            with self.assertRaises(AccessError):
                act()

    # === ASSIGNMENT ===#

    def test_rules_say_who_calls_whom(self):
        self.partner_a.name, self.partner_b.name = "Anton", "Zora"
        self.late_invoice(10)
        self.late_invoice(10, self.partner_b)
        # without rules everybody sees all
        self.assertEqual(len(self.rank(user=self.collector)), 2)
        rules = self.env["ar.worklist.rule"].with_company(self.company)
        with Form(rules.with_user(self.supervisor)) as form:
            form.name = "A to K"
            form.user_id = self.collector
            form.last_letter = "K"
        self.assertEqual(
            [row["partner_id"] for row in self.rank(user=self.collector)], self.partner_a.ids
        )
        self.assertEqual(
            [row["partner_id"] for row in self.rank(user=self.supervisor)], self.partner_b.ids
        )
        with self.assertRaises(ValidationError):
            form.record.risk_classes = "X"
        with self.assertRaises(AccessError):
            form.record.with_user(self.collector).name = "Mine"

    def test_a_substitute_has_the_customers_of_who_is_away(self):
        self.late_invoice(10)
        self.env["ar.worklist.rule"].create(
            {"name": "All", "user_id": self.collector.id, "company_id": self.company.id}
        )
        absences = self.env["ar.worklist.absence"].with_user(self.collector)
        values = {"date_from": TODAY, "date_to": TODAY, "substitute_id": self.supervisor.id}
        absences.create(values)
        with self.assertRaises(AccessError):
            absences.create({**values, "user_id": self.auditor.id})
        self.assertFalse(self.rank(user=self.collector))
        (row,) = self.rank(user=self.supervisor)
        self.assertEqual(
            (row["user_id"], row["covers_id"]), (self.supervisor.id, self.collector.id)
        )
        self.assertTrue(self.rank(user=self.collector, date=IN_A_WEEK))

    def test_the_team_lead_sees_who_did_what(self):
        self.late_invoice(10)
        self.late_invoice(10, self.partner_b, 50)
        self.env["ar.worklist.rule"].create(
            {
                "name": "Small", "user_id": self.collector.id, "company_id": self.company.id,
                "amount_below": 60,
            }
        )  # fmt: skip
        self.worklist.ar_log_call(self.partner_b.id, "reached")
        teams = self.env["ar.worklist.team"].with_company(self.company)
        action = teams.with_user(self.supervisor).action_open()
        lines = teams.search(action["domain"], order="id").sorted("customers")
        self.assertEqual(
            {(line.user_id, line.customers, line.overdue, line.done) for line in lines},
            {(self.collector, 1, 50.0, 1), (self.env["res.users"], 1, 100.0, 0)},
        )
        nobodys = lines.filtered(lambda line: not line.user_id)
        self.assertEqual(nobodys.action_open_worklist()["params"], {"whose": "nobody"})
        opened = (lines - nobodys).action_open_worklist()
        self.assertEqual(opened["params"], {"whose": self.collector.id})
        with self.assertRaises(AccessError):
            teams.with_user(self.collector).action_open()

    # === THE SCREEN'S QUESTIONS ===#

    def test_the_list_and_its_progress(self):
        self.late_invoice(10)
        self.late_invoice(20, self.partner_b, 50)
        self.log("planned", self.partner_b, next_action_date=TODAY)
        said = self.worklist.ar_log_call(self.partner_a.id, "no_answer")
        self.assertIn("07/01/2026", said)
        shown = self.worklist.ar_get_list(self.company.id)
        self.assertEqual(shown["progress"], {"done": 1, "planned": 2, "promised": 0.0})
        self.assertEqual(shown["bands"], {"due": 1, "later": 1})
        self.assertEqual(shown["total"], 2)
        found = self.worklist.ar_get_list(self.company.id, text=self.partner_b.name[-4:].upper())
        self.assertEqual([row["partner_id"] for row in found["rows"]], self.partner_b.ids)
        self.assertEqual(len(self.worklist.ar_get_list(self.company.id, limit=1)["rows"]), 1)
        promise = (
            self.env["ar.promise"]
            .with_user(self.collector)
            .ar_register(self.partner_a, IN_A_WEEK, 70, company=self.company)
        )
        # the clock of the database is not the frozen one
        promise.flush_recordset()
        self.env.cr.execute(
            "UPDATE ar_promise SET create_date = %s WHERE id = %s",
            [f"{TODAY} 10:00:00", promise.id],
        )
        self.assertEqual(self.worklist.ar_get_list(self.company.id)["progress"]["promised"], 70)

    def test_everything_at_hand(self):
        invoice = self.late_invoice(10)
        self._register_payment(self.late_invoice(20, amount=80))
        self.env["ar.promise"].ar_register(self.partner_a, IN_A_WEEK, 100, self.item(invoice))
        self.worklist.ar_log_call(self.partner_a.id, "reached", self.item(invoice).ids)
        self.worklist.ar_note(self.partner_a.id, "<b>Asks</b> for a copy")
        shown = self.worklist.ar_get_customer(self.partner_a.id, self.company.id)
        (item,) = shown["items"]
        self.assertEqual((item["open"], item["days_late"]), (100.0, 10))
        self.assertTrue(item["paused"])
        self.assertEqual([payment["amount"] for payment in shown["payments"]], [80.0])
        self.assertLessEqual(
            {"contact", "promise", "note"}, {entry["kind"] for entry in shown["timeline"]}
        )
        note = next(entry for entry in shown["timeline"] if entry["kind"] == "note")
        self.assertEqual(note["text"], "<b>Asks</b> for a copy")
        self.partner_b.unlink()
        with self.assertRaisesRegex(UserError, "deleted or merged"):
            self.worklist.ar_get_customer(self.partner_b.id, self.company.id)

    def test_a_reminder_is_told_once(self):
        self.late_invoice(20)
        self.assertEqual(self.run_day().notice_ids.state, "sent")
        shown = self.worklist.ar_get_customer(self.partner_a.id, self.company.id)
        self.assertEqual([entry["kind"] for entry in shown["timeline"]], ["reminder"])

    def test_what_cannot_be_done_is_said(self):
        for act in (
            lambda: self.worklist.ar_note(self.partner_a.id, "  "),
            lambda: self.worklist.ar_plan_action(self.partner_a.id, "2020-01-01"),
            lambda: self.worklist.ar_plan_action(self.partner_a.id, ""),
            lambda: self.worklist.ar_plan_action(self.partner_a.id, "tomorrow"),
            lambda: self.worklist.ar_log_call(self.partner_a.id, "nonsense"),
            lambda: self.worklist.ar_get_list(self.company.id, "somebody"),
        ):
            with self.assertRaises(UserError):
                act()

    def test_an_email_about_chosen_items(self):
        invoice, other = self.late_invoice(10), self.late_invoice(20)
        action = self.worklist.ar_open_mail(self.partner_a.id, self.item(invoice).ids)
        mail = self.env[action["res_model"]].with_user(self.collector).browse(action["res_id"])
        self.assertIn(invoice.name, mail.body)
        self.assertNotIn(other.name, mail.body)
        with Form(mail) as form:
            form.subject = "About one"
        mail.action_send()
        message = self.partner_a.message_ids[:1]
        self.assertEqual(message.subject, "About one")
        self.assertEqual(message.author_id, self.collector.partner_id)
        self.assertIn(self.partner_a, message.notified_partner_ids)
        log = self.env["ar.contact.log"].search([("partner_id", "=", self.partner_a.id)], limit=1)
        self.assertEqual((log.channel, log.move_ids), ("mail", invoice))
        all_of_it = self.worklist.ar_open_mail(self.partner_a.id)
        self.assertEqual(
            self.env["ar.worklist.mail"].browse(all_of_it["res_id"]).item_ids.move_id,
            invoice | other,
        )
        self.partner_a.email = False
        with self.assertRaisesRegex(UserError, "no valid e-mail"):
            mail.action_send()

    def test_a_plan_pays_off_what_was_chosen(self):
        first, second = (self.item(self.late_invoice(days)) for days in (20, 10))
        for chosen, expected in ((second.ids, second), ((), first | second)):
            action = self.worklist.ar_open_plan(self.partner_a.id, chosen)
            dialog = self.env[action["res_model"]].with_user(self.collector)
            with Form(dialog.with_context(**action["context"])) as form:
                self.assertEqual(form.item_ids.ids, expected.ids)
                self.assertEqual(form.amount, 100.0 * len(expected))
            self.assertEqual(form.record.item_ids, expected)

    def test_dialogs_know_what_was_chosen(self):
        invoice = self.late_invoice(10)
        ids = self.item(invoice).ids
        for method in ("ar_open_promise", "ar_open_dispute", "ar_open_hold"):
            action = getattr(self.worklist, method)(self.partner_a.id, ids)
            self.assertEqual(action["context"]["default_move_ids"][0][2], invoice.ids, method)
        dispute = self.worklist.ar_open_dispute(self.partner_a.id, ids)
        dialog = self.env[dispute["res_model"]].with_user(self.collector).with_company(self.company)
        with Form(dialog.with_context(**dispute["context"])) as form:
            self.assertTrue(form.puts_on_hold)
        form.record.action_confirm()
        self.assertEqual(self.rank()[0]["band"], "paused")
        whole = self.worklist.ar_open_hold(self.partner_a.id)
        self.assertEqual(whole["res_model"], "ar.dunning.hold")
        self.assertEqual(whole["views"], [(False, "form")])
