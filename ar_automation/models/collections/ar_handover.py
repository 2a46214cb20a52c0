from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .handover_pack import build_pack

COLLECTORS = "ar_automation.ar_automation_group_collector"
STATES = [
    ("draft", "Draft"),
    ("handed_over", "Handed over"),
    ("paid", "Paid"),
    ("withdrawn", "Withdrawn"),
    ("closed", "Closed"),
]
# what a collector may write; all else moves by the actions
EDITABLE = frozenset({"reference", "fee", "fee_note", "agency_id", "kind", "message_follower_ids"})


class ArHandover(models.Model):
    """Items of one customer that a lawyer or a collection agency is to collect."""

    _name = "ar.handover"
    _description = "Handed-over case"
    _inherit = ["mail.thread", "ar.guarded.state"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Case", required=True, readonly=True, default="/")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("agency", "Collection agency"), ("lawyer", "Lawyer")],
        "Handed to a",
        required=True,
        default="agency",
    )
    agency_id = fields.Many2one(
        "res.partner", "Handed to", required=True, ondelete="restrict", tracking=True
    )
    reference = fields.Char(
        "Their reference", tracking=True, help="File number of the lawyer or the agency."
    )
    fee = fields.Monetary(tracking=True, help="What they ask for, in company currency.")
    fee_note = fields.Char("Terms of the fee", help="For example: 15 % of what is collected.")
    line_ids = fields.One2many("ar.handover.line", "handover_id", "Items", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What was open when the case was made, in company currency."
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, index=True, tracking=True
    )
    handed_date = fields.Date("Handed over on", readonly=True)
    ended_date = fields.Date("Ended on", readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    pack_id = fields.Many2one("ir.attachment", "Papers", readonly=True, ondelete="set null")
    problems = fields.Text("Missing papers", readonly=True)

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS base: state, items and dates move by the actions only."""
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(self.env._("A case is not edited. Use its buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda case: case.state != "draft"):
            raise UserError(self.env._("Cases that were handed over are kept. Withdraw them."))

    # === ACTION METHODS ===#

    def action_make_pack(self):
        """Put the papers together, as of today; earlier papers of the case are replaced."""
        self._check_collector()
        for case in self.sudo():
            content, problems = build_pack(case)
            case.pack_id.unlink()
            case.write(
                {
                    "problems": "\n".join(problems),
                    "pack_id": self.env["ir.attachment"]
                    .sudo()
                    .create(
                        {
                            "name": f"{case.name.replace('/', '-')}.zip",
                            "raw": content,
                            "mimetype": "application/zip",
                            "res_model": self._name,
                            "res_id": case.id,
                        }
                    )
                    .id,
                }
            )

    def action_download(self):
        """Download the papers."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.pack_id.id}?download=true",
            "target": "download",
        }

    def action_hand_over(self):
        """Note that the papers left; from now on the items are in no reminder."""
        self._move_to("handed_over", {"draft"})
        self.filtered(lambda case: not case.pack_id).action_make_pack()
        self.sudo().handed_date = fields.Date.context_today(self)

    def action_paid(self):
        """End cases of which everything was paid.

        :raises UserError: while something is open.
        """
        unpaid = self.line_ids.filtered(lambda line: not line.move_line_id.reconciled)
        if unpaid:
            raise UserError(
                self.env._(
                    "Still open: %s. Withdraw or close the case, or match the payment first.",
                    ", ".join(unpaid.move_id.mapped("name")),
                )
            )
        self._end("paid")

    def action_withdraw(self):
        """Take cases back; their items are reminded again."""
        self._end("withdrawn", {"draft", "handed_over"})

    def action_close(self):
        """End cases that brought no (more) money; a write-off may follow."""
        self._end("closed")

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_prepare(self, items, agency, kind="agency"):
        """Make a case of open items of one customer, as a draft.

        :param account.move.line items: open receivable items.
        :param res.partner agency: the lawyer or the agency.
        :param str kind: ``agency`` or ``lawyer``.
        :return: the ``ar.handover``.
        :raises UserError: if the items do not fit together, or are in a case already.
        :raises AccessError: unless a collector does it.
        """
        self._check_collector()
        items.check_access("read")
        items = items.sudo()
        self._check_items(items)
        case = self.sudo().create(
            {
                "name": self.env["ir.sequence"].sudo().next_by_code(self._name) or "/",
                "company_id": items.company_id.id,
                "partner_id": items.partner_id.commercial_partner_id.id,
                "kind": kind,
                "agency_id": agency.id,
                "amount": sum(items.mapped("amount_residual")),
                "user_id": self.env.uid,
                "line_ids": [
                    Command.create(
                        {"move_line_id": item.id, "amount": item.amount_residual_currency}
                    )
                    for item in items
                ],
            }
        )
        return case.with_env(self.env)

    @api.model
    @api.private
    def ar_get_paused(self, items, date):
        """Which items are with somebody else on a day.

        :return: ``{item id: (None, sentence)}``: nobody knows the end.
        """
        lines = (
            self.env["ar.handover.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", items.ids),
                    ("handover_id.state", "=", "handed_over"),
                    ("handover_id.handed_date", "<=", date),
                ]
            )
        )
        return {line.move_line_id.id: (None, line.handover_id._describe()) for line in lines}

    # === PRIVATE METHODS ===#

    def _check_collector(self):
        if not (self.env.su or self.env.user.has_group(COLLECTORS)):
            raise AccessError(self.env._("Only collectors hand cases over."))
        self.check_access("read")

    @api.model
    def _check_items(self, items):
        wrong = items.filtered(
            lambda item: (
                item.account_type != "asset_receivable"
                or item.parent_state != "posted"
                or item.reconciled
            )
        )
        is_mixed = len(items.company_id) > 1 or len(items.partner_id.commercial_partner_id) > 1
        if wrong or not items or is_mixed:
            raise UserError(
                self.env._("Choose open invoices of one customer and one company for a case.")
            )
        taken = (
            self.env["ar.handover.line"]
            .sudo()
            .search([("move_line_id", "in", items.ids), ("is_active", "=", True)])
        )
        if taken:
            raise UserError(
                self.env._(
                    "In case %(case)s already: %(invoices)s.",
                    case=", ".join(taken.handover_id.mapped("name")),
                    invoices=", ".join(taken.move_id.mapped("name")),
                )
            )

    def _move_to(self, state, allowed):
        self._check_collector()
        self._check_state(allowed, state)
        labels = dict(self._fields["state"]._description_selection(self.env))
        self.sudo().state = state
        for company, cases in self.sudo().grouped("company_id").items():
            self.env["ar.audit.event"].ar_append(
                company,
                [
                    {
                        "code": f"handover.{state}",
                        "summary": f"{case.name}, {case.partner_id.display_name}: {labels[state]}",
                        "record": case,
                    }
                    for case in cases
                ],
            )

    def _end(self, state, allowed=frozenset({"handed_over"})):
        self._move_to(state, allowed)
        self.sudo().ended_date = fields.Date.context_today(self)
        self.sudo().line_ids.is_active = False

    def _describe(self):
        self.ensure_one()
        return self.env._(
            "Handed to %(agency)s on %(day)s, case %(case)s",
            agency=self.agency_id.display_name,
            day=format_date(self.env, self.handed_date),
            case=self.name,
        )
