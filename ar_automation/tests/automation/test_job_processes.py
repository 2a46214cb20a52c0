"""The spine with real worker processes on really committed data, and with SIGKILL."""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from . import fake_job

DAY = "2026-03-02"


@tagged("post_install", "-at_install", "ar_processes")
class TestJobProcesses(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sink = Path(folder.name) / "sink"
        self.sink.touch()
        with self.committed() as env:
            fake_job.register(env)
            self.company_id = env.ref("base.main_company").id
        self.addCleanup(self.clean_database)

    def clean_database(self):
        with self.committed() as env:
            configs = env["ar.job.config"].search(
                [("code", "in", (fake_job.CODE, fake_job.EFFECT_CODE))]
            )
            env["ar.exception"].search([("job_id", "in", configs.ids)]).unlink()
            env["ar.run"].search([("job_id", "in", configs.ids)]).unlink()
            env.cr.execute("DELETE FROM ar_job_config WHERE id IN %s", [tuple(configs.ids)])
            env["res.partner"].search([("ref", "=like", f"{fake_job.MARK}%")]).unlink()
        fake_job.unregister(self.registry)

    def committed(self):
        """An environment on a real cursor that commits when the block ends."""
        return _Committed(self.registry)

    def create_partners(self, names):
        with self.committed() as env:
            partners = env["res.partner"].create(
                [{"name": name, "ref": f"{fake_job.MARK}-{n}"} for n, name in enumerate(names)]
            )
            return partners.ids

    def start(self, code, *, kill=False):
        env = dict(os.environ, AR_TEST_SINK=str(self.sink))
        if kill:
            env["AR_TEST_KILL"] = "1"
        worker = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("worker.py")),
                get_db_name(),
                code,
                str(self.company_id),
                DAY,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        self.addCleanup(self.end, worker)
        return worker

    def end(self, worker):
        if worker.poll() is None:
            worker.kill()
        worker.communicate()

    def work(self, *workers):
        """Let the workers begin at one moment; return their exit codes."""
        for worker in workers:
            self.assertEqual(worker.stdout.readline(), "ready\n")
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [worker.wait(timeout=120) for worker in workers]

    def test_two_workers_share_one_job_and_handle_each_record_once(self):
        ids = self.create_partners(["fine"] * 60)
        self.assertEqual(self.work(self.start(fake_job.CODE), self.start(fake_job.CODE)), [0, 0])
        with self.committed() as env:
            self.assertEqual(set(env["res.partner"].browse(ids).mapped("color")), {1})
            lines = env["ar.run.line"].search(
                [("res_id", "in", ids), ("job_id.code", "=", fake_job.CODE)]
            )
            self.assertEqual(
                Counter(lines.filtered(lambda line: line.state == "done").mapped("res_id")),
                Counter(ids),
            )
            self.assertEqual(set(lines.run_id.mapped("state")), {"done"})

    def test_a_killed_worker_leaves_nothing_half_done_and_the_next_finishes(self):
        ids = self.create_partners(["fine"] * 12 + ["kill"] + ["fine"] * 12)
        killed, other = self.start(fake_job.CODE, kill=True), self.start(fake_job.CODE)
        codes = self.work(killed, other)
        self.assertIn(codes, ([-signal.SIGKILL, 0], [0, 0]))
        self.assertEqual(self.work(self.start(fake_job.CODE)), [0])
        with self.committed() as env:
            self.assertEqual(set(env["res.partner"].browse(ids).mapped("color")), {1})
            run = env["ar.run"].search([("job_id.code", "=", fake_job.CODE)], limit=1)
            self.assertEqual(run.state, "done")

    def test_a_lone_worker_killed_half_way_is_resumed_in_the_same_run(self):
        ids = self.create_partners(["fine"] * 7 + ["kill"] + ["fine"] * 7)
        self.assertEqual(self.work(self.start(fake_job.CODE, kill=True)), [-signal.SIGKILL])
        with self.committed() as env:
            run = env["ar.run"].search([("job_id.code", "=", fake_job.CODE)])
            self.assertEqual(run.state, "running")
            self.assertEqual(
                sum(env["res.partner"].browse(ids).mapped("color")),
                5,
                "one whole batch, no half one",
            )
        self.assertEqual(self.work(self.start(fake_job.CODE)), [0])
        with self.committed() as env:
            self.assertEqual(set(env["res.partner"].browse(ids).mapped("color")), {1})
            self.assertEqual(
                env["ar.run"].search([("job_id.code", "=", fake_job.CODE)]),
                env["ar.run"].browse(run.id),
            )

    def test_an_effect_whose_worker_was_killed_is_unknown_and_never_repeated(self):
        ids = self.create_partners(["fine", "kill", "fine"])
        self.assertEqual(self.work(self.start(fake_job.EFFECT_CODE, kill=True)), [-signal.SIGKILL])
        with self.committed() as env:
            left = env["ar.run.line"].search([("job_id.code", "=", fake_job.EFFECT_CODE)])
            self.assertEqual(
                {line.res_id: line.state for line in left},
                dict(zip(ids, ("done", "claimed", "prepared"), strict=True)),
                "made ready together, claimed one by one",
            )
            lines = left.filtered(lambda line: line.state == "claimed")
            # a minute goes by until what a worker took up counts as abandoned
            left.claimed_at = fields.Datetime.now() - timedelta(minutes=2)
        self.assertEqual(
            self.work(self.start(fake_job.EFFECT_CODE), self.start(fake_job.EFFECT_CODE)), [0, 0]
        )
        written = Counter(int(line) for line in self.sink.read_text().split())
        self.assertEqual(written, Counter(ids), "each effect at most once, none lost")
        with self.committed() as env:
            exception = env["ar.exception"].search([("code", "=", "job.outcome_unknown")])
            self.assertEqual((exception.res_id, exception.state), (ids[1], "open"))
            self.assertTrue(exception.is_outcome_unknown)
            exception.action_was_done()
            self.assertEqual(exception.state, "resolved")
            self.assertEqual(lines.with_env(env).state, "done")


class _Committed:
    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cr = self.registry.cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, kind, *error):
        if kind is None:
            self.cr.commit()  # pylint: disable=invalid-commit
        else:
            self.cr.rollback()
        self.cr.close()
