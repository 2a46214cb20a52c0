from datetime import date, timedelta
from io import BytesIO

from odoo.tests import TransactionCase, tagged
from pypdf import PdfWriter

from ...demo import collections_story, invoicing_story, returning, scenario
from ...demo.closing_story import approve_write_offs, ask_write_off
from ...demo.invoicing_terms import LEAVING, METER, REFERENCE, STARTED_LATE, WEEKLY
from ...demo.quarter import first_day, list_days
from ...demo.replies import ANSWERS
from ...demo.summary import read_summary
from ...demo.summary_story import read_story

TODAY = date(2026, 3, 18)


@tagged("post_install", "-at_install")
class TestQuarter(TransactionCase):
    """The past quarter of a small demo company: what the jobs made of what people did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = scenario.ensure_company(cls.env, TODAY, pace=0.06)
        cls.firms = scenario.set_scene(cls.company, TODAY).firms

    def find(self, model, *domain):
        return self.env[model].search([("company_id", "=", self.company.id), *domain])

    def states(self, model, *domain):
        return self.find(model, *domain).mapped("state")

    def moves_of(self, key):
        return self.find(
            "account.move",
            ("partner_id", "child_of", self.firms[key].id),
            ("move_type", "=", "out_invoice"),
            ("invoice_date", ">", TODAY - timedelta(days=34)),
        )

    # --- collecting

    def test_every_step_lies_in_the_quarter(self):
        days = len(list_days(TODAY))
        for steps in (collections_story.STEPS, invoicing_story.STEPS):
            self.assertLessEqual(max(steps), days)
            self.assertGreater(min(steps), 0)

    def test_everything_happened_on_its_day(self):
        for model, field in (
            ("ar.dunning.notice", "date"),
            ("ar.contact.log", "contacted_at"),
            ("ar.promise", "judged_date"),
            ("ar.promise", "create_date"),
            ("ar.collection.hold", "create_date"),
        ):
            told = self.find(model, (field, "!=", False)).mapped(field)
            self.assertTrue(told, model)
            self.assertLess(str(max(told)), str(TODAY))
            self.assertGreaterEqual(str(min(told)), str(first_day(TODAY)))

    def test_what_people_see_the_age_of_was_made_on_its_day(self):
        for model in ("ar.collection.hold", "ar.order.intake", "ar.invoice.finding"):
            made = self.find(model).mapped("create_date")
            self.assertTrue(made, model)
            self.assertLess(str(max(made)), str(TODAY))
            self.assertGreaterEqual(str(min(made)), str(first_day(TODAY)))

    def test_levels_climb_and_the_last_one_waits_for_approval(self):
        notices = self.find("ar.dunning.notice", ("partner_id", "=", self.firms["mojave-solar"].id))
        days = notices.sorted("date").level_id.mapped("days")
        self.assertGreater(len(notices), 1)
        self.assertEqual(days, sorted(days))
        letters = self.find("ar.dunning.notice", ("channel", "=", "letter"))
        self.assertTrue(letters)

    def test_letters_are_printed_until_the_last_days(self):
        letters = self.find("ar.dunning.notice", ("letter_id", "!=", False))
        # a test makes no PDFs by itself
        page = PdfWriter()
        page.add_blank_page(width=595, height=842)
        page.write(content := BytesIO())
        letters.letter_id.raw = content.getvalue()
        scene = scenario.set_scene(self.company, TODAY)
        collections_story.tell(scene, 1)
        self.assertFalse(any(letters.mapped("printed_at")))
        quiet = max(collections_story.STEPS) + 1
        collections_story.tell(scene, quiet)
        self.assertTrue(letters)
        self.assertTrue(all(letters.mapped("printed_at")))

    def test_promises_are_kept_partly_kept_and_broken(self):
        for key, state in (
            ("serres-de", "kept"),
            ("mojave-solar", "partly"),
            ("gruenwald-gewaechshausbau", "broken"),
        ):
            promises = self.find("ar.promise", ("partner_id", "=", self.firms[key].id))
            self.assertEqual(promises.mapped("state"), [state], key)
        promises = self.find("ar.promise", ("partner_id", "=", self.firms["uckermark-biogas"].id))
        self.assertEqual(promises.mapped("state"), ["open"])

    def test_a_plan_whose_instalment_is_missed_is_in_default(self):
        partner = self.firms["gruenwald-gewaechshausbau"]
        plan = self.find("ar.payment.plan", ("partner_id", "=", partner.id))
        self.assertEqual(plan.state, "default")
        self.assertEqual(plan.instalment_ids[0].paid, plan.instalment_ids[0].amount)
        self.assertFalse(plan.instalment_ids[1].paid)
        for key, state in (("mojave-solar", "active"), ("serres-de", "offered")):
            plan = self.find("ar.payment.plan", ("partner_id", "=", self.firms[key].id))
            self.assertEqual(plan.state, state)

    def test_answers_are_sorted_by_their_words(self):
        replies = self.find("ar.collection.reply")
        self.assertTrue(replies)
        self.assertLessEqual(len(replies), len(ANSWERS))
        self.assertEqual(len(replies.partner_id), len(replies))

    def test_late_fees_are_counted(self):
        self.assertTrue(self.find("ar.late.fee"))

    def test_what_nobody_pays_is_given_up_handed_over_and_provided_for(self):
        case = self.find("ar.handover")
        self.assertEqual(case.mapped("state"), ["handed_over"])
        self.assertEqual(case.partner_id, self.firms["gruenwald-gewaechshausbau"])
        self.assertTrue(case.pack_id)
        provisions = self.find("ar.provision")
        self.assertEqual(len(provisions), 2)
        self.assertTrue(all(provision.amount for provision in provisions))
        self.assertEqual(provisions[0].previous_id, provisions[1])

    def test_a_write_off_goes_from_the_collector_to_who_may_agree(self):
        scene = scenario.set_scene(self.company, TODAY)
        ask_write_off(scene, "uckermark-biogas", "bankrupt", "Insolvent")
        partner = self.firms["uckermark-biogas"]
        request = self.find("ar.writeoff.request", ("partner_id", "=", partner.id))
        self.assertEqual(request.requested_by_id.login, "collector")
        approve_write_offs(scene)
        self.assertEqual(request.state, "booked")
        self.assertIn("Reminders:", request.evidence)

    def test_every_late_customer_has_a_collector(self):
        rows = self.env["ar.worklist"].with_company(self.company).ar_rank(date=TODAY)
        owners = self.env["res.users"].browse({row["user_id"] for row in rows})
        self.assertTrue({"clara", "collector"} >= set(owners.mapped("login")) - {"supervisor"})
        self.assertGreater(len(owners), 1)

    # --- invoicing

    def test_orders_of_a_week_share_an_invoice_by_their_number(self):
        moves = self.moves_of(WEEKLY)
        together = moves.filtered(lambda move: len(move.line_ids.sale_line_ids.order_id) == 2)
        self.assertEqual(len(together), 1)
        numbers = together.line_ids.sale_line_ids.order_id.mapped("client_order_ref")
        self.assertEqual(set(numbers), {"QR-4711"})

    def test_usage_is_billed_and_a_part_of_a_month_prorated(self):
        plans = self.find("ar.invoice.plan", ("reference", "=", REFERENCE))
        self.assertEqual(len(plans), 4)
        metered = plans.filtered(lambda plan: METER in plan.line_ids.mapped("meter"))
        self.assertTrue(metered.invoice_count)
        late = plans.filtered(lambda plan: plan.partner_id == self.firms[STARTED_LATE])
        first = late.period_ids.sorted("id")[:1].move_id
        self.assertLess(first.amount_untaxed, late.amount)

    def test_a_plan_ended_and_says_why(self):
        plan = self.find("ar.invoice.plan", ("state", "=", "ended"))
        self.assertEqual(plan.partner_id, self.firms[LEAVING])
        self.assertEqual((plan.end_reason, plan.lost_mrr), ("competitor", plan.amount))
        self.assertLess(plan.ended_on, TODAY)
        self.assertTrue(plan.invoice_count, "what was used until then is invoiced")

    def test_orders_of_a_file_are_taken_and_one_is_kept_back(self):
        intake = self.find("ar.order.intake")
        self.assertEqual(intake.state, "partly")
        orders = intake.intake_order_ids.order_id
        self.assertEqual(set(orders.mapped("client_order_ref")), {"MP-880", "PM-17"})

    def test_something_waits_for_review(self):
        waiting = self.find("account.move", ("ar_review_reason", "!=", False))
        drafts = waiting.filtered(lambda move: move.state == "draft")
        self.assertTrue(drafts)
        summary = read_summary(self.company, TODAY)
        figures = {label.split("  ")[0]: figure for label, figure in summary}
        self.assertGreaterEqual(figures["Invoices to review"], len(drafts))

    def test_a_mail_that_came_back_leaves_as_a_letter(self):
        moves = self.moves_of(invoicing_story.BOUNCING)
        deliveries = self.find("ar.delivery", ("move_id", "in", moves.ids))
        self.assertEqual(set(deliveries.mapped("channel")), {"email", "letter"})

    def test_milestones_are_invoiced_as_they_are_reached(self):
        milestones = self.find("ar.invoice.milestone").sorted("id")
        self.assertEqual(milestones.mapped("state"), ["invoiced", "invoiced", "waiting"])

    def test_one_invoice_was_billed_anew_and_one_credited_in_part(self):
        replaced = self.find("account.move", ("ar_replaces_id", "!=", False))
        self.assertEqual(replaced.ar_correction_reason, "price")
        notes = self.find("account.move", ("move_type", "=", "out_refund"))
        self.assertIn("returned", notes.mapped("ar_correction_reason"))

    # --- its own day

    def test_the_days_jobs_go_on_from_it(self):
        self.company.write({"ar_send_automatically": False, "ar_dunning_auto": False})
        runs = scenario.live_day(self.company, TODAY)
        self.assertEqual(set(runs.mapped("state")), {"done"})
        # a test makes no PDFs, so there is nothing to put into print batches
        printing = self.env["ar.job.invoicing.printing"]._job_config()
        others = runs.filtered(lambda run: run.job_id != printing)
        self.assertFalse(sum(others.mapped("failed_count")))
        figures = {what: figure for what, _where, figure in read_story(self.company, TODAY)}
        self.assertGreater(figures["Past quarter: reminders sent"], 5)
        run = self.env["ar.dunning.run"].ar_run(self.company, TODAY, dry_run=True)
        reminded = {notice.partner_id: notice for notice in run.notice_ids}
        for (key, _days), late in zip(returning.ORDERED, returning.find_due_days(), strict=True):
            notice = reminded[self.firms[key]]
            self.assertEqual((notice.level_id.days, notice.channel), (late, "email"), key)
