"""Books matches: the suspense side of the bank entry becomes the customer's payment.

The bank entry keeps its liquidity line; its suspense line gets the customer and the receivable
account of the items and is reconciled with them. All matches of a batch are written in groups
and reconciled in one plan. A payment that is smaller than its items settles the oldest first;
one that is larger leaves the customer a credit.
"""

from collections import defaultdict

from odoo.exceptions import UserError

# The engine's actions that :func:`book` makes the entries for.
BOOKABLE = frozenset({"full", "partial", "short_pay", "overpay"})


def book(pairs):
    """Book ``[(statement line, open items)]``.

    :raises UserError: if items of one payment belong to several customers or accounts, or are
        settled already.
    """
    if not pairs:
        return
    for line, items in pairs:
        _check(line, items)
    _set_customers(pairs)
    plan = _move_to_receivable(pairs)
    pairs[0][0].env["account.move.line"]._reconcile_plan(plan)


def _check(line, items):
    env = line.env
    if not items or items.filtered("reconciled"):
        raise UserError(
            env._("An item that %s should settle was settled meanwhile.", line.payment_ref)
        )
    if len(items.partner_id.commercial_partner_id) != 1 or len(items.account_id) != 1:
        raise UserError(
            env._(
                "The items for %s belong to several customers or receivable accounts. "
                "Split the payment by hand.",
                line.payment_ref,
            )
        )


def _set_customers(pairs):
    """Set the customer first: core rebuilds an entry whose customer changes."""
    lines_by_partner = defaultdict(lambda: pairs[0][0].browse())
    for line, items in pairs:
        if line.partner_id.commercial_partner_id != items.partner_id.commercial_partner_id:
            lines_by_partner[items.partner_id.commercial_partner_id] |= line
    for partner, lines in lines_by_partner.items():
        lines.write({"partner_id": partner.id})


def _move_to_receivable(pairs):
    plan = []
    by_account = defaultdict(lambda: pairs[0][0].env["account.move.line"])
    for line, items in pairs:
        _liquidity, suspense, _other = line._seek_for_lines()
        by_account[items.account_id] |= suspense
        plan.append(suspense | items)
    for account, suspense in by_account.items():
        # The entry is changed on purpose; core's synchronisation would rebuild it.
        suspense.with_context(skip_account_move_synchronization=True).write(
            {"account_id": account.id}
        )
    return plan
