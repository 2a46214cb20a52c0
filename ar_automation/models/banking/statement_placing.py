"""Which journal each statement of a file belongs to: by account number and currency."""

from collections import defaultdict

from ...banking.account_names import is_same_account
from .statement_checks import currency_of, is_table, refusal


class StatementPlacer:
    """Finds homes for the statements of one file that was given to ``journal``."""

    def __init__(self, journal, filename):
        self.journal = journal
        self.env = journal.env
        self.company = journal.company_id
        self.filename = filename

    def place(self, surveys):
        """Find each statement's journal.

        :param surveys: the ``Survey`` of each of the file's statements
        :return: ``({journal: [surveys]}, [surveys of statements without a journal])``
        :raises UserError: if no statement belongs to the journal that the file was given to.
        """
        accounts = {normalise_account(survey.statement.account) for survey in surveys}
        others = self._journals_by_account(accounts)
        moving = {
            normalise_account(survey.statement.account) for survey in surveys if survey.booked_count
        }
        placed, homeless = defaultdict(list), []
        for survey in surveys:
            target = self._home(survey, others, moving)
            if target:
                placed[target].append(survey)
            else:
                homeless.append(survey)
        if self.journal not in placed:
            raise refusal(self.env, self._explain_foreign(surveys[0].statement, others))
        return placed, homeless

    def _journals_by_account(self, accounts):
        journals = self.env["account.journal"].search(
            [
                ("company_id", "=", self.company.id),
                ("type", "in", ("bank", "credit")),
                ("bank_account_id.sanitized_acc_number", "in", [a for a in accounts if a]),
            ]
        )
        return {
            (normalise_account(journal.bank_acc_number), currency_of(journal).name): journal
            for journal in journals
        }

    def _home(self, survey, others, accounts):
        """The statement's journal, or None.

        Some banks name another currency for the account than for its entries: any currency
        that the statement states will do.
        """
        statement = survey.statement
        account = normalise_account(statement.account)
        own = normalise_account(self.journal.bank_acc_number)
        currency = currency_of(self.journal).name
        stated = survey.stated_currencies or {currency}
        is_own = is_same_account(statement.account, self.journal.bank_acc_number or "")
        if is_own and currency in stated:
            return self.journal
        for name in (statement.currency, *sorted(stated)):
            if (account, name) in others:
                return others[account, name]
        # A journal without an account number takes a file of one account at its word, and
        # whoever gives a table without one to a journal says with it whose it is.
        is_open = not own or (is_table(statement) and not account)
        if is_open and currency in stated and len(accounts) <= 1:
            return self.journal
        return None

    def _explain_foreign(self, statement, others):
        account = statement.account or self.env._("an account that the file does not name")
        right = others.get((normalise_account(statement.account), statement.currency))
        if right:
            return self.env._(
                "%(file)s is the statement of %(account)s (%(currency)s), which belongs to the "
                "journal %(right)s, not to %(journal)s.",
                file=self.filename,
                account=account,
                currency=statement.currency,
                right=right.display_name,
                journal=self.journal.display_name,
            )
        return self.env._(
            "%(file)s is the statement of %(account)s (%(currency)s); the journal %(journal)s is "
            "for %(own)s (%(own_currency)s). Choose the right journal, or correct its account "
            "number or currency.",
            file=self.filename,
            account=account,
            currency=statement.currency or "?",
            journal=self.journal.display_name,
            own=self.journal.bank_acc_number or self.env._("an account without number"),
            own_currency=currency_of(self.journal).name,
        )


def normalise_account(number):
    """Return an account number without blanks and separators, upper-case."""
    return "".join(char for char in (number or "").upper() if char.isalnum())
