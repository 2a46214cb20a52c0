from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPolicies(DunningCommon):
    """Whom which policy reminds, and when."""

    def new_policy(self, days=(1,), **values):
        template = self.levels[0].template_id.id
        levels = [
            (0, 0, {"sequence": n, "name": f"L{n}", "days": day, "template_id": template})
            for n, day in enumerate(days, start=1)
        ]
        return self.env["ar.dunning.policy"].create(
            {"name": "Other", "company_id": self.company.id, "level_ids": levels, **values}
        )

    def policies_of(self, run):
        return {notice.partner_id: notice.policy_id for notice in run.notice_ids}

    # --- for whom

    def test_by_country_tag_amount_and_name(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        self.partner_a.country_id = self.env.ref("base.fr")
        partners = self.partner_a | self.partner_b
        for partner in partners:
            self.late_invoice(2, partner=partner)
        for values, expected in (
            ({"country_ids": [(6, 0, self.env.ref("base.fr").ids)]}, self.partner_a),
            ({"category_ids": [(6, 0, tag.ids)]}, self.partner_b),
            ({"amount_from": 100.0}, partners),
            ({"amount_from": 100.01}, partners.browse()),
            ({"partner_ids": [(6, 0, self.partner_b.ids)]}, self.partner_b),
        ):
            self.partner_b.category_id = tag
            policy = self.new_policy(**values)
            run = self.run_day(dry_run=True)
            self.assertEqual(run.notice_ids.partner_id, expected, values)
            self.assertTrue(all(found == policy for found in self.policies_of(run).values()))
            policy.active = False

    def test_by_risk_class_of_the_newest_review(self):
        policy = self.new_policy(risk_classes="D, E")
        self.env["ar.credit.review"].sudo().create(
            [
                {
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "date": TODAY,
                    "is_current": True,
                    "risk_class": risk_class,
                }
                for partner, risk_class in ((self.partner_a, "E"), (self.partner_b, "A"))
            ]
        )
        for partner in (self.partner_a, self.partner_b):
            self.late_invoice(5, partner=partner)
        found = self.policies_of(self.run_day())
        self.assertEqual(found, {self.partner_a: policy, self.partner_b: self.policy})

    def test_risk_classes_are_letters(self):
        with self.assertRaises(ValidationError):
            self.new_policy(risk_classes="X")

    def test_an_item_keeps_its_place_when_the_policy_changes(self):
        self.late_invoice(20)
        self.assertEqual(self.run_day().notice_ids.level_id, self.levels[0])
        strict = self.new_policy(days=(3, 10), partner_ids=[(6, 0, self.partner_a.ids)])
        later = self.run_day(TODAY + timedelta(days=7)).notice_ids
        self.assertEqual(later.level_id, strict._sorted_levels()[1])

    def test_the_default_is_marked(self):
        other = self.new_policy()
        self.assertEqual((self.policy | other).mapped("is_default"), [True, False])
        self.company.ar_dunning_policy_id = other
        self.assertEqual((self.policy | other).mapped("is_default"), [False, True])

    def test_the_order_of_policies_decides(self):
        second = self.new_policy(amount_from=1.0, sequence=2)
        first = self.new_policy(amount_from=50.0, sequence=1)
        self.late_invoice(5)
        self.assertEqual(self.run_day().notice_ids.policy_id, first)
        self.assertNotEqual(first, second)

    # --- when

    def test_before_due(self):
        self.policy.level_ids = [
            (
                0,
                0,
                {
                    "sequence": 1,
                    "name": "Coming due",
                    "days": -5,
                    "template_id": self.env.ref("ar_automation.mail_template_dunning_upcoming").id,
                },
            )
        ]
        self.late_invoice(-6)
        self.assertFalse(self.run_day().notice_ids)
        notice = self.run_day(TODAY + timedelta(days=1)).notice_ids
        self.assertEqual(notice.level_id.name, "Coming due")
        self.assertIn("coming due soon", notice.subject)
        self.assertIn("due in 5 days", notice.evidence)
        self.assertFalse(self.run_day(TODAY + timedelta(days=2)).notice_ids)
        late = self.run_day(TODAY + timedelta(days=9)).notice_ids
        self.assertEqual(late.level_id, self.levels[0])

    def test_days_of_business_a_weekday_and_grace(self):
        self.company.country_id = self.env.ref("base.de")
        # TODAY is a Tuesday
        self.late_invoice(1)
        self.levels[0].write({"in_workdays": True, "days": 3})
        self.policy.grace_days = 1
        sent = [
            offset
            for offset in range(10)
            if self.run_day(TODAY + timedelta(days=offset)).notice_ids
        ]
        # due Monday, a day of grace, then Wednesday, Thursday, Friday
        self.assertEqual(sent, [3])

    def test_fixed_weekday(self):
        self.levels[0].weekday = "0"
        self.late_invoice(3)
        sent = [
            (TODAY + timedelta(days=offset)).weekday()
            for offset in range(7)
            if self.run_day(TODAY + timedelta(days=offset)).notice_ids
        ]
        self.assertEqual(sent, [0])

    def test_working_days_only(self):
        self.policy.workdays_only = True
        self.late_invoice(20)
        saturday = date(2026, 7, 4)
        run = self.run_day(saturday)
        self.assertIn("no day of business", self.skipped(run)[self.partner_a.id])
        self.assertTrue(self.run_day(date(2026, 7, 6)).notice_ids)

    def test_the_worst_item_takes_all(self):
        self.policy.basis = "customer"
        self.late_invoice(20)
        self.late_invoice(1)
        lines = self.run_day().notice_ids.line_ids
        self.assertEqual(lines.level_id, self.levels[0])
        self.assertEqual(lines.mapped("is_live"), [True, True])

    def test_reminders_within_days_are_limited(self):
        self.policy.write({"max_contacts": 1, "contact_days": 30, "days_between": 0})
        self.late_invoice(20)
        self.run_day()
        run = self.run_day(TODAY + timedelta(days=10))
        self.assertIn("as often as", self.skipped(run)[self.partner_a.id])
        self.assertTrue(self.run_day(TODAY + timedelta(days=30)).notice_ids)

    # --- what is asked for

    def test_only_what_is_not_disputed_is_asked_for(self):
        part, whole = self.late_invoice(20), self.late_invoice(20)
        part.line_ids.filtered("date_maturity").ar_disputed_amount = 30.0
        whole.line_ids.filtered("date_maturity").ar_disputed_amount = 100.0
        notice = self.run_day().notice_ids
        self.assertRecordValues(notice, [{"amount": 70.0}])
        self.assertEqual(notice.line_ids.move_id, part)
        self.assertIn(f"{whole.name}: left out, disputed in full", notice.evidence)

    def test_an_impossible_policy_is_refused(self):
        for values in ({"quiet_from": 24.0}, {"contact_days": 0}, {"grace_days": -1}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.policy.write(values)
                self.env.flush_all()
