"""Books matches: the suspense side of the bank entry becomes what the payment settles.

The bank entry keeps its liquidity line. Where the items are settled one to one (or the rest is
the customer's credit), its suspense line gets the customer and the account of the items; else
it gives way to the items that :mod:`.counterparts` writes. An entry that was written on the
customer's account straight away (:mod:`.foresight`) needs neither. All matches of a batch are
written together and reconciled in one plan.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo.exceptions import UserError

from .bulk_assign import assign
from .counterparts import Counterparts

# The engine's actions that :func:`book` makes the entries for.
BOOKABLE = frozenset(
    {"full", "partial", "short_pay", "overpay", "discount", "bank_charge", "rounding"}
    | {"write_off", "currency_difference"}
)
# Actions for which the suspense line itself may become the customer's line.
PLAIN = frozenset(
    {"full", "partial", "short_pay", "overpay", "on_account", "duplicate", "prepayment"}
)


def untracked(lines, company):
    """The lines, without a message on every entry whose state of payment changes.

    These messages take two thirds of the time, and evidence and audit trail tell more. Where
    every change has to stand at the entry itself, the company has Odoo's restrictive audit trail.
    """
    return lines if company.restrictive_audit_trail else lines.with_context(tracking_disable=True)


@dataclass(frozen=True, slots=True)
class Booking:
    """What one payment settles.

    :ivar line: the statement line, on its suspense account.
    :ivar items: open journal items; none for money on account.
    :ivar allocation: ``{item id: amount}`` in the item's currency, negative for credit notes.
    :ivar action: the engine's action.
    :ivar customer: whose money it is, where no item tells.
    :ivar is_straight: whether the entry was written on the customer's account already.
    :ivar is_payout: whether a payment provider passes on what customers paid.
    """

    line: object
    items: object
    allocation: dict = field(default_factory=dict)
    action: str = "full"
    customer: object = None
    is_straight: bool = False
    is_payout: bool = False

    @property
    def partner(self):
        """The commercial partner whose money it is; none if the items have several."""
        if self.is_payout:
            # the provider's money, whose account is no customer's, be there one customer only
            return self.line.partner_id.browse()
        partners = self.items.partner_id.commercial_partner_id
        if not partners:
            return (self.customer or self.line.partner_id).commercial_partner_id
        return partners if len(partners) == 1 else partners.browse()

    @property
    def account(self):
        """The account that the payment's side of the entry stands on, where one says all."""
        return self.items.account_id or self.credit_account()

    def credit_account(self):
        """The receivable account on which the customer's credit stays open."""
        accounts = self.items.account_id.filtered(
            lambda account: account.account_type == "asset_receivable"
        )
        partner = self.partner.with_company(self.line.company_id)
        return accounts[:1] or partner.property_account_receivable_id

    def is_plain(self, currency, paid):
        """Whether one item on the customer's account says all.

        :param currency: that of the payment.
        :param float paid: how much came in, in it.
        """
        if self.action not in PLAIN or not self.partner:
            return False
        if not self.items:
            return True
        if len(self.items.account_id) > 1 or self.items.currency_id != currency:
            return False
        if any(amount < 0 for amount in self.allocation.values()):
            # a plan would settle invoice and credit note by each other, out of reach of an undo
            return False
        if self.action == "overpay" and self.items.account_id != self.credit_account():
            return False
        return self._settles_as_a_plan_would(currency, paid)

    def _settles_as_a_plan_would(self, currency, paid):
        """A plan settles as much as it can: all items, or as much of one as there is money."""
        if all(
            currency.is_zero(item.amount_residual_currency - self.allocation[item.id])
            for item in self.items
        ):
            return True
        return len(self.items) == 1 and currency.is_zero(self.allocation[self.items.id] - paid)


def book(bookings):
    """Book a batch of one company.

    :param bookings: list of :class:`Booking`.
    :raises UserError: if an item was settled or its entry taken back meanwhile, more is settled
        than was paid, the books are locked, or an account is missing.
    """
    if not bookings:
        return
    for booking in bookings:
        _check(booking)
    straight = [booking for booking in bookings if booking.is_straight]
    _set_customers([booking for booking in bookings if not booking.is_straight])
    plain, written = [], []
    for booking in bookings:
        if not booking.is_straight:
            suspense = booking.line._seek_for_lines()[1]
            paid = -sum(suspense.mapped("amount_currency"))
            is_plain = booking.is_plain(suspense.currency_id, paid)
            (plain if is_plain else written).append((booking, suspense))
    plan = [
        booking.line._seek_for_lines()[2] | booking.items for booking in straight if booking.items
    ]
    plan += _turn(plain) + _write(written)
    _reconcile(bookings[0].line.env["account.move.line"], plan)


def _reconcile(items, plan):
    """Settle the groups of a plan, all in one go.

    Core compares what every entry needs of terms, taxes and discounts before and after. Settling
    changes none of it, and entries are written already, so that is left out; core itself leaves it
    out for all that it writes meanwhile (exchange differences, cash-basis taxes).
    """
    # core reads what it needs of all items at once if they know of each other
    shared = tuple(item_id for group in plan for item_id in group.ids)
    items = items.with_context(skip_invoice_sync=True)
    items._reconcile_plan([items.browse(group.ids).with_prefetch(shared) for group in plan])


def _check(booking):
    if not booking.is_straight:
        _check_entry(booking.line)
    _check_items(booking)
    _check_amounts(booking)


def _check_entry(line):
    env = line.env
    if not line._seek_for_lines()[1]:
        raise UserError(
            env._(
                "%(payment)s is not on the suspense account of the bank journal %(journal)s. "
                "Was the account changed or the entry edited? Reset the payment first.",
                payment=line.payment_ref,
                journal=line.journal_id.name,
            )
        )
    line.move_id._check_fiscal_lock_dates()
    if line.move_id.inalterable_hash:
        raise UserError(
            env._("The entry of %s is secured and cannot be changed.", line.payment_ref)
        )


def _check_items(booking):
    line, items, env = booking.line, booking.items, booking.line.env
    gone = items.filtered(lambda item: item.parent_state != "posted")
    if gone:
        raise UserError(
            env._(
                "%s was cancelled or reset to draft meanwhile.",
                ", ".join(gone.move_id.mapped("display_name")),
            )
        )
    if items.filtered("reconciled") or not (items or booking.partner):
        raise UserError(
            env._("An item that %s should settle was settled meanwhile.", line.payment_ref)
        )


def _check_amounts(booking):
    for item in booking.items:
        amount, owed = booking.allocation[item.id], item.amount_residual_currency
        compare = item.currency_id.compare_amounts
        if amount * owed <= 0 or compare(abs(amount), abs(owed)) > 0:
            raise UserError(
                booking.line.env._(
                    "%(amount)s cannot be settled of %(item)s, of which %(open)s is open.",
                    amount=item.currency_id.format(amount),
                    item=item.move_id.name,
                    open=item.currency_id.format(owed),
                )
            )


def _set_customers(bookings):
    """Set the customers; core would rebuild each entry whose customer changes."""
    changed = {
        booking.line: booking.partner
        for booking in bookings
        if booking.partner and booking.line.partner_id.commercial_partner_id != booking.partner
    }
    if not changed:
        return
    moves = {line.move_id: partner for line, partner in changed.items()}
    assign("partner_id", changed)
    assign("partner_id", moves)
    assign(
        "partner_id", {item: partner for move, partner in moves.items() for item in move.line_ids}
    )
    _leave_alone(next(iter(changed)).env, list(moves))


def _leave_alone(env, moves):
    """Spare bank entries what a new customer changes on an invoice only.

    Core leaves out the text of the bank likewise, which would be lost.
    """
    moves = env["account.move"].browse(move.id for move in moves)
    for name in ("narration", "fiscal_position_id"):
        env.remove_to_compute(moves._fields[name], moves)
    _leave_undistributed(moves.line_ids)


def _leave_undistributed(items):
    """Do not look for a rule of distribution, item by item, where there is none at all."""
    env = items.env
    if not env["account.analytic.distribution.model"].sudo().search_count([], limit=1):
        env.remove_to_compute(items._fields["analytic_distribution"], items)


def _turn(plain):
    """Let suspense lines become the customers' lines; return what to reconcile."""
    accounts, plan = {}, []
    for booking, suspense in plain:
        accounts.update(dict.fromkeys(suspense, booking.account))
        if booking.items:
            plan.append(suspense | booking.items)
    if plain and plain[0][0].line.company_id.restrictive_audit_trail:
        _turn_with_log(accounts)
    elif accounts:
        assign("account_id", accounts)
        _leave_undistributed(next(iter(accounts)).browse(item.id for item in accounts))
    return plan


def _turn_with_log(accounts):
    """Where the law wants a trace of every change, core writes it."""
    by_account = defaultdict(list)
    for item, account in accounts.items():
        by_account[account].append(item.id)
    for account, ids in by_account.items():
        items = next(iter(accounts)).browse(ids)
        _in_bank_entry(items).write({"account_id": account.id})


def _write(written):
    """Replace suspense lines by the items written for them; return what to reconcile."""
    if not written:
        return []
    line = written[0][0].line
    policy = line.env["ar.cash.policy"].sudo().ar_get_policy(line.company_id)
    prepared = [
        pair for booking, _suspense in written for pair in Counterparts(booking, policy).prepare()
    ]
    items = line.env["account.move.line"]
    old = items.browse(item.id for _booking, suspense in written for item in suspense)
    _in_bank_entry(old).with_context(check_move_validity=False).unlink()
    created = _in_bank_entry(items).create([vals for vals, _item in prepared])
    return [
        new.with_env(line.env) | item
        for new, (_vals, item) in zip(created, prepared, strict=True)
        if item
    ]


def _in_bank_entry(items):
    """Change the items of a bank entry on purpose: core must not rebuild the entry from the
    statement line, add taxes that are written already, or refuse because it is posted."""
    return items.with_context(
        skip_account_move_synchronization=True,
        skip_invoice_sync=True,
        force_delete=True,
        dynamic_unlink=True,
    )
