from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CREDIT_MANAGER = "ar_automation.ar_automation_group_credit_manager"
STATES = [("open", "Open"), ("accepted", "Accepted"), ("gone", "Gone")]
LIVE_STATES = ("open", "accepted")
STOPPING = ("block", "ask")


class ArInvoiceFinding(models.Model):
    """What a check found on an invoice, and what became of it.

    An acceptance holds as long as the sentence stays the same: if the total changes after
    somebody accepted it, the new total is asked about again.
    """

    _name = "ar.invoice.finding"
    _description = "Finding on an invoice"
    _order = "id"
    _rec_name = "message"

    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="move_id.partner_id", string="Customer")
    # set null: deleting a check must not delete what was accepted
    check_id = fields.Many2one("ar.invoice.check", readonly=True, ondelete="set null")
    kind = fields.Char("What", required=True, readonly=True, help="Stable code of the check.")
    severity = fields.Selection(
        [("block", "Blocks"), ("ask", "Asks"), ("note", "Note")], required=True, readonly=True
    )
    stage = fields.Selection(
        [("posting", "Before posting"), ("sending", "Before sending")],
        required=True,
        readonly=True,
    )
    message = fields.Text("Finding", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True)
    accepted_at = fields.Datetime("Accepted on", readonly=True)
    reason = fields.Text(readonly=True, help="Why it was accepted.")

    _once = models.UniqueIndex(
        "(move_id, stage, check_id, kind) WHERE state IN ('open', 'accepted')",
        "A check speaks up once per invoice and stage.",
    )

    # === ACTION METHODS ===#

    def action_open_invoice(self):
        """Open the invoice, where the cause is mended."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_accept(self):
        """Ask for the reason why findings are accepted."""
        self._check_acceptable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept"),
            "res_model": "ar.invoice.finding.accept",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_finding_ids": self.ids},
        }

    # === BUSINESS METHODS ===#

    @api.private
    def ar_accept(self, reason):
        """Accept open findings that ask; the invoice then goes on with *Continue*.

        :param str reason: why, kept with the finding, in the chatter and in the audit trail.
        :raises UserError: for a finding that blocks, or that nobody has to accept.
        :raises AccessError: for who may not post invoices, or is no credit manager and
            accepts a credit hold.
        """
        self._check_acceptable()
        self._accept(reason)
        for move, findings in self.grouped("move_id").items():
            words = self.env._(
                "Accepted: %(what)s Reason: %(reason)s",
                what=" ".join(findings.mapped("message")),
                reason=reason,
            )
            move._message_log(body=words)
            event = {"code": "invoicing.finding_accepted", "summary": words, "record": move}
            self.env["ar.audit.event"].ar_append(move.company_id, [event])
        self.move_id._ar_note_review()

    # === PRIVATE METHODS ===#

    def _accept(self, reason):
        # sudo: findings are written by the app alone; who may accept was checked
        self.sudo().write(
            {
                "state": "accepted",
                "accepted_by_id": self.env.uid,
                "accepted_at": fields.Datetime.now(),
                "reason": reason,
            }
        )

    def _check_acceptable(self):
        self.move_id.check_access("write")
        for finding in self:
            if finding.severity == "block":
                raise UserError(
                    self.env._(
                        "%(invoice)s: “%(what)s” blocks, and nobody can accept it. Mend the cause, "
                        "then choose Continue.",
                        invoice=finding.move_id.display_name,
                        what=finding.message,
                    )
                )
            if finding.state != "open" or finding.severity != "ask":
                raise UserError(
                    self.env._("“%s” needs not be accepted: it stops nothing.", finding.message)
                )
        if "credit_hold" in self.mapped("kind") and not self.env.user.has_group(CREDIT_MANAGER):
            raise AccessError(self.env._("Only a credit manager accepts a credit hold."))

    @api.model
    def _store(self, moves, stage, found):
        """Make the stored findings of ``moves`` those that were found now.

        :param dict found: ``{move id: [(engine finding, sentence)]}``
        :return: the live findings of the moves at this stage.
        """
        known = self.search([("move_id", "in", moves.ids), ("stage", "=", stage)]).filtered(
            lambda finding: finding.state in LIVE_STATES
        )
        by_key = {(row.move_id.id, row.check_id.id, row.kind, row.message): row for row in known}
        kept, vals_list = self.browse(), []
        for move in moves:
            for finding, sentence in found.get(move.id, ()):
                row = by_key.get((move.id, finding.key, finding.kind, sentence))
                if row and row.severity == finding.severity:
                    kept |= row
                else:
                    vals_list.append(self._prepare_vals(move, stage, finding, sentence))
        (known - kept).state = "gone"
        # what is gone frees its place in the unique index
        (known - kept).flush_recordset(["state"])
        return kept | self.create(vals_list)

    def _prepare_vals(self, move, stage, finding, sentence):
        return {
            "move_id": move.id,
            "check_id": finding.key,
            "kind": finding.kind,
            "severity": finding.severity,
            "stage": stage,
            "message": sentence,
        }
