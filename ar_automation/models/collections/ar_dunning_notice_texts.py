from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_escape
from psycopg2 import OperationalError

from ...exceptions import ArError

# states in which the reminder left, or may have left
LEFT_STATES = ("sent", "unknown")


class ArDunningNotice(models.Model):
    """What a reminder says: until it leaves in the words of today, then as it was sent."""

    _inherit = "ar.dunning.notice"

    subject = fields.Char(compute="_compute_texts")
    body = fields.Html(
        compute="_compute_texts",
        sanitize=False,
        help="Until the reminder leaves, as it would be sent now; then as it was sent.",
    )
    sent_subject = fields.Char(readonly=True, copy=False)
    sent_body = fields.Html(readonly=True, sanitize=False, copy=False)

    # === COMPUTE METHODS ===#

    @api.depends("state", "level_id", "line_ids", "sent_subject", "sent_body")
    def _compute_texts(self):
        for notice in self:
            texts = {"subject": notice.sent_subject, "body": notice.sent_body}
            if notice.state not in LEFT_STATES:
                texts = notice._preview_texts()
            notice.subject, notice.body = texts["subject"], texts["body"]

    # === PRIVATE METHODS ===#

    def _preview_texts(self, level=None):
        """``{"subject", "body"}`` to be looked at; what is wrong with the template in its place.

        :param ar.dunning.level level: in the words of this level instead of the notice's own.
        """
        self.ensure_one()
        try:
            return self._origin._render_texts(level)
        except ArError as error:
            return {"subject": False, "body": f"<p>{html_escape(error.message)}</p>"}

    def _write_texts(self):
        """Keep the words in which the reminder leaves.

        :raises ArError: when the level's template is broken.
        """
        self.ensure_one()
        if self.level_id.show_payment_link:
            for move in self.line_ids.move_id.sudo():
                move._portal_ensure_token()
        texts = self._render_texts()
        self.write({"sent_subject": texts["subject"], "sent_body": texts["body"]})

    def _render_texts(self, level=None):
        """``{"subject", "body"}`` in the notice's language.

        :param ar.dunning.level level: in the words of this level instead of the notice's own.
        :raises ArError: when the level's template is broken.
        """
        self.ensure_one()
        # sudo: the text reads the company's and the customer's data, whoever previews it
        template = (level or self.level_id).template_id.sudo()
        try:
            # a template may fail in the middle of a statement, and what follows must go on
            with self.env.cr.savepoint(flush=False):
                subject, body = template.ar_render(self, self.lang)
        except (UserError, SyntaxError) as error:
            cause = _find_cause(error)
            if isinstance(cause, OperationalError):
                raise cause from error  # another transaction got in the way, not the template
            raise self._prepare_template_error(template, cause) from error
        return {"subject": subject, "body": body}

    def _prepare_template_error(self, template, cause):
        return ArError(
            "dunning.template_broken",
            self.env._(
                "The text “%(template)s” cannot be written for %(customer)s: %(reason)s",
                template=template.name,
                customer=self.partner_id.display_name,
                reason=" ".join(f"{type(cause).__name__}: {cause}".split())[:300],
            ),
            hint=self.env._(
                "Correct the template. The reminders that wait for it leave with the next turn "
                "of sending."
            ),
        )


def _find_cause(error):
    """What went wrong in the first place; core wraps it in sentences of its own."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error
