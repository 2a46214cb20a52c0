from odoo import api, fields, models

from ...engine.invoicing.track import NEUTRAL, Moment, build_track, merge_moments
from .ar_o2c_source import MOVE, ORDER

EXPECTED = ("invoiced", "sent", "due", "paid")


def show_track(env, moments, expected, *, is_neutral=False):
    """Steps as values for a screen, in the user's language.

    :param moments: the engine's moments.
    :param expected: stages that are shown before they are reached.
    :param bool is_neutral: only what a customer is shown.
    :return: a list of dicts with ``stage``, ``label``, ``at`` (ISO), ``state`` and ``days``.
    """
    labels = dict(env["ar.o2c.track"]._fields["stage"]._description_selection(env))
    if is_neutral:
        moments = [moment for moment in moments if moment.stage in NEUTRAL]
    return [
        {
            "stage": step.stage,
            "label": labels[step.stage],
            "at": step.at.isoformat() if step.at else False,
            "state": step.state,
            "days": step.days,
        }
        for step in build_track(moments, env["ar.o2c.source"]._today(), expected)
    ]


class AccountMove(models.Model):
    """The way of an invoice to the money, with the orders it came from."""

    _inherit = "account.move"

    ar_track = fields.Json(
        "Order to cash",
        compute="_compute_ar_track",
        groups="base.group_user",
        help="The stages of the invoice and of its orders, with their dates.",
    )

    # === COMPUTE METHODS ===#

    def _compute_ar_track(self):
        moments = self._origin._ar_tracked()._ar_read_moments()
        for move in self:
            known = moments.get(move._origin.id)
            move.ar_track = show_track(self.env, known, EXPECTED) if known else False

    # === BUSINESS METHODS ===#

    @api.private
    def ar_get_portal_track(self):
        """The steps that the customer sees: no credit checks, holds, reminders or disputes."""
        self.ensure_one()
        if not self._ar_tracked():
            return []
        moments = self.sudo()._ar_read_moments()[self.id]
        return show_track(self.env, moments, EXPECTED, is_neutral=True)

    # === PRIVATE METHODS ===#

    def _ar_tracked(self):
        return self.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    def _ar_read_moments(self):
        """``{invoice id: moments}`` of the invoices with their orders, in three statements."""
        # sudo: who sees the invoice sees its way, without rights on orders or reminders
        source, moves = self.env["ar.o2c.source"].sudo(), self.sudo()
        orders = {move.id: move.line_ids.sale_line_ids.order_id.ids for move in moves}
        own = source._read_moments(MOVE, moves.ids)
        theirs = source._read_moments(ORDER, {i for ids in orders.values() for i in ids})
        return {
            move.id: [
                *(Moment(*row) for row in own[move.id]),
                *merge_moments(
                    [
                        [Moment(*row) for row in theirs[i] if row[0] != "invoiced"]
                        for i in orders[move.id]
                    ],
                    is_whole=True,
                ),
            ]
            for move in moves
        }
