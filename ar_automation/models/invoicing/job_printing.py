from odoo import models

from ...engine.automation.outcome import JobOutcome
from .ar_print_batch import PORTION


class ArJobInvoicingPrinting(models.AbstractModel):
    """Puts letters that wait for the post room into print batches."""

    _name = "ar.job.invoicing.printing"
    _inherit = "ar.job"
    _description = "Job: make print batches"

    _job_model = "ar.delivery"
    _job_batch_size = PORTION

    def _job_due_domain(self, run):
        return [
            ("company_id", "=", run.company_id.id),
            ("channel", "=", "letter"),
            ("state", "=", "by_hand"),
            ("move_id", "!=", False),
            ("letter_id", "=", False),
            ("print_batch_id", "=", False),
        ]

    def _job_key(self, record, run):
        # a letter that was taken out of its batch may be put into another on the same day
        return f"ar.delivery,{record.id}:print:{run.id}"

    def _job_is_enabled(self, company):
        return company.ar_print_automatically and company.ar_letter_provider == "post_room"

    def _job_process(self, records, run):
        batches = self.env["ar.print.batch"].ar_make(records)
        return {
            letter.id: JobOutcome.done(
                self.env._("Waits in %s to be printed.", letter.print_batch_id.name),
                kind="to_print",
            )
            for letter in batches.delivery_ids
        }
