"""Creates many bank lines at once: what core would create, without work done line by line.

Core's ``create`` of bank lines is one batch but for two things that it does for every line:
it ties the journal entry to its line by a ``write`` on the entry, with all that a write
entails, and it looks up the journal's last number, twice. Here the entries are tied in one
go, and ``account_move`` of this folder looks the number up once per month. What a person would
have been told in the chatter of each entry stands in the import's own record.
"""

import logging

from odoo.addons.account.models.account_bank_statement_line import AccountBankStatementLine
from odoo.exceptions import UserError
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

# Large enough for fixed costs to vanish, small enough to bound the memory.
CHUNK = 500


def create_bank_lines(model, vals_list, *, apply=False):
    """Create and post bank lines, in chunks, with memory bounded by the chunk.

    :param model: ``account.bank.statement.line`` with the rights and company to create with
    :param vals_list: iterable of values as ``create`` takes them, best in the order of their
        dates, since entries are numbered chunk by chunk; ``counterpart_account_id`` books a
        line on that account instead of the journal's suspense account.
    :param bool apply: match the lines with what they pay on the way, so that the entry of a
        sure match is written on the customer's account straight away.
    :return: the lines, in the order of the values
    :raises UserError: as ``create`` does
    """
    quiet = model.with_context(tracking_disable=True)
    create = _create_batch if is_core_alone(type(model).mro()) else type(quiet).create
    if apply:
        create = _create_applied if create is _create_batch else _create_then_apply
    ids = []
    for chunk in split_every(CHUNK, vals_list, list):
        ids += create(quiet, chunk).ids
        model.env.flush_all()
        model.env.invalidate_all()
    return model.browse(ids)


def is_core_alone(classes):
    """Whether no module but core has a say in how lines are created.

    :param classes: the classes that make up the model, first asked first
    """
    creators = [each for each in classes if "create" in vars(each)]
    modules = [each for each in creators if each.__module__.startswith("odoo.addons.")]
    return modules == [AccountBankStatementLine]


def _create_applied(model, vals_list):
    """Create lines and match them on the way; if that fails, they come in and are matched later."""
    try:
        with model.env.cr.savepoint():
            return _create_batch(model, vals_list, apply=True)
    except UserError as error:
        _logger.warning("%s lines are imported without matching them: %s", len(vals_list), error)
        return _create_batch(model, vals_list)


def _create_then_apply(model, vals_list):
    """Where another module has a say in the creation, lines are matched when they are there."""
    lines = model.create(vals_list)
    lines.ar_apply_cash()
    return lines


def _create_batch(model, vals_list, *, apply=False):
    """EXTENDS ``AccountBankStatementLine.create``: the same steps, each for all lines."""
    creating = model.with_context(is_statement_line=True)
    prepared = [_prepare_vals(model, vals) for vals in vals_list]
    lines = super(AccountBankStatementLine, creating).create([vals for vals, _account in prepared])
    _tie_entries(lines)
    foreseen = lines.with_env(model.env).ar_foresee() if apply else None
    straight = foreseen.accounts if foreseen else {}
    shared = _prepare_distribution(model)
    model.env["account.move.line"].create(
        [
            item | shared
            for line, (_vals, account_id) in zip(lines, prepared, strict=True)
            for item in line._prepare_move_line_default_vals(straight.get(line.id, account_id))
        ]
    )
    fields = model.env["account.move"]._fields
    model.env.add_to_compute(fields["name"], lines.move_id)
    # core: else it would be computed anew when the partner is set
    model.env.remove_to_compute(fields["narration"], lines.move_id)
    lines.move_id.action_post()
    lines = lines.with_env(model.env)
    if foreseen:
        lines.ar_settle(foreseen)
    return lines


def _prepare_vals(model, vals):
    """Return the values that core would create the line with, and its counterpart account."""
    vals = {"name": False, "amount": 0, **vals, "move_type": "entry"}
    account_id = vals.pop("counterpart_account_id", None)
    journal = model.env["account.journal"].browse(vals["journal_id"])
    currency = journal.currency_id or journal.company_id.currency_id
    if vals.get("foreign_currency_id") == currency.id:
        vals |= {"foreign_currency_id": None, "amount_currency": 0.0}
    return vals, account_id


def _tie_entries(lines):
    """Let each journal entry know its bank line.

    Assigning while protected only stores; what depends on it is told once, for all.
    """
    moves = lines.move_id
    tied = [moves._fields["statement_line_id"], moves._fields["is_manually_modified"]]
    with lines.env.protecting(tied, moves):
        for line in lines:
            line.move_id.statement_line_id = line
        moves.is_manually_modified = True  # as after core's write
    moves.modified(["statement_line_id"])


def _prepare_distribution(model):
    """Say that nothing is distributed where there is no rule to ask for every item."""
    rules = model.env["account.analytic.distribution.model"].sudo()
    return {} if rules.search_count([], limit=1) else {"analytic_distribution": False}
