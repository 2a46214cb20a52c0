import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...banking.formats.table import Columns, TableProfile
from ...banking.formats.table.banks import BANKS
from ...banking.formats.table.profile import read_column
from ...banking.formats.table.values import check_date_format
from ...exceptions import StatementFileError
from .statement_preview import preview_table

DELIMITERS = [
    ("auto", "Told by the header"),
    (";", "Semicolon ;"),
    (",", "Comma ,"),
    ("tab", "Tabulator"),
    ("|", "Vertical bar |"),
]
ENCODINGS = [
    ("cp1252", "Western European (Windows-1252)"),
    ("iso8859-15", "Western European (ISO 8859-15)"),
    ("cp1250", "Central European (Windows-1250)"),
    ("iso8859-2", "Central European (ISO 8859-2)"),
    ("cp1251", "Cyrillic (Windows-1251)"),
    ("cp1253", "Greek (Windows-1253)"),
    ("cp1254", "Turkish (Windows-1254)"),
    ("cp1257", "Baltic (Windows-1257)"),
    ("cp850", "Western European (DOS)"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gb18030", "Chinese (GB 18030)"),
]
SIGNS = [
    ("signed", "One column, money out is negative"),
    ("inverse", "One column, money out is positive (cards)"),
    ("columns", "Money out and money in have a column each"),
    ("signed_columns", "A column each, and money out is negative"),
    ("flag", "One column, another one says the direction"),
]
FEE_RULES = [
    ("none", "There are none, or they are for information"),
    ("included", "The amount is net, the fee is deducted already"),
    ("separate", "The amount is gross, the fee becomes a line of its own"),
]
ORDERS = [
    ("auto", "Told by dates and balances"),
    ("oldest", "Oldest first"),
    ("newest", "Newest first"),
]
ALTERNATIVES = (
    "The column's title; several, separated by |, if the bank changes it. "
    "* at the end stands for any rest, #3 for the third column."
)
# Everything that the preview depends on, and so everything that it follows at once.
WORDS = (
    "date_formats",
    "debit_words",
    "credit_words",
    "account_labels",
    "opening_labels",
    "closing_labels",
    "pending_words",
    "ignored_words",
    "skip_words",
)
PLAIN = ("name", "encoding", "has_header", "sign", "fee_rule", "is_generic")
COLUMNS = tuple(name for name in Columns.__slots__ if name != "texts")
SETTINGS = (
    *PLAIN,
    *WORDS,
    "delimiter",
    "decimal_mark",
    "currency_id",
    "row_order",
    "texts",
    *(f"column_{name}" for name in COLUMNS),
)


def _title(label, what):
    return fields.Char(label, help=f"{what} {ALTERNATIVES}")


class ArStatementProfile(models.Model):
    """How one bank writes its tables (CSV, XLSX); see ``banking/formats/table``."""

    _name = "ar.statement.profile"
    _description = "Table profile of a bank"
    _order = "is_generic, name"

    name = fields.Char("Bank", required=True)
    active = fields.Boolean(
        default=True, help="An archived profile is not used to guess how a file is to be read."
    )
    company_id = fields.Many2one(
        "res.company", help="Only this company uses the profile; empty for all companies."
    )
    is_generic = fields.Boolean(
        "Of no single bank",
        help="It is guessed only for tables of which it knows every column.",
    )
    delimiter = fields.Selection(
        DELIMITERS,
        "Cells are separated by",
        default="auto",
        required=True,
        help="Only for texts (CSV); a workbook has cells of its own.",
    )
    encoding = fields.Selection(
        ENCODINGS,
        "Letters",
        default="cp1252",
        required=True,
        help="How letters are written in files that are no Unicode. Unicode is recognised.",
    )
    has_header = fields.Boolean(
        "Columns have titles",
        default=True,
        help="The row with the titles is looked for; lines above it are about the account. "
        "Without titles name the columns #1, #2 and so on.",
    )
    date_formats = fields.Char(
        default="YYYY-MM-DD",
        required=True,
        help="Made of DD, MM or MMM (Jan), YY or YYYY, and the marks between them. Several, "
        "separated by |, if files differ: the one that fits all dates of a file counts.",
    )
    decimal_mark = fields.Selection(
        [("auto", "Told by the amounts"), (",", "Comma: 1.234,50"), (".", "Point: 1,234.50")],
        default="auto",
        required=True,
        help="If the amounts have to tell and leave it open (1,234), the file is refused.",
    )
    sign = fields.Selection(
        SIGNS, "Direction", default="signed", required=True, help="How money out is told from in."
    )
    debit_words = fields.Char(
        "Words for money out", help="What the column with the direction says, separated by |."
    )
    credit_words = fields.Char(
        "Words for money in",
        help="Separated by |. If empty, all but the words for money out are money in.",
    )
    fee_rule = fields.Selection(
        FEE_RULES,
        "Fees",
        default="none",
        required=True,
        help="A gross amount pays the invoice in full; the fee is a cost of its own.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        "Currency of the files",
        help="Of files that have no column for it and do not name it in a title.",
    )
    row_order = fields.Selection(
        ORDERS,
        "Order of the rows",
        default="auto",
        required=True,
        help="Matters for the balances, and for transactions that look exactly alike.",
    )
    account_labels = fields.Char(
        "Before the account number",
        help="Texts above the titles, separated by |, behind which the account number stands.",
    )
    opening_labels = fields.Char(
        "Before the opening balance", help="Texts, separated by |, that a row with it begins with."
    )
    closing_labels = fields.Char(
        "Before the closing balance", help="Texts, separated by |, that a row with it begins with."
    )
    pending_words = fields.Char(
        "Status: not booked yet",
        help="What the status column says of announced payments, separated by |. They are counted, "
        "and imported once they are booked.",
    )
    ignored_words = fields.Char(
        "Status: will not be booked",
        help="What the status column says of payments that failed, separated by |.",
    )
    skip_words = fields.Char(
        "Rows to pass over",
        help="Texts, separated by |, that rows begin with which are no transactions (totals).",
    )
    column_booking_date = _title("Booking date", "When the bank booked it.")
    column_value_date = _title("Value date", "From when interest counts.")
    column_amount = _title("Amount", "With or without sign, as the direction says.")
    column_debit = _title("Money out", "Amounts that left the account.")
    column_credit = _title("Money in", "Amounts that came in.")
    column_direction = _title("Says the direction", "Debit or credit, in or out.")
    column_fee = _title("Fee", "What the provider kept, negative.")
    column_currency = _title("Currency", "Three letters; each currency becomes a statement.")
    column_account = _title("Own account", "Each account becomes a statement.")
    column_balance = _title("Balance behind the row", "It proves that no row is missing.")
    column_status = _title("Status", "Booked, pending or failed.")
    column_party_name = _title("Other side", "Who paid or was paid.")
    column_payer_name = _title("Payer", "The other side of money in, if it has its own column.")
    column_payee_name = _title("Payee", "The other side of money out, if it has its own column.")
    column_party_account = _title("Other side's account", "By it the customer is found.")
    column_party_bic = _title("Other side's bank (BIC)", "")
    column_bank_reference = _title(
        "Bank's reference", "Only if no two transactions share one: by it they are known again."
    )
    column_end_to_end_id = _title("End-to-end reference", "Given by the payer.")
    column_structured_reference = _title("Structured reference", "The invoice's payment reference.")
    column_mandate_id = _title("Mandate", "Of a direct debit.")
    column_foreign_amount = _title("Foreign amount", "Before it was converted.")
    column_foreign_currency = _title("Foreign currency", "Of the foreign amount.")
    column_kind = _title("Kind of transaction", "")
    texts = fields.Text(
        help="Columns that say what the payment is for, one per line; they are joined. "
        + ALTERNATIVES,
    )
    # Not stored: bank data that nobody needs once the profile is right.
    sample_file = fields.Binary(
        "Try a file",
        store=False,
        help="A file of this bank, to see at once how the settings read it. It is not kept.",
    )
    sample_filename = fields.Char(store=False)
    sample_preview = fields.Html(
        compute="_compute_sample_preview", sanitize=False, help="What the file says."
    )

    # === COMPUTE METHODS ===#

    @api.depends("sample_file", *SETTINGS)
    def _compute_sample_preview(self):
        for profile in self:
            content = profile.with_context(bin_size=False).sample_file
            profile.sample_preview = preview_table(self.env, content, profile) if content else False

    # === CONSTRAINT METHODS ===#

    @api.constrains(*SETTINGS)
    def _check_settings(self):
        for record in self:
            profile = record.ar_table_profile()
            named = profile.columns.named()
            missing = [name for name in profile.required if name not in named]
            if missing:
                labels = [
                    record._fields[f"column_{name}"]._description_string(self.env)
                    for name in missing
                ]
                raise ValidationError(
                    self.env._(
                        "%(profile)s: name the columns for: %(columns)s.",
                        profile=record.name,
                        columns=", ".join(labels),
                    )
                )
            try:
                for form in profile.date_formats:
                    check_date_format(form)
            except StatementFileError as error:
                raise ValidationError(
                    self.env._("%(profile)s: %(reason)s.", profile=record.name, reason=error.reason)
                ) from error

    def copy_data(self, default=None):
        """EXTENDS base: a copy is told from its original by its name."""
        return [
            vals
            | ({} if default and "name" in default else {"name": self.env._("%s (copy)", name)})
            for vals, name in zip(super().copy_data(default), self.mapped("name"), strict=True)
        ]

    # === BUSINESS METHODS ===#

    @api.private
    def ar_table_profile(self):
        """Return the settings as the reader takes them."""
        self.ensure_one()
        words = {name: read_column(self[name] or "") for name in WORDS}
        columns = {name: self[f"column_{name}"] or "" for name in COLUMNS}
        marks = {"auto": "", "tab": "\t"}
        return TableProfile(
            columns=Columns.of(texts=self.texts or "", **columns),
            delimiter=marks.get(self.delimiter, self.delimiter or ""),
            decimal_mark=marks.get(self.decimal_mark, self.decimal_mark or ""),
            currency=self.currency_id.name or "",
            order=self.row_order,
            **({name: self[name] for name in PLAIN} | {"name": self.name or ""}),
            **words,
        )

    @api.private
    @api.model
    def ar_profiles_for(self, journal):
        """Return the profiles by which a table for a journal may be read.

        The journal's own alone, else all of its company, to be guessed among by the header.
        """
        chosen = journal.ar_statement_profile_id
        profiles = chosen or self.search([("company_id", "in", (False, journal.company_id.id))])
        return [profile.ar_table_profile() for profile in profiles]

    @api.model
    def _create_shipped(self):
        """Create the profiles that are shipped, once; what people changed in them stays."""
        self._load_records(
            [
                {
                    "xml_id": f"ar_automation.ar_statement_profile_{_slug(bank.name)}",
                    "values": self._prepare_vals(bank),
                    "noupdate": True,
                }
                for bank in BANKS
            ],
            update=True,
        )

    @api.model
    def _prepare_vals(self, bank):
        currencies = self.env["res.currency"].with_context(active_test=False)
        columns = {
            f"column_{name}": " | ".join(column) for name, column in bank.columns.named().items()
        }
        return {
            **{name: getattr(bank, name) for name in PLAIN},
            **{name: " | ".join(getattr(bank, name)) for name in WORDS},
            **columns,
            "delimiter": {"": "auto", "\t": "tab"}.get(bank.delimiter, bank.delimiter),
            "decimal_mark": bank.decimal_mark or "auto",
            "currency_id": bank.currency
            and currencies.search([("name", "=", bank.currency)], limit=1).id,
            "row_order": bank.order,
            "texts": "\n".join(" | ".join(column) for column in bank.columns.texts),
        }


def _slug(name):
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
