"""A job for tests of the spine: it adds one to the colour of each customer it handles.

The model is put into the registry at run time, in the test's process as well as in the
worker processes, so that the addon itself ships no job that does nothing.
"""

import os
import signal
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry

from ...engine.automation.outcome import JobOutcome
from ...exceptions import ArError

MARK = "spine-test"
CODE = "ar.job.test.paint"
EFFECT_CODE = "ar.job.test.effect"


class PaintJob(models.AbstractModel):
    """Processes partners whose ``ref`` carries the mark; the name says what goes wrong."""

    _name = CODE
    _inherit = ["ar.job"]
    _description = "Test job"
    _module = "ar_automation"
    _register = False

    _job_model = "res.partner"
    _job_batch_size = 5

    def _job_due_domain(self, run):
        return [
            ("ref", "=like", f"{MARK}%"),
            ("color", "=", 0),
            ("company_id", "in", (False, run.company_id.id)),
        ]

    def _job_process(self, records, run):
        for record in records:
            self._misbehave(record)
            record.color += 1
        return {record.id: JobOutcome.done("painted", kind="painted") for record in records}

    def _misbehave(self, record):
        if record.name == "poison":
            raise UserError(self.env._("The paint does not stick."))
        if record.name == "crash":
            raise ZeroDivisionError("a bug")
        if record.name == "busy":
            raise ArError("paint.busy", "The brush is in use.", retryable=True)
        if record.name == "kill" and os.environ.get("AR_TEST_KILL"):
            os.kill(os.getpid(), signal.SIGKILL)


class EffectJob(models.AbstractModel):
    """Writes a line to a file for each partner: an effect that no rollback takes back.

    What is made ready shows in ``function``; several are at a time.
    """

    _name = EFFECT_CODE
    _inherit = ["ar.job"]
    _description = "Test job with an effect"
    _module = "ar_automation"
    _register = False

    _job_model = "res.partner"
    _job_has_effect = True
    _job_effect_batch_size = 3

    def _job_due_domain(self, run):
        return [("ref", "=like", f"{MARK}%"), ("color", "=", 0)]

    def _job_key(self, record, run):
        return f"effect:{record.id}"

    def _job_guard(self, record, run):
        if record.name == "settled":
            record.color = 9
            return JobOutcome.left("Settled meanwhile.", kind="settled")
        return None

    def _job_prepare_batch(self, records, run):
        for record in records:
            if record.name == "unprepared":
                raise UserError(self.env._("There is no paper."))
        records.function = "ready"

    def _job_release(self, records):
        records.function = False

    def _job_effect(self, record, run):
        if record.name == "refused":
            raise ArError("effect.refused", "Nobody answers.", retryable=True, not_done=True)
        with Path(os.environ["AR_TEST_SINK"]).open("a") as sink:
            sink.write(f"{record.id}\n")
            sink.flush()
            os.fsync(sink.fileno())
        if record.name == "kill" and os.environ.get("AR_TEST_KILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        if record.name == "broken":
            raise ConnectionResetError("in the middle")
        record.color = 1
        return JobOutcome.done("written", kind="written")


def register(env):
    """Put the test jobs into the registry and their configuration into the database."""
    registry = env.registry
    for model in (PaintJob, EffectJob):
        if model._name not in registry:
            add_to_registry(registry, model)
            registry._setup_models__(env.cr, [])
    configs = env["ar.job.config"].sudo()
    for code in (CODE, EFFECT_CODE):
        if not configs.search_count([("code", "=", code)]):
            configs.create({"name": code, "code": code})


def unregister(registry):
    """Take the test jobs out of the registry again."""
    for name in (CODE, EFFECT_CODE):
        if name in registry:
            del registry[name]
            registry["base"]._inherit_children.discard(name)
            registry["ar.job"]._inherit_children.discard(name)
