from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import errors

from . import fake_job

DAY = date(2026, 3, 2)


class JobCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake_job.register(cls.env)
        cls.addClassCleanup(fake_job.unregister, cls.registry)
        cls.company = cls.env.company
        cls.job = cls.env[fake_job.CODE]
        cls.effect = cls.env[fake_job.EFFECT_CODE]
        cls.config = cls.job._job_config()

    def create_partners(self, *names):
        return self.env["res.partner"].create(
            [{"name": name, "ref": f"{fake_job.MARK}-{n}"} for n, name in enumerate(names)]
        )

    def inbox(self, records):
        return self.env["ar.exception"].search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", ("open", "waiting")),
            ]
        )


@tagged("post_install", "-at_install")
class TestJob(JobCase):
    def test_every_due_record_is_handled_once_and_logged(self):
        partners = self.create_partners(*["fine"] * 12)
        run = self.job.ar_run_job(self.company, DAY)
        self.assertEqual(set(partners.mapped("color")), {1})
        self.assertEqual(
            (run.state, run.done_count, run.failed_count, run.date), ("done", 12, 0, DAY)
        )
        self.assertEqual(run.ar_count_by_kind(), {"painted": 12})
        self.assertEqual(run.user_id, self.env.user)

    def test_a_key_that_was_used_is_never_used_again(self):
        partners = self.create_partners("fine", "fine")
        self.job.ar_run_job(self.company, DAY)
        partners.color = 0  # as if the effect had not marked the record
        run = self.job.ar_run_job(self.company, DAY)
        self.assertEqual(set(partners.mapped("color")), {0}, "the day's key is used up")
        self.assertEqual(run.ar_count_by_kind(), {"known": 2})

    def test_the_number_of_queries_does_not_grow_with_the_batch(self):
        def queries(count):
            self.create_partners(*["fine"] * count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch.object(type(self.job), "_job_batch_size", 1000):
                self.job.ar_run_job(self.company, DAY)
            return self.env.cr.sql_log_count - before

        queries(1)  # warm caches
        few, many = queries(2), queries(200)
        self.assertLessEqual(
            many, few + 2, "writing 200 partners takes no more statements than writing two"
        )

    def test_a_poisoned_record_waits_in_the_inbox_while_the_others_go_through(self):
        partners = self.create_partners(*["fine"] * 6, "poison", *["fine"] * 6, "crash")
        run = self.job.ar_run_job(self.company, DAY)
        self.assertEqual((run.done_count, run.failed_count), (12, 2))
        poison, crash = partners[6], partners[13]
        self.assertEqual(self.inbox(poison).code, "job.refused")
        self.assertIn("does not stick", self.inbox(poison).message)
        self.assertEqual(self.inbox(crash).code, "job.unexpected")
        self.assertIn("ZeroDivisionError", self.inbox(crash).sudo().technical)
        self.assertEqual(poison.color, 0, "what the record did before it failed is taken back")

    def test_a_poisoned_record_stays_one_row_over_many_runs_and_leaves_when_mended(self):
        partner = self.create_partners("poison")
        for day in range(50):
            with freeze_time("2026-03-02 10:00:00") as clock:
                clock.tick(timedelta(days=day))
                self.job.ar_run_job(self.company, DAY + timedelta(days=day))
        row = self.inbox(partner)
        self.assertEqual((len(row), row.attempts), (1, 50))
        partner.name = "fine"
        row.action_retry()
        self.job.ar_run_job(self.company, DAY + timedelta(days=60))
        self.assertEqual((partner.color, row.state), (1, "resolved"))

    def test_a_parked_record_is_not_tried_again_before_its_time(self):
        partner = self.create_partners("poison")
        self.job.ar_run_job(self.company, DAY)
        run = self.job.ar_run_job(self.company, DAY)
        self.assertFalse(run.line_ids)
        self.inbox(partner).action_ignore()
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.assertFalse(self.job.ar_run_job(self.company, DAY).line_ids)

    def test_a_temporary_failure_is_tried_again_by_itself_with_growing_delays(self):
        partner = self.create_partners("busy")
        with freeze_time("2026-03-02 10:00:00"):
            self.job.ar_run_job(self.company, DAY)
            row = self.inbox(partner)
            self.assertEqual(row.state, "waiting")
            first = row.next_attempt_at - fields.Datetime.now()
        with freeze_time("2026-03-02 10:30:00"):
            self.job.ar_run_job(self.company, DAY)
            self.assertGreater(row.next_attempt_at - fields.Datetime.now(), first)
        for hour in (12, 15, 20):
            with freeze_time(f"2026-03-02 {hour}:00:00"):
                self.job.ar_run_job(self.company, DAY)
        self.assertEqual(
            (row.attempts, row.state), (5, "open"), "after five attempts a person looks"
        )

    def test_a_dry_run_shows_what_would_happen_and_changes_nothing(self):
        partners = self.create_partners(*["fine"] * 7, "poison")
        run = self.job.ar_run_job(self.company, DAY, dry_run=True)
        self.assertEqual(
            (run.state, run.dry_run, run.done_count, run.failed_count), ("simulated", True, 7, 1)
        )
        self.assertEqual(set(partners.mapped("color")), {0})
        self.assertFalse(self.inbox(partners))
        real = self.job.ar_run_job(self.company, DAY)
        self.assertEqual(real.done_count, 7, "a simulation uses up no key")

    def test_a_dry_run_of_an_effect_does_not_carry_it_out(self):
        partners = self.create_partners("fine", "settled")
        run = self.effect.ar_run_job(self.company, DAY, dry_run=True)  # would fail without a sink
        self.assertEqual((run.done_count, run.left_count), (1, 1))
        self.assertEqual(set(partners.mapped("color")), {0})

    def test_a_serialization_failure_starts_the_batch_over(self):
        partners = self.create_partners(*["fine"] * 3)
        original, failures = type(self.job)._job_process, [1, 1]

        def process(job, records, run):
            if failures:
                failures.pop()
                raise errors.SerializationFailure("could not serialize access")
            return original(job, records, run)

        # a test-mode cursor rolls back to where the step began
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            job = self.job.with_env(self.env(cr=cr))
            with patch.object(type(self.job), "_job_process", process), patch("time.sleep"):
                run = job.ar_run_job(self.company.with_env(job.env), DAY)
            self.assertEqual((run.state, run.done_count), ("done", 3))
        self.assertFalse(failures)
        partners.invalidate_recordset()
        self.assertEqual(set(partners.mapped("color")), {1})

    def test_the_cron_makes_up_missed_days_once(self):
        self.create_partners("fine")
        with freeze_time("2026-03-02 06:00:00"):
            self.job._cron_run()
        with (
            patch.object(type(self.job), "_job_catch_up", "each"),
            freeze_time("2026-03-05 06:00:00"),
        ):
            self.job._cron_run()
            self.job._cron_run()
        runs = self.env["ar.run"].search(
            [("job_id", "=", self.config.id), ("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual(
            [str(day) for day in runs.mapped("date")][:4],
            ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"],
        )
        self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_the_scheduler_runs_the_job_and_is_told_the_progress(self):
        cron = self.env.ref("ar_automation.ir_cron_check_job_health").copy(
            {"model_id": self.env.ref("base.model_res_partner").id}
        )
        cron.code = f"env['{fake_job.CODE}']._cron_run()"
        partners = self.create_partners(*["fine"] * 12, "poison")
        told = []
        progress = type(self.env["ir.cron"])._commit_progress

        def listen(crons, processed=0, **options):
            told.append((processed, options.get("remaining")))
            return progress(crons, processed, **options)

        with (
            self.enter_registry_test_mode(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", listen),
        ):
            cron.method_direct_trigger()
        partners.invalidate_recordset()
        self.assertEqual(partners.mapped("color"), [1] * 12 + [0])
        self.assertEqual(sum(processed for processed, _left in told), 13)
        self.assertEqual((told[0], told[-1]), ((0, 13), (0, 0)))

    def test_an_interrupted_run_is_resumed_by_the_next_one(self):
        self.create_partners("fine")
        opened = self.env["ar.run"]._open(self.config, self.company, DAY, "cron")
        run = self.job.ar_run_job(self.company, DAY + timedelta(days=1))
        self.assertEqual(run, opened)
        self.assertEqual((run.state, run.date), ("done", DAY))

    def test_only_one_run_of_a_job_and_company_is_open(self):
        runs = self.env["ar.run"]
        opened = runs._open(self.config, self.company, DAY, "cron")
        self.assertEqual(runs._open(self.config, self.company, DAY, "manual"), opened)
        vals = opened.copy_data()[0] | {
            "job_id": self.config.id,
            "company_id": self.company.id,
            "date": DAY,
            "trigger": "cron",
            "user_id": self.env.uid,
            "started_at": fields.Datetime.now(),
        }
        with (
            self.assertRaises(errors.UniqueViolation),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            runs.create(vals)

    def test_a_run_ends_only_from_running(self):
        run = self.job.ar_run_job(self.company, DAY)
        with self.assertRaisesRegex(UserError, "cannot become"):
            run.action_stop()

    def test_companies_are_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        partners = self.create_partners("fine", "fine")
        partners[0].company_id, partners[1].company_id = self.company, other
        self.job.ar_run_job(other, DAY)
        self.assertEqual(partners.mapped("color"), [0, 1])

    def test_what_fails_in_one_company_is_tried_in_the_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.create_partners("poison")
        self.job.ar_run_job(self.company, DAY)
        partner.name = "fine"
        self.job.ar_run_job(other, DAY)
        self.assertEqual(partner.color, 1)
        self.assertEqual(self.inbox(partner).company_id, self.company)

    def test_who_may_start_a_job(self):
        self.create_partners("fine")
        for group in ("collector", "credit_manager", "auditor"):
            user = new_test_user(
                self.env, f"spine_{group}", groups=f"ar_automation.ar_automation_group_{group}"
            )
            with self.assertRaises(AccessError):
                self.job.with_user(user).ar_run_job(self.company, DAY)
        boss = new_test_user(
            self.env, "spine_boss", groups="ar_automation.ar_automation_group_supervisor"
        )
        run = self.job.with_user(boss).ar_run_job(self.company, DAY)
        self.assertEqual((run.user_id, run.done_count), (boss, 1))


@tagged("post_install", "-at_install")
class TestHealth(JobCase):
    def setUp(self):
        super().setUp()
        self.config.cron_id = self.env.ref("ar_automation.ir_cron_check_job_health").copy(
            {"interval_type": "days"}
        )

    def test_a_job_that_did_not_run_raises_one_alarm_until_it_runs(self):
        with freeze_time("2026-03-02 06:00:00"):
            self.job.ar_run_job(self.company, DAY)
        self.env["res.company"].search([("id", "!=", self.company.id)]).active = False
        with freeze_time("2026-03-03 09:00:00"):
            self.assertEqual(self.config.health, "silent")
            self.env["ar.job.config"]._cron_check_health()
            self.env["ar.job.config"]._cron_check_health()
            alarm = self.env["ar.exception"].search(
                [("code", "=", "job.silent"), ("res_id", "=", self.config.id)]
            )
            self.assertEqual((len(alarm), alarm.state), (1, "open"))
            self.assertEqual(len(self.config.activity_ids), 1)
            self.job.ar_run_job(self.company, date(2026, 3, 3))
            self.config.invalidate_recordset()
            self.env["ar.job.config"]._cron_check_health()
            self.assertEqual(alarm.state, "resolved")
            self.assertFalse(self.config.activity_ids)
            self.assertEqual(self.config.health, "ok")

    def test_a_job_that_was_just_switched_on_is_not_late_yet(self):
        self.config.sudo().cron_id.nextcall = "2026-03-10 06:00:00"
        with freeze_time("2026-03-09 12:00:00"):
            self.assertEqual(self.config.health, "new")
        self.config.invalidate_recordset()
        with freeze_time("2026-03-10 09:00:00"):
            self.assertEqual(self.config.health, "silent")

    def test_a_job_with_something_in_the_inbox_needs_attention(self):
        self.create_partners("poison")
        self.job.ar_run_job(self.company, fields.Date.today())
        self.assertEqual(self.config.health, "attention")

    def test_the_figures_of_one_company_are_not_shown_in_another(self):
        self.create_partners("poison")
        self.job.ar_run_job(self.company, fields.Date.today())
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.config.exception_count, 1)
        elsewhere = self.config.with_context(allowed_company_ids=other.ids)
        self.assertEqual((elsewhere.exception_count, elsewhere.last_run_id.id), (0, False))

    def test_a_switched_off_job_is_off(self):
        with patch.object(type(self.job), "_job_is_enabled", lambda job, company: False):
            self.assertEqual(self.config.health, "off")

    def test_jobs_are_not_deleted(self):
        with self.assertRaises(UserError):
            self.config.unlink()

    def test_the_buttons_open_the_run(self):
        self.create_partners("fine")
        run = self.env["ar.run"].browse(self.config.action_simulate()["res_id"])
        self.assertEqual(run.state, "simulated")
        run = self.env["ar.run"].browse(self.config.action_run_now()["res_id"])
        self.assertEqual(run.done_count, 1)
