"""Fills a statement with lines, chunk after chunk, without adding them all up after each.

Core computes what a statement says of its lines (first line, date, sum) from all of them, each
time that some are added: the time would grow with the square of the lines, and all of them
would have to be in memory. Here that waits until the last line is there; then one SQL statement
finds the values that core would have computed.
"""

from contextlib import contextmanager

from odoo.tools import SQL

FROM_LINES = ("first_line_index", "date", "balance_end", "is_complete", "journal_id")


@contextmanager
def filling(container, journal):
    """Create a statement's lines in here.

    :param container: the ``account.bank.statement``, still without lines; nothing is done for
        an empty recordset
    :param journal: that of the lines; core has taken it off the statement as long as it has none
    """
    container.env.flush_all()  # what is due since its creation is computed before
    held_back = [container._fields[name] for name in FROM_LINES]
    with container.env.protecting(held_back, container):
        if container:
            container.journal_id = journal
        yield
        if container:
            container.write(_compute_from_lines(container))
            container.env.flush_all()


def _compute_from_lines(container):
    lines = container.env["account.bank.statement.line"]
    lines.flush_model(["amount", "internal_index", "statement_id", "move_id"])
    container.env["account.move"].flush_model(["date", "state"])
    [(first, day, total)] = container.env.execute_query(
        SQL(
            """SELECT min(line.internal_index),
                      max(move.date) FILTER (WHERE move.state = 'posted'),
                      COALESCE(sum(line.amount) FILTER (WHERE move.state = 'posted'), 0)
                 FROM account_bank_statement_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.statement_id = %s""",
            container.id,
        )
    )
    currency = container.currency_id
    end = currency.round(container.balance_start + float(total))
    return {
        "first_line_index": first,
        "date": day,
        "balance_end": end,
        "is_complete": currency.compare_amounts(end, container.balance_end_real) == 0,
    }
