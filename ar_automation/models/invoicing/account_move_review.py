from odoo import api, fields, models
from odoo.exceptions import UserError

from .ar_invoice_finding import STOPPING


class AccountMove(models.Model):
    """Invoices that wait for a person because of what the checks found."""

    _inherit = "account.move"

    ar_review_reason = fields.Text(
        "To review",
        copy=False,
        readonly=True,
        help="Why the app did not post this invoice by itself.",
    )

    ar_open_findings = fields.Text(
        "Because",
        compute="_compute_ar_open_findings",
        help="What stops the invoice, at the stage where it is.",
    )

    _ar_review_idx = models.Index(
        "(company_id) WHERE ar_review_reason IS NOT NULL AND state = 'draft'"
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_review_reason", "ar_finding_ids.state")
    def _compute_ar_open_findings(self):
        for move in self:
            found = move._ar_open_findings().mapped("message")
            move.ar_open_findings = "\n".join(found) or move.ar_review_reason

    # === ACTION METHODS ===#

    def action_post(self):
        """Post by hand; a finding that blocks stops people, too (extends ``account``)."""
        self._ar_refuse_blocked()
        return super().action_post()

    def action_ar_check_and_post(self):
        """Check drafts again after mending, and post those that pass now."""
        drafts = self.filtered(lambda move: move.state == "draft" and move.is_sale_document())
        if not drafts:
            raise UserError(self.env._("Select draft invoices to check and post."))
        return drafts.action_ar_continue()

    def action_ar_continue(self):
        """Check the chosen invoices again; post the drafts and send the others that pass."""
        chosen = self.filtered(lambda move: move.is_sale_document() and move.state != "cancel")
        if not chosen:
            raise UserError(self.env._("Select customer invoices that are not cancelled."))
        self.check_access("write")
        drafts = chosen.filtered(lambda move: move.state == "draft")
        drafts.ar_check_and_post(fields.Date.context_today(self))
        (chosen - drafts)._ar_check_sending()
        left = chosen.filtered(lambda move: move._ar_waits_for_review())
        message = self.env._(
            "%(gone)s went on, %(left)s left to review.",
            gone=len(chosen - left),
            left=len(left),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_ar_accept_findings(self):
        """Accept, with one reason, whatever the checks ask of the chosen invoices."""
        asking = self.ar_finding_ids.filtered(
            lambda finding: finding.state == "open" and finding.severity == "ask"
        )
        if not asking:
            raise UserError(self.env._("Nothing of the selected invoices can be accepted."))
        return asking.action_accept()

    # === BUSINESS METHODS ===#

    @api.private
    def ar_check_and_post(self, date):
        """Post the drafts that pass the checks and queue them for sending.

        The others stay drafts, with their reasons in ``ar_review_reason`` and as findings.

        :param datetime.date date: invoice date of those that have none yet.
        :return: the posted invoices.
        """
        self.ar_check(date)
        self._ar_note_review()
        sound = self.filtered(lambda move: not move.ar_review_reason)
        sound.filtered(lambda move: not move.invoice_date).invoice_date = date
        posted = sound._post(soft=False) if sound else sound
        posted.ar_queue_for_sending()
        return posted

    @api.private
    def ar_deliver(self, channels=None):
        """Queue invoices, and check them before they leave (extends ``account_move.py``)."""
        result = super().ar_deliver(channels)
        self._ar_check_sending()
        return result

    def _post(self, soft=True):  # noqa: FBT002 - core's signature
        # EXTENDS 'account': who posts an invoice under review has reviewed it
        reviewed = self.filtered(lambda move: move.state == "draft" and move.ar_review_reason)
        asked = reviewed._ar_open_findings()
        posted = super()._post(soft=soft)
        reviewed &= posted
        if reviewed:
            asked.filtered(lambda row: row.move_id in reviewed)._accept(
                self.env._("Posted by hand.")
            )
            reviewed.ar_review_reason = False
            reviewed.ar_queue_for_sending()
        return posted

    def _is_ready_to_be_sent(self):
        # EXTENDS 'account': what a check stopped waits; mended causes count at once
        if not super()._is_ready_to_be_sent():
            return False
        if self._ar_open_findings():
            self._ar_check_sending()
        return not (self.state == "posted" and self._ar_open_findings())

    # === PRIVATE METHODS ===#

    def _ar_check_sending(self):
        self.filtered(lambda move: move.state == "posted").ar_check()
        self.invalidate_recordset(["ar_finding_ids"])

    def _ar_open_findings(self):
        """Findings that stop these invoices at the stage where they are."""
        # sudo: jobs and people act on findings that they may not see
        return self.sudo().ar_finding_ids.filtered(
            lambda finding: (
                finding.state == "open"
                and finding.severity in STOPPING
                and (finding.stage == "posting") == (finding.move_id.state == "draft")
            )
        )

    def _ar_waits_for_review(self):
        return bool(self._ar_open_findings() or (self.state == "draft" and self.ar_review_reason))

    def _ar_note_review(self):
        """Write the reasons of drafts under review where lists and jobs read them."""
        self.invalidate_recordset(["ar_finding_ids"])
        by_move = self._ar_open_findings().grouped("move_id")
        reasons = {move: "\n".join(found.mapped("message")) for move, found in by_move.items()}
        drafts = self.sudo().filtered(lambda move: move.state == "draft")
        for reason, moves in drafts.grouped(lambda move: reasons.get(move, False)).items():
            moves.filtered(
                lambda move, r=reason: move.ar_review_reason != r
            ).ar_review_reason = reason

    def _ar_refuse_blocked(self):
        """Stop a person who posts what a check blocks, and say why.

        :raises UserError: with every finding that blocks.
        """
        drafts = self.filtered(lambda move: move.state == "draft" and move.is_sale_document())
        sentences = []
        date = fields.Date.context_today(self)
        for company, moves in drafts.sudo().grouped("company_id").items():
            rules = self.env["ar.invoice.check"]._find_rules(company, "posting")
            blocking = [rule for rule in rules if rule.severity == "block"]
            for move_id, found in moves._ar_find(blocking, date).items():
                name = self.browse(move_id).partner_id.display_name
                sentences += [f"{name}: {sentence}" for _finding, sentence in found]
        if sentences:
            raise UserError(
                self.env._(
                    "Not posted, because a check blocks it. Mend the cause, or ask an "
                    "accountant to make the check less severe under Configuration.\n%s",
                    "\n".join(sentences),
                )
            )

    def _ar_review_note(self, reason):
        if not self.ar_review_reason:
            return reason
        return self.env._(
            "%(reason)s Not posted, because: %(faults)s",
            reason=reason,
            faults=self.ar_review_reason,
        )
