import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.automation.effect_runner import EffectRunner
from .test_job import DAY, JobCase


@tagged("post_install", "-at_install")
class TestEffect(JobCase):
    def setUp(self):
        super().setUp()
        sink = self.enterContext(tempfile.NamedTemporaryFile())
        self.sink = Path(sink.name)
        self.enterContext(patch.dict("os.environ", {"AR_TEST_SINK": sink.name}))

    def written(self):
        return [int(line) for line in self.sink.read_text().split()]

    def test_an_effect_happens_once_per_key(self):
        partners = self.create_partners("fine", "fine")
        self.effect.ar_run_job(self.company, DAY)
        partners.color = 0
        self.effect.ar_run_job(self.company, DAY + timedelta(days=9))
        self.assertEqual(self.written(), partners.ids)

    def test_the_guard_stops_an_effect_at_the_last_moment(self):
        self.create_partners("settled")
        run = self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(run.ar_count_by_kind(), {"settled": 1})
        self.assertEqual(self.written(), [])

    def test_one_that_cannot_be_made_ready_does_not_stop_the_others(self):
        partners = self.create_partners("fine", "unprepared", "fine", "fine")
        with mute_logger("odoo.addons.ar_automation.models.automation.job_runner"):
            run = self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.written(), (partners[0] | partners[2:]).ids)
        self.assertEqual((run.done_count, run.failed_count), (3, 1))
        self.assertIn("no paper", self.inbox(partners[1]).message)

    def test_what_is_ready_is_given_back_when_the_time_is_up(self):
        partners = self.create_partners(*["fine"] * 5)
        left = iter([9, 9, 9, 0, 0, 0, 0])
        with patch.object(EffectRunner, "_commit", lambda runner, count: next(left)):
            run = self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.written(), partners[:2].ids, "the begun one is finished")
        self.assertEqual(partners.mapped("function"), ["ready", "ready", False, False, False])
        self.assertEqual(run.state, "running")
        self.assertEqual(set(run.line_ids.mapped("state")), {"done"})
        self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.written(), partners.ids)
        self.assertEqual(run.state, "done")

    def test_what_is_certainly_not_done_does_not_stop_what_is_ready(self):
        partners = self.create_partners("refused", "broken", "fine")
        self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.written(), partners[1:].ids)
        self.assertEqual(sorted(self.inbox(partners).mapped("res_id")), partners[:2].ids)

    def test_what_certainly_did_not_happen_is_tried_again(self):
        partner = self.create_partners("refused")
        self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.inbox(partner).state, "waiting")
        partner.name = "fine"
        self.inbox(partner).action_retry()
        self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(self.written(), partner.ids)

    def test_what_may_have_happened_asks_a_person(self):
        partner = self.create_partners("broken")
        run = self.effect.ar_run_job(self.company, DAY)
        self.assertEqual(run.unknown_count, 1)
        row = self.inbox(partner)
        self.assertEqual(row.code, "job.outcome_unknown")
        with self.assertRaisesRegex(UserError, "Was done"):
            row.action_retry()
        self.effect.ar_run_job(self.company, DAY + timedelta(days=30))
        self.assertEqual(self.written(), partner.ids, "not repeated")
        partner.name = "fine"
        row.action_was_not_done()
        self.effect.ar_run_job(self.company, DAY + timedelta(days=31))
        self.assertEqual(self.written(), partner.ids * 2)
