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
    """Create lines that are decided already, so that their entries only have to be settled.

    Where one of them cannot be booked, all come in unmatched, and the others are matched then.
    """
    try:
        with model.env.cr.savepoint():
            foreseen, completed = model.ar_foresee(vals_list)
            lines = _create_batch(model, completed, straight=foreseen.straight)
            lines.ar_settle(foreseen)
            return lines
    except UserError as error:
        _logger.warning("%s lines are imported before they are matched: %s", len(vals_list), error)
        lines = _create_batch(model, vals_list)
        _apply_later(lines)
        return lines


def _apply_later(lines):
    """Match lines that are there; what is left unmatched here is the job's, which reports it."""
    try:
        with lines.env.cr.savepoint():
            for line, reason in lines.ar_apply_what_goes().items():
                _logger.warning("%s is imported without matching it: %s", line, reason)
    except UserError as error:
        _logger.warning("%s lines are imported without matching them: %s", len(lines), error)


def _create_then_apply(model, vals_list):
    """Where another module has a say in the creation, lines are matched when they are there."""
    lines = model.create(vals_list)
    lines.ar_apply_cash()
    return lines


def _create_batch(model, vals_list, *, straight=()):
    """EXTENDS ``AccountBankStatementLine.create``: the same steps, each for all lines.

    :param straight: places of the lines whose customer was found by a matching, which leaves
        alone what a customer changes on invoices only.
    """
    creating = model.with_context(is_statement_line=True)
    prepared = [_prepare_vals(model, vals) for vals in vals_list]
    lines = super(AccountBankStatementLine, creating).create([vals for vals, _account in prepared])
    _tie_entries(lines)
    found = lines.browse(lines[place].id for place in straight).move_id
    model.env.remove_to_compute(found._fields["fiscal_position_id"], found)
    shared = _prepare_distribution(model)
    model.env["account.move.line"].create(
        [
            item | shared
            for line, (_vals, account_id) in zip(lines, prepared, strict=True)
            for item in line._prepare_move_line_default_vals(account_id)
        ]
    )
    fields = model.env["account.move"]._fields
    model.env.add_to_compute(fields["name"], lines.move_id)
    lines.move_id.action_post()
    return lines.with_env(model.env)


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
    """Let each journal entry know its bank line, and whose money it is.

    Assigning while protected only stores; what depends on it is told once, for all. Core would
    write each entry's partner when it gets its items.
    """
    moves = lines.move_id
    tied = [moves._fields[name] for name in ("statement_line_id", "is_manually_modified")]
    with lines.env.protecting([*tied, moves._fields["partner_id"]], moves):
        for line in lines:
            line.move_id.statement_line_id = line
            if line.partner_id:
                line.move_id.partner_id = line.partner_id
        moves.is_manually_modified = True  # as after core's write
    moves.modified(["statement_line_id"])
    moves.filtered("partner_id").modified(["partner_id"])
    # core: else the bank's text would be computed anew, which is for invoices
    lines.env.remove_to_compute(moves._fields["narration"], moves)


def _prepare_distribution(model):
    """Say that nothing is distributed where there is no rule to ask for every item."""
    rules = model.env["account.analytic.distribution.model"].sudo()
    return {} if rules.search_count([], limit=1) else {"analytic_distribution": False}
