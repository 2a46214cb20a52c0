"""The profiles that are shipped, each written from an export of the bank.

Banks change their exports; a changed header fits no profile, which is said, rather than being read
wrongly. Then a copy of the profile is corrected.

>>> [each.name for each in BANKS if "PayPal" in each.name], len(BANKS) >= 10
(['PayPal'], True)
"""

from __future__ import annotations

from .profile import Columns, TableProfile

N26 = TableProfile(
    "N26",
    Columns.of(
        booking_date="Booking Date|Date|Datum",
        value_date="Value Date",
        amount="Amount (EUR)|Betrag (EUR)",
        party_name="Partner Name|Payee|Empfänger",
        party_account="Partner Iban|Account number|Kontonummer",
        foreign_amount="Original Amount|Amount (Foreign Currency)|Betrag (Fremdwährung)",
        foreign_currency="Original Currency|Type Foreign Currency|Fremdwährung",
        kind="Type|Transaction type|Transaktionstyp",
        texts="Payment Reference|Verwendungszweck",
    ),
    delimiter=",",
    decimal_mark=".",
    currency="EUR",
)
REVOLUT = TableProfile(
    "Revolut",
    Columns.of(
        booking_date="Completed Date",
        value_date="Started Date",
        amount="Amount",
        fee="Fee",
        currency="Currency",
        balance="Balance",
        status="State",
        kind="Type",
        texts="Description",
    ),
    delimiter=",",
    decimal_mark=".",
    pending_words=("PENDING",),
    ignored_words=("REVERTED", "DECLINED", "FAILED"),
)
WISE = TableProfile(
    "Wise",
    Columns.of(
        booking_date="Date",
        amount="Amount",
        currency="Currency",
        balance="Running Balance",
        bank_reference="TransferWise ID",
        payer_name="Payer Name",
        payee_name="Payee Name",
        party_name="Merchant",
        party_account="Payee Account Number",
        kind="Transaction Type|Transaction Details Type",
        texts="Payment Reference\nDescription",
    ),
    delimiter=",",
    date_formats=("DD-MM-YYYY", "YYYY-MM-DD"),
    decimal_mark=".",
)
PAYPAL = TableProfile(
    "PayPal",
    Columns.of(
        booking_date="Date|Fecha|Datum",
        amount="Gross|Bruto|Brutto",
        fee="Fee|Comisión|Entgelt|Gebühr",
        currency="Currency|Divisa|Währung",
        balance="Balance|Saldo|Guthaben",
        status="Status|Estado",
        party_name="Name|Nombre",
        bank_reference="Transaction ID|Id. de transacción|Transaktionscode",
        kind="Type|Description|Tipo|Descripción|Typ|Beschreibung",
        texts="Invoice Number|Invoice ID|Id. de factura|Rechnungsnummer\nSubject|Asunto|Betreff\n"
        "Note|Nota|Hinweis\nType|Description|Tipo|Descripción|Typ|Beschreibung",
    ),
    delimiter=",",
    date_formats=("DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY"),
    fee_rule="separate",
    # No word for what is pending: pending withdrawals have left the balance already, and reports
    # of what moved the balance, the usual ones, list no pending payments.
    ignored_words=("Denied", "Canceled", "Cancelled", "Removed", "Placed", "Expired"),
)
DKB = TableProfile(
    "DKB",
    Columns.of(
        booking_date="Buchungsdatum",
        value_date="Wertstellung",
        amount="Betrag (*",
        status="Status",
        payer_name="Zahlungspflichtige*r",
        payee_name="Zahlungsempfänger*in",
        party_account="IBAN",
        mandate_id="Mandatsreferenz",
        end_to_end_id="Kundenreferenz",
        kind="Umsatztyp",
        texts="Verwendungszweck",
    ),
    delimiter=";",
    date_formats=("DD.MM.YY", "DD.MM.YYYY"),
    decimal_mark=",",
    account_labels=("Girokonto", "Tagesgeld", "Konto"),
    pending_words=("Vorgemerkt",),
)
SPARKASSE = TableProfile(
    "Sparkasse",
    Columns.of(
        booking_date="Buchungstag",
        value_date="Valutadatum",
        amount="Betrag",
        currency="Waehrung|Währung",
        account="Auftragskonto",
        status="Info",
        party_name="Beguenstigter/Zahlungspflichtiger|Begünstigter/Zahlungspflichtiger",
        party_account="Kontonummer/IBAN|Kontonummer",
        party_bic="BIC (SWIFT-Code)|BLZ",
        mandate_id="Mandatsreferenz",
        end_to_end_id="Kundenreferenz (End-to-End)",
        kind="Buchungstext",
        texts="Verwendungszweck",
    ),
    delimiter=";",
    date_formats=("DD.MM.YY", "DD.MM.YYYY"),
    decimal_mark=",",
    pending_words=("Umsatz vorgemerkt",),
)
COMMERZBANK = TableProfile(
    "Commerzbank",
    Columns.of(
        booking_date="Buchungstag",
        value_date="Wertstellung",
        amount="Betrag",
        currency="Währung",
        account="IBAN Auftraggeberkonto|IBAN Kontoinhaber",
        kind="Umsatzart",
        texts="Buchungstext",
    ),
    delimiter=";",
    date_formats=("DD.MM.YYYY",),
    decimal_mark=",",
)
ING_GERMANY = TableProfile(
    "ING (Germany)",
    Columns.of(
        booking_date="Buchung",
        value_date="Wertstellungsdatum|Valuta",
        amount="Betrag",
        currency="Währung",
        balance="Saldo",
        party_name="Auftraggeber/Empfänger",
        kind="Buchungstext",
        texts="Verwendungszweck\nNotiz",
    ),
    delimiter=";",
    encoding="iso8859-15",
    date_formats=("DD.MM.YYYY",),
    decimal_mark=",",
    account_labels=("IBAN",),
)
ING_NETHERLANDS = TableProfile(
    "ING (Netherlands)",
    Columns.of(
        booking_date="Datum|Date",
        amount="Bedrag (EUR)|Amount (EUR)",
        direction="Af Bij|Debit/credit",
        account="Rekening|Account",
        balance="Saldo na mutatie|Resulting balance",
        party_name="Naam / Omschrijving|Name / Description",
        party_account="Tegenrekening|Counterparty",
        kind="Mutatiesoort|MutatieSoort|Transaction type",
        texts="Mededelingen|Notifications",
    ),
    date_formats=("YYYYMMDD", "DD-MM-YYYY"),
    decimal_mark=",",
    sign="flag",
    debit_words=("Af", "Debit"),
    credit_words=("Bij", "Credit"),
    currency="EUR",
)
RABOBANK = TableProfile(
    "Rabobank",
    Columns.of(
        booking_date="Datum|Date",
        value_date="Rentedatum|Interest Date",
        amount="Bedrag|Amount",
        currency="Munt|Ccy",
        account="IBAN/BBAN",
        balance="Saldo na trn|Balance after trn",
        bank_reference="Volgnr|Sequence No",
        party_name="Naam tegenpartij|Counterparty Name",
        party_account="Tegenrekening IBAN/BBAN|Counterparty IBAN/BBAN",
        party_bic="BIC tegenpartij|Counterpty BIC",
        end_to_end_id="Transactiereferentie|Transaction Reference",
        mandate_id="Machtigingskenmerk|Mandate Reference",
        structured_reference="Betalingskenmerk|Payment Reference",
        foreign_amount="Oorspr bedrag|Instr Amt",
        foreign_currency="Oorspr munt|Instr Ccy",
        kind="Code",
        texts="Omschrijving-1|Description-1\nOmschrijving-2|Description-2\n"
        "Omschrijving-3|Description-3",
    ),
    delimiter=",",
    decimal_mark=",",
)
BUNQ = TableProfile(
    "bunq",
    Columns.of(
        booking_date="Datum|Date",
        amount="Bedrag|Amount",
        account="Rekening|Account",
        party_name="Naam|Name",
        party_account="Tegenrekening|Counterparty",
        texts="Omschrijving|Description",
    ),
    decimal_mark=",",
    currency="EUR",
)
KBC = TableProfile(
    "KBC",
    Columns.of(
        booking_date="Datum",
        value_date="Valuta",
        amount="Bedrag",
        currency="Munt",
        account="Rekeningnummer",
        balance="Saldo",
        party_name="Naam tegenpartij",
        party_account="rekeningnummer tegenpartij",
        party_bic="BIC tegenpartij",
        structured_reference="gestructureerde mededeling",
        texts="Vrije mededeling\nOmschrijving",
    ),
    delimiter=";",
    date_formats=("DD/MM/YYYY",),
    decimal_mark=",",
)
MONZO = TableProfile(
    "Monzo",
    Columns.of(
        booking_date="created|Date",
        amount="amount",
        currency="currency",
        bank_reference="id|Transaction ID",
        party_name="Name|description",
        foreign_amount="local_amount|Local amount",
        foreign_currency="local_currency|Local currency",
        kind="Type",
        texts="Description\nNotes and #tags|notes",
    ),
    delimiter=",",
    date_formats=("YYYY-MM-DD", "DD/MM/YYYY"),
    decimal_mark=".",
)
STARLING = TableProfile(
    "Starling",
    Columns.of(
        booking_date="Date",
        amount="Amount (*",
        balance="Balance (*",
        party_name="Counter Party",
        kind="Type",
        texts="Reference\nNotes",
    ),
    delimiter=",",
    date_formats=("DD/MM/YYYY",),
    decimal_mark=".",
)
CHASE = TableProfile(
    "Chase",
    Columns.of(
        booking_date="Posting Date",
        amount="Amount",
        balance="Balance",
        end_to_end_id="Check or Slip #",
        kind="Type",
        texts="Description",
    ),
    delimiter=",",
    date_formats=("MM/DD/YYYY",),
    decimal_mark=".",
    currency="USD",
)
DEBIT_AND_CREDIT = TableProfile(
    "Debit and credit columns (English)",
    Columns.of(
        booking_date="Date|Transaction date|Posting date",
        value_date="Value date",
        debit="Debit|Money out|Paid out|Withdrawals*",
        credit="Credit|Money in|Paid in|Deposits*",
        balance="Balance",
        texts="Details|Description|Label",
    ),
    date_formats=("DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD", "DD/MM/YY", "MM/DD/YY"),
    sign="columns",
    is_generic=True,
)
PLAIN = TableProfile(
    "Plain table (English)",
    Columns.of(
        booking_date="Date|Booking date|Posting date",
        value_date="Value date",
        amount="Amount",
        currency="Currency",
        balance="Balance",
        party_name="Partner Name|Name|Payee",
        party_account="Bank Account",
        foreign_amount="Amount Currency",
        texts="Label|Description|Memo|Reference",
    ),
    date_formats=("YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY"),
    is_generic=True,
)

BANKS: tuple[TableProfile, ...] = (
    N26,
    REVOLUT,
    WISE,
    PAYPAL,
    DKB,
    SPARKASSE,
    COMMERZBANK,
    ING_GERMANY,
    ING_NETHERLANDS,
    RABOBANK,
    BUNQ,
    KBC,
    MONZO,
    STARLING,
    CHASE,
    DEBIT_AND_CREDIT,
    PLAIN,
)
