"""What a statement must fulfil before anything of its file is imported."""

from odoo.exceptions import UserError

from ...banking.formats.statement import TABLE_FORMATS


def refusal(env, reason):
    """The error for a file that is refused whole."""
    return UserError(env._("%s Nothing was imported.", reason))


def currency_of(journal):
    """Return the currency in which a journal's bank account is kept."""
    return journal.currency_id or journal.company_id.currency_id


def is_table(statement):
    """Tell whether a statement was read from a table (CSV, XLSX) by a profile."""
    return statement.source_format in TABLE_FORMATS


def check_precision(journal, survey, filename):
    """Refuse amounts that the journal's currency cannot hold: rounding them would lose money."""
    env = journal.env
    currency = currency_of(journal)
    line = survey.finest
    if line and line.amount != round(line.amount, currency.decimal_places):
        raise refusal(
            env,
            env._(
                "%(file)s: entry %(number)s: the amount %(amount)s has more decimals "
                "than %(currency)s.",
                file=filename,
                number=line.entry_number,
                amount=line.amount,
                currency=currency.name,
            ),
        )


def check_lock_dates(journal, survey, filename):
    """Refuse entries of locked days: core would book them silently on another day."""
    env = journal.env
    company = journal.company_id
    for day in sorted(survey.days):
        if company._get_violated_lock_dates(day, False, journal):
            raise refusal(
                env,
                env._(
                    "%(file)s holds entries of %(day)s, a day that is locked in the books of "
                    "%(company)s. Open the period, or import a file that begins later.",
                    file=filename,
                    day=day,
                    company=company.name,
                ),
            )


def explain_gap(journal, survey, filename):
    """Say in words that a statement does not add up, and by how much."""
    env = journal.env
    currency = currency_of(journal)
    return env._(
        "%(file)s: opening balance %(opening)s and booked lines %(sum)s do not make the "
        "closing balance %(closing)s; %(gap)s is missing.",
        file=filename,
        opening=currency.format(float(survey.statement.opening.amount)),
        sum=currency.format(float(survey.booked_sum)),
        closing=currency.format(float(survey.statement.closing.amount)),
        gap=currency.format(float(survey.balance_gap)),
    )


def explain_doubts(journal, survey, filename):
    """Say in words why a readable statement may not be the whole truth; "" if nothing says so."""
    sentences = [f"{filename}: {warning}." for warning in survey.statement.warnings]
    if survey.balance_gap:
        sentences.append(explain_gap(journal, survey, filename))
    return "\n".join(sentences)
