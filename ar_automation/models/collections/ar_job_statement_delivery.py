from odoo import Command, models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome
from ...exceptions import ArError
from ..automation.preparing import preparing
from .statement_workbook import write_statement_workbook

DUE_STATES = ("queued", "failed")
REPORT = "ar_automation.report_account_statement"


class ArJobStatementDelivery(models.AbstractModel):
    """Sends statements of account by e-mail, each once, after one last look."""

    _name = "ar.job.collections.statement_delivery"
    _inherit = ["ar.job"]
    _description = "Job: send statements of account"

    _job_model = "ar.account.statement"
    _job_has_effect = True

    def _job_due_domain(self, run):
        return Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("channel", "=", "email"),
                ("state", "in", DUE_STATES),
            ]
        )

    def _job_key(self, record, run):
        """Each statement leaves once; one that is to leave again is a statement of its own."""
        return f"ar.account.statement,{record.id}"

    def _job_guard(self, record, run):
        if record.state not in DUE_STATES:
            return JobOutcome.left(self.env._("Called off."))
        customer = record.partner_id.with_company(record.company_id)
        if record.origin == "schedule" and customer.ar_statement_frequency == "never":
            note = self.env._("The customer gets no statements any more.")
            record._ar_update_state(DUE_STATES, "none", note)
            return JobOutcome.left(note, kind="not_wanted")
        if not self._policy(record).template_id:
            raise ArError(
                "statement.no_template",
                self.env._("Statements have no mail text: it was deleted."),
                hint=self.env._("Choose one in Configuration, Statements of account."),
            )
        if not record.ar_contact().email_normalized:
            raise ArError(
                "statement.no_address",
                self.env._("%s has no valid e-mail address.", customer.display_name),
                hint=self.env._(
                    "Enter one on the customer or its invoice address, or have its statements "
                    "printed; then choose Try again."
                ),
            )
        return None

    def _job_prepare(self, record, run):
        if record.attachment_ids:
            return
        record._portal_ensure_token()
        report = self.env["ir.actions.report"].with_company(record.company_id)
        content, _kind = report._render_qweb_pdf(REPORT, record.ids)
        files = [(f"{self._file_name(record)}.pdf", content)]
        if self._policy(record).attach_workbook:
            workbook = write_statement_workbook(
                record.company_id.with_context(lang=record.ar_lang()),
                record.partner_id,
                record.ar_terms(),
            )
            files.append((f"{self._file_name(record)}.xlsx", workbook))
        record.attachment_ids = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id}
                for name, raw in files
            ]
        )

    def _job_effect(self, record, run):
        with preparing(
            self.env,
            "statement.not_prepared",
            lambda error: self.env._("The statement could not be prepared: %s", error),
        ):
            vals = self._prepare_mail_vals(record)
            note = self.env._("Sent to %s.", vals["email_to"])
            record._ar_update_state(DUE_STATES, "sent", note)
            self._append_event(record, run, vals["email_to"])
            self.env["ar.delivery"].ar_note_mail(record, record.partner_id, vals)
        self.env["mail.mail"].ar_send_now(vals)
        return JobOutcome.done(note, kind="sent")

    def _job_note_outcome(self, record, state, message):
        target = {"done": "sent", "not_done": "queued"}.get(state, state)
        record._ar_update_state((*DUE_STATES, "unknown"), target, message)

    # === PRIVATE METHODS ===#

    def _policy(self, record):
        return self.env["ar.account.statement.policy"].ar_get_policy(record.company_id).sudo()

    def _file_name(self, record):
        localised = self.with_context(lang=record.ar_lang())
        return localised.env._("Statement of account %s", record.date_to)

    def _prepare_mail_vals(self, record):
        template = self._policy(record).template_id
        company, contact = record.company_id, record.ar_contact()
        sender = company.email_formatted or self.env.user.email_formatted
        subject, body = template.ar_render(record, record.ar_lang())
        customer = record.partner_id
        return {
            "model": record._name,
            "res_id": record.id,
            "record_name": customer.display_name,
            "author_id": company.partner_id.id,
            "email_from": sender,
            "reply_to": customer._notify_get_reply_to(default=sender)[customer.id],
            "email_to": contact.email_normalized,
            "message_id": record._ar_message_id(),
            # a line break in a name must not become a header of the mail
            "subject": " ".join(subject.split()),
            "body": body,
            "body_html": body,
            "subtype_id": self.env.ref("mail.mt_note").id,
            "attachment_ids": [Command.link(file.id) for file in record.attachment_ids],
        }

    def _append_event(self, record, run, address):
        """Stored only if the mail server takes the mail: all this is one transaction with it."""
        event = {
            "code": "collections.statement_sent",
            "summary": self.env._(
                "Statement of account as of %(date)s sent to %(customer)s at %(address)s.",
                date=record.date_to,
                customer=record.partner_id.display_name,
                address=address,
            ),
            "record": record,
            "details": {"run": run.id, "origin": record.origin},
        }
        self.env["ar.audit.event"].ar_append(record.company_id, [event])
