from datetime import timedelta

import psycopg2
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditLimit(CreditCommon):
    def _limit(self, partner, amount, *, days=(0, None), **values):
        begin, end = (day if day is None else self.today + timedelta(days=day) for day in days)
        return self.env["ar.credit.limit"].create(
            {
                "partner_id": partner.id,
                "amount": amount,
                "valid_from": begin,
                "valid_until": end,
                "reason": "because",
                **values,
            }
        )

    def _holds(self, partner):
        partner.invalidate_recordset()
        found = partner.ar_check_credit(1, self.company.currency_id, "order")
        return found.limit, partner.credit_limit

    def test_limit_holds_and_core_is_kept_in_step(self):
        partner = self._customer()
        limit = self._limit(partner, 500)
        self.assertEqual(self._holds(partner), (500.0, 500.0))
        self.assertEqual(limit.state, "current")
        later = self._limit(partner, 700)
        self.assertEqual(self._holds(partner), (700.0, 700.0))
        self.assertEqual((limit.state, later.state), ("past", "current"))

    def test_temporary_limit_goes_before_and_ends(self):
        partner = self._customer(500)
        temporary = self._limit(partner, 900, days=(-5, 2))
        self.assertEqual(self._holds(partner), (900.0, 900.0))
        self._limit(partner, 600)
        self.assertEqual(self._holds(partner), (900.0, 900.0), "a lasting one waits")
        job = self.env["ar.job.credit.limits"]
        job.ar_run_job(self.company, self.today + timedelta(days=3))
        self.assertEqual(partner.credit_limit, 600.0)
        self.assertFalse(temporary.is_applied)

    def test_limit_before_the_history_comes_back(self):
        partner = self._customer()
        # as it was before the app was installed
        partner._ar_write_core_limits({partner.id: 500.0})
        temporary = self._limit(partner, 900, days=(0, 2))
        self.assertEqual(self._holds(partner), (900.0, 900.0))
        temporary.action_revoke()
        self.assertEqual(self._holds(partner), (500.0, 500.0))

    def test_planned_limit_begins_on_its_day(self):
        partner = self._customer(500)
        planned = self._limit(partner, 800, days=(2, None))
        self.assertEqual((planned.state, self._holds(partner)), ("planned", (500.0, 500.0)))
        run = self.env["ar.job.credit.limits"].ar_run_job(
            self.company, self.today + timedelta(days=2)
        )
        self.assertEqual(partner.credit_limit, 800.0)
        self.assertIn("800", run.line_ids.filtered(lambda line: line.res_id == planned.id).message)

    def test_change_by_hand_is_noted(self):
        partner = self._customer()
        partner.with_user(self.user_of["credit"]).credit_limit = 300
        limit = partner.ar_credit_limit_ids
        self.assertEqual((limit.amount, limit.create_uid), (300.0, self.user_of["credit"]))
        self._limit(partner, 900, days=(0, 5))
        partner.credit_limit = 400
        self.assertEqual(self._holds(partner), (400.0, 400.0), "by hand goes before temporary")
        codes = (
            self.env["ar.audit.event"]
            .sudo()
            .search([("res_model", "=", "res.partner"), ("res_id", "=", partner.id)])
            .mapped("code")
        )
        self.assertEqual(codes.count("credit.limit_set"), 3)
        self.assertEqual(codes.count("credit.limit_revoked"), 1)

    def _matrix(self):
        senior = self._colleague("senior")
        self._band(0, 1000, [self.user_of["credit"]], kind="limit")
        self._band(1000, 0, [senior], kind="limit")
        return senior

    def _asked(self, partner):
        return self.env["ar.credit.request"].search([("partner_id", "=", partner.id)])[:1]

    def test_a_limit_beyond_the_band_is_asked_for_with_its_days(self):
        partner = self._customer(100)
        senior = self._matrix()
        mine = self.env["ar.credit.limit"].with_user(self.user_of["credit"])
        values = {"partner_id": partner.id, "reason": "season"}
        until = self.today + timedelta(days=9)
        small = mine.create({**values, "amount": 900})
        self.assertEqual((small.state, self._holds(partner)), ("current", (900.0, 900.0)))
        large = mine.create({**values, "amount": 5000, "valid_until": until})
        request = self._asked(partner)
        self.assertEqual((large.state, self._holds(partner)), ("asked", (900.0, 900.0)))
        self.assertEqual((request.state, request.user_id), ("open", senior))
        request.with_user(senior).ar_approve("sound")
        self.assertEqual((large.state, self._holds(partner)), ("current", (5000.0, 5000.0)))
        self.assertEqual(large.valid_until, until)
        refused = mine.create({**values, "amount": 9000})
        self._asked(partner).with_user(senior).ar_reject("too much")
        self.assertEqual((refused.state, self._holds(partner)), ("refused", (5000.0, 5000.0)))

    def test_who_asked_and_the_customer_s_chatter_are_told_what_became_of_it(self):
        partner = self._customer(100)
        senior, mine = self._matrix(), self.user_of["credit"]
        limits = self.env["ar.credit.limit"].with_user(mine)
        limits.create({"partner_id": partner.id, "amount": 5000, "reason": "season"})
        self.assertRegex(partner.message_ids[0].body, r"Asked for credit limit .*5,000.*: season")
        request = self._asked(partner)
        request.with_user(senior).ar_reject("no accounts")
        self.assertIn("refused: no accounts", partner.message_ids[0].body)
        told = request.message_ids.filtered(lambda m: mine.partner_id in m.partner_ids)
        self.assertIn("5,000.00 refused. no accounts", told.body)
        limits.create({"partner_id": partner.id, "amount": 0, "reason": "never late"})
        request = self._asked(partner)
        request.with_user(senior).ar_approve("sound")
        told = request.message_ids.filtered(lambda m: mine.partner_id in m.partner_ids)
        self.assertIn("no limit approved. sound", told.body)

    def test_a_supervisor_s_own_request_tells_nobody(self):
        partner = self._customer(100)
        self._matrix()
        request = self.env["ar.credit.request"].with_user(self.user_of["supervisor"])
        request = request.ar_request_limit(partner, self.company, 5000, "mine")
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.sudo().message_ids.partner_ids)

    def test_a_group_s_limit_beyond_the_band_is_refused_in_words(self):
        group = self.env["ar.credit.group"].create({"name": "G", "company_id": self.company.id})
        self._matrix()
        with self.assertRaisesRegex(AccessError, "beyond what you decide"):
            self.env["ar.credit.limit"].with_user(self.user_of["credit"]).create(
                {"group_id": group.id, "amount": 5000, "reason": "season"}
            )

    def test_core_s_limit_beyond_the_band_is_asked_for(self):
        partner = self._customer(100)
        senior = self._matrix()
        partner.with_user(self.user_of["credit"]).write({"credit_limit": 5000, "ref": "R"})
        request = self._asked(partner)
        self.assertEqual((self._holds(partner), partner.ref), ((100.0, 100.0), "R"))
        self.assertEqual((request.amount, request.state), (5000.0, "open"))
        partner.with_user(senior).credit_limit = 4000
        self.assertEqual(self._holds(partner), (4000.0, 4000.0))

    def test_core_s_limit_that_two_people_decide_is_half_decided(self):
        partner = self._customer(100)
        mine = self.policy.responsible_id = self.user_of["credit"]
        self._band(0, 0, kind="limit", four_eyes=True)
        partner.with_user(mine).credit_limit = 5000
        request = self._asked(partner)
        self.assertEqual((request.state, request.first_approved_by_id), ("second", mine))
        self.assertTrue(request.user_id - mine, "nobody is called to approve twice")

    def test_the_limit_of_a_new_customer_beyond_the_band_is_asked_for(self):
        senior = self._matrix()
        partners = self.env["res.partner"].with_user(self.user_of["credit"])
        self.user_of["credit"].group_ids |= self.env.ref("base.group_partner_manager")
        large, small, none = partners.create(
            [
                {"name": "Large", "credit_limit": 5000},
                {"name": "Small", "credit_limit": 900},
                {"name": "None"},
            ]
        )
        request = self._asked(large)
        self.assertEqual(self._holds(large)[1], 0.0)
        self.assertEqual((request.amount, request.state), (5000.0, "open"))
        self.assertEqual(request.requested_by_id, self.user_of["credit"])
        self.assertIn("created", request.reason)
        self.assertEqual(self._holds(small), (900.0, 900.0))
        self.assertFalse(self._asked(small) | self._asked(none))
        request.with_user(senior).ar_approve("sound")
        self.assertEqual(self._holds(large), (5000.0, 5000.0))

    def test_the_dialog_says_before_saving_who_else_decides(self):
        partner = self._customer(100)
        senior = self._matrix()
        action = partner.with_user(self.user_of["credit"]).action_ar_change_limit()
        limits = self.env["ar.credit.limit"].with_user(self.user_of["credit"])
        with Form(limits.with_context(**action["context"])) as form:
            form.amount = 900
            self.assertFalse(form.approval_notice)
            form.amount = 5000
            self.assertIn(f"what you decide. Saving it asks {senior.name}", form.approval_notice)
            form.amount = 0
            self.assertIn(senior.name, form.approval_notice, "no limit is the largest of all")
            form.reason = "season"
        self.assertEqual(self._asked(partner).user_id, senior)
        self.assertFalse(partner.ar_credit_limit_ids.filtered("approval_notice"), "what was asked")
        group = self.env["ar.credit.group"].create({"name": "G", "company_id": self.company.id})
        with_group = limits.with_context(**group.action_change_limit()["context"])
        form = Form(with_group)
        form.amount = 5000
        self.assertIn(f"cannot be asked for. Ask {senior.name}", form.approval_notice)

    def test_a_salesperson_is_not_told_the_limit_by_the_dialog(self):
        partner = self._customer(1234)
        for role in ("sales", "collector", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                partner.with_user(self.user_of[role]).action_ar_change_limit()

    def test_the_dialog_says_that_two_people_decide(self):
        partner = self._customer(100)
        second = self._colleague("second")
        self._band(0, 0, [self.user_of["credit"], second], kind="limit", four_eyes=True)
        action = partner.with_user(self.user_of["credit"]).action_ar_change_limit()
        limits = self.env["ar.credit.limit"].with_user(self.user_of["credit"])
        with Form(limits.with_context(**action["context"])) as form:
            form.amount = 5000
            form.reason = "season"
            self.assertIn(f"first approval; {second.name} is called", form.approval_notice)
        request = self._asked(partner)
        self.assertEqual((request.state, request.user_id), ("second", second))

    def test_the_dialog_starts_at_the_present_limit(self):
        partner = self._customer(700)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        action = contact.with_user(self.user_of["credit"]).action_ar_change_limit()
        limits = self.env["ar.credit.limit"].with_user(self.user_of["credit"])
        with Form(limits.with_context(**action["context"])) as form:
            self.assertEqual((form.partner_id, form.amount), (partner, 700.0))
            form.amount = 800
            form.reason = "turnover grew"
        self.assertEqual(self._holds(partner), (800.0, 800.0))
        group = self.env["ar.credit.group"].create({"name": "G", "company_id": self.company.id})
        self.assertEqual(group.action_change_limit()["context"]["default_amount"], 0.0)
        self._limit(partner, 900, partner_id=False, group_id=group.id)
        self.assertEqual(group.action_change_limit()["context"]["default_amount"], 900.0)

    def test_a_band_without_bounds_covers_every_amount(self):
        band = self.env["ar.credit.approval"].create({"company_id": self.company.id})
        self.env.flush_all()
        query = "SELECT amount_from, amount_to FROM ar_credit_approval WHERE id = %s"
        self.cr.execute(query, [band.id])
        self.assertEqual(self.cr.fetchone(), (0, 0))

    def test_created_and_unchanged(self):
        partner = self.env["res.partner"].create({"name": "New", "credit_limit": 70})
        self.assertEqual(partner.ar_credit_limit_ids.mapped("amount"), [70.0])
        partner.credit_limit = 70
        self.assertEqual(len(partner.ar_credit_limit_ids), 1)

    def test_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        partner = self._customer()
        self._limit(partner, 1000, currency_id=currency.id)
        self.assertEqual(self._holds(partner), (500.0, 500.0))
        unrated = self.env["res.currency"].create({"name": "XAR", "symbol": "xar"})
        with self.assertRaisesRegex(ValidationError, "no exchange rate"):
            self._limit(partner, 1000, currency_id=unrated.id)

    @mute_logger("odoo.sql_db")
    def test_bad_limits(self):
        partner = self._customer(100)
        child = self.env["res.partner"].create({"name": "Contact", "parent_id": partner.id})
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            partner.credit_limit = -1
        with self.assertRaisesRegex(ValidationError, "give the limit to"):
            self._limit(child, 5)
        with self.assertRaisesRegex(ValidationError, "Say why"), self.cr.savepoint():
            self._limit(partner, 5, reason="  ")
        for values in ({"amount": -1}, {"days": (0, -1)}, {"partner_id": False}):
            with self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
                self._limit(partner, values.pop("amount", 5), **values)
        self.assertEqual(self._holds(partner), (100.0, 100.0))

    def test_zero_is_no_limit(self):
        self.policy.limit_amount = 50
        partner = self._customer()
        self._limit(partner, 0)
        found = partner.ar_check_credit(1e6, self.company.currency_id, "order")
        self.assertEqual((found.decision, found.available), ("pass", None))

    def test_history_is_not_rewritten(self):
        limit = self._limit(self._customer(), 5).with_user(self.user_of["credit"])
        with self.assertRaises(UserError):
            limit.amount = 6
        with self.assertRaises(AccessError):
            limit.unlink()
        with self.assertRaisesRegex(UserError, "stays known"):
            limit.sudo().unlink()
        limit.action_revoke()
        self.assertEqual(limit.state, "past")

    def test_roles(self):
        partner = self._customer(100)
        for role in ("collector", "auditor", "invoice"):
            limits = self.env["ar.credit.limit"].with_user(self.user_of[role])
            self.assertTrue(limits.search([("partner_id", "=", partner.id)]))
            with self.assertRaises(AccessError):
                limits.create({"partner_id": partner.id, "amount": 1, "reason": "no"})
        with self.assertRaises(AccessError):
            self.env["ar.credit.limit"].with_user(self.user_of["sales"]).search([])

    def test_companies_have_their_own(self):
        other = self.setup_other_company()["company"]
        partner = self._customer(100)
        self._limit(partner, 900, company_id=other.id, currency_id=other.currency_id.id)
        self.assertEqual(self._holds(partner), (100.0, 100.0))
        self.assertEqual(partner.with_company(other).credit_limit, 900.0)

    def test_many_customers_cost_a_constant_number_of_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {i}", "credit_limit": i + 1} for i in range(40)]
        )
        counts = []
        for asked in (partners[0], partners[:2], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            asked.read(["ar_credit_available"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
