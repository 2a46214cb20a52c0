"""The effects of records that were made ready together."""

from contextlib import AbstractContextManager


class EffectBundle(AbstractContextManager):
    """Carries out one effect after the other; closed when the last one is done.

    A job that needs more than its ``_job_effect`` for this, such as a connection that several
    mails share or what was read of all records at once, returns its own from
    ``_job_bundle_effects``. It lives in memory alone: what a killed worker leaves behind is
    made ready anew.

    :param job: the job's model, in the company and with the rights it runs with.
    :param run: the ``ar.run``.
    """

    def __init__(self, job, run):
        self.job = job
        self.run = run

    def __exit__(self, *error):
        """Nothing to close."""

    def carry_out(self, record):
        """Do what cannot be rolled back, for one record, and store its result.

        :return: a ``JobOutcome``; see ``ar.job._job_effect``.
        """
        return self.job._job_effect(record, self.run)
