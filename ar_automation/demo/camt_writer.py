"""Write a bank's day as CAMT.053, version 08 (ISO 20022 bank-to-customer statement).

The order of the elements is that of the schema ``camt.053.001.08``.

>>> from decimal import Decimal
>>> from datetime import date
>>> own = ("DE94370400440532013007", "EUR", "Nordwind", "COBADEFFXXX")
>>> empty = BankDay(*own, date(2026, 3, 2), Decimal("5.00"), ())
>>> b"camt.053.001.08" in write_statement(empty)
True
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree

from .bank_values import BankDay, Conversion, Detail, Entry, Party

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
IBAN_COUNTRIES = ("DE", "FR")


def write_statement(bank_day: BankDay) -> bytes:
    """Return the statement as the bytes of an XML file."""
    root = etree.Element("Document", nsmap={None: NAMESPACE})
    message = _add(root, "BkToCstmrStmt")
    identifier = f"{bank_day.iban[-10:]}{bank_day.day:%Y%m%d}"
    _write_header(message, bank_day, identifier)
    statement = _add(message, "Stmt")
    _add(statement, "Id", f"STMT{identifier}")
    _add(statement, "ElctrncSeqNb", f"{bank_day.day:%j}".lstrip("0"))
    _add(statement, "CreDtTm", _created(bank_day))
    period = _add(statement, "FrToDt")
    _add(period, "FrDtTm", f"{bank_day.day}T00:00:00")
    _add(period, "ToDtTm", f"{bank_day.day}T23:59:59")
    _write_account(statement, bank_day)
    _write_balance(
        statement, "OPBD", bank_day.opening, bank_day.currency, bank_day.day - timedelta(days=1)
    )
    _write_balance(statement, "CLBD", bank_day.closing, bank_day.currency, bank_day.day)
    _write_summary(statement, bank_day.entries)
    for entry in bank_day.entries:
        _write_entry(statement, entry, bank_day)
    # Copies of the default namespace to every element: lxml writes them once.
    for element in root.iter():
        element.tag = f"{{{NAMESPACE}}}{element.tag}"
    etree.cleanup_namespaces(root, top_nsmap={None: NAMESPACE})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, name, **attributes)
    element.text = text
    return element


def _path(parent: etree._Element, path: str, text: str) -> None:
    """Add nested elements, the last one with a text."""
    *outer, last = path.split("/")
    for name in outer:
        parent = _add(parent, name)
    _add(parent, last, text)


def _money(parent: etree._Element, amount: Decimal, currency: str, name: str = "Amt") -> None:
    _add(parent, name, f"{abs(amount):.2f}", Ccy=currency)


def _direction(parent: etree._Element, amount: Decimal) -> None:
    _add(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _created(bank_day: BankDay) -> str:
    return f"{bank_day.day}T18:05:00"


def _write_header(message: etree._Element, bank_day: BankDay, identifier: str) -> None:
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", f"C53{identifier}")
    _add(header, "CreDtTm", _created(bank_day))
    _path(header, "MsgPgntn/PgNb", "1")
    _add(header[-1], "LastPgInd", "true")


def _write_account(statement: etree._Element, bank_day: BankDay) -> None:
    account = _add(statement, "Acct")
    _path(account, "Id/IBAN", bank_day.iban)
    _add(account, "Ccy", bank_day.currency)
    _path(account, "Ownr/Nm", bank_day.owner)
    _path(account, "Svcr/FinInstnId/BICFI", bank_day.bic)


def _write_balance(
    statement: etree._Element, kind: str, amount: Decimal, currency: str, day: date
) -> None:
    balance = _add(statement, "Bal")
    _path(balance, "Tp/CdOrPrtry/Cd", kind)
    _money(balance, amount, currency)
    _direction(balance, amount)
    _path(balance, "Dt/Dt", day.isoformat())


def _write_summary(statement: etree._Element, entries: Sequence[Entry]) -> None:
    summary = _add(statement, "TxsSummry")
    net = sum((entry.amount for entry in entries), Decimal(0))
    total = _add(summary, "TtlNtries")
    _add(total, "NbOfNtries", str(len(entries)))
    _add(total, "Sum", f"{sum((abs(entry.amount) for entry in entries), Decimal(0)):.2f}")
    _path(total, "TtlNetNtry/Amt", f"{abs(net):.2f}")
    _direction(total[-1], net)
    for name, chosen in (
        ("TtlCdtNtries", [entry.amount for entry in entries if entry.amount >= 0]),
        ("TtlDbtNtries", [-entry.amount for entry in entries if entry.amount < 0]),
    ):
        group = _add(summary, name)
        _add(group, "NbOfNtries", str(len(chosen)))
        _add(group, "Sum", f"{sum(chosen, Decimal(0)):.2f}")


def _write_entry(statement: etree._Element, entry: Entry, bank_day: BankDay) -> None:
    node = _add(statement, "Ntry")
    _money(node, entry.amount, bank_day.currency)
    _direction(node, entry.amount)
    _path(node, "Sts/Cd", "BOOK")
    _path(node, "BookgDt/Dt", bank_day.day.isoformat())
    _path(node, "ValDt/Dt", entry.valued.isoformat())
    _add(node, "AcctSvcrRef", entry.reference)
    _write_code(node, entry.code)
    details = _add(node, "NtryDtls")
    if entry.batch:
        _write_batch(details, entry, bank_day.currency)
    for detail in entry.details:
        _write_detail(details, detail, entry, bank_day)
    if entry.info:
        _add(node, "AddtlNtryInf", entry.info)


def _write_code(node: etree._Element, code: tuple[str, str, str]) -> None:
    domain = _add(_add(node, "BkTxCd"), "Domn")
    _add(domain, "Cd", code[0])
    family = _add(domain, "Fmly")
    _add(family, "Cd", code[1])
    _add(family, "SubFmlyCd", code[2])


def _write_batch(details: etree._Element, entry: Entry, currency: str) -> None:
    batch = _add(details, "Btch")
    _add(batch, "MsgId", entry.batch)
    _add(batch, "NbOfTxs", str(len(entry.details)))
    _money(batch, entry.amount, currency, "TtlAmt")
    _direction(batch, entry.amount)


def _write_detail(details: etree._Element, detail: Detail, entry: Entry, bank_day: BankDay) -> None:
    node = _add(details, "TxDtls")
    references = _add(node, "Refs")
    _add(references, "EndToEndId", detail.end_to_end or "NOTPROVIDED")
    if detail.mandate:
        _add(references, "MndtId", detail.mandate)
    _money(node, detail.amount, bank_day.currency)
    _direction(node, detail.amount)
    if detail.conversion:
        _write_conversion(node, detail, detail.conversion, bank_day.currency)
    _write_code(node, entry.code)
    if detail.conversion and detail.conversion.kept:
        _write_charge(node, detail.conversion)
    _write_parties(node, detail, bank_day)
    _write_remittance(node, detail)
    if detail.return_code:
        _write_return(node, detail, entry)


def _write_conversion(
    node: etree._Element, detail: Detail, conversion: Conversion, currency: str
) -> None:
    amounts = _add(node, "AmtDtls")
    _money(_add(amounts, "InstdAmt"), conversion.instructed, conversion.currency)
    counter = _add(amounts, "CntrValAmt")
    _money(counter, detail.amount, currency)
    exchange = _add(counter, "CcyXchg")
    _add(exchange, "SrcCcy", conversion.currency)
    _add(exchange, "TrgtCcy", currency)
    _add(exchange, "UnitCcy", currency)
    _add(exchange, "XchgRate", str(conversion.rate))


def _write_charge(node: etree._Element, conversion: Conversion) -> None:
    record = _add(_add(node, "Chrgs"), "Rcrd")
    _money(record, conversion.kept, conversion.currency)
    _add(record, "CdtDbtInd", "DBIT")
    _add(record, "ChrgInclInd", "true")
    _path(record, "Tp/Prtry/Id", "CORRESPONDENT FEE")


def _write_parties(node: etree._Element, detail: Detail, bank_day: BankDay) -> None:
    """The other side pays what comes in; in a return the roles stay those of the first payment."""
    pays = (detail.amount >= 0) != bool(detail.return_code)
    own = Party(bank_day.owner, bank_day.iban, bank_day.bic)
    debtor, creditor = (detail.party, own) if pays else (own, detail.party)
    parties = _add(node, "RltdPties")
    _write_party(parties, "Dbtr", debtor)
    if detail.ultimate:
        _path(parties, "UltmtDbtr/Pty/Nm", detail.ultimate)
    _write_party(parties, "Cdtr", creditor)
    if not detail.party.bic:
        return
    agents = _add(node, "RltdAgts")
    _path(agents, f"{'DbtrAgt' if pays else 'CdtrAgt'}/FinInstnId/BICFI", detail.party.bic)


def _write_party(parties: etree._Element, role: str, party: Party) -> None:
    _path(parties, f"{role}/Pty/Nm", party.name)
    if not party.account:
        return
    is_iban = party.account[:2] in IBAN_COUNTRIES
    _path(parties, f"{role}Acct/Id/{'IBAN' if is_iban else 'Othr/Id'}", party.account)


def _write_remittance(node: etree._Element, detail: Detail) -> None:
    if not (detail.text or detail.document):
        return
    remittance = _add(node, "RmtInf")
    if detail.text:
        _add(remittance, "Ustrd", detail.text)
    if detail.document:
        document = _add(_add(remittance, "Strd"), "RfrdDocInf")
        _path(document, "Tp/CdOrPrtry/Cd", "CINV")
        _add(document, "Nb", detail.document)


def _write_return(node: etree._Element, detail: Detail, entry: Entry) -> None:
    information = _add(node, "RtrInf")
    _write_code_of_original(information, entry)
    _path(information, "Rsn/Cd", detail.return_code)
    if detail.return_text:
        _add(information, "AddtlInf", detail.return_text)


def _write_code_of_original(information: etree._Element, entry: Entry) -> None:
    domain = _add(_add(information, "OrgnlBkTxCd"), "Domn")
    _add(domain, "Cd", entry.code[0])
    family = _add(domain, "Fmly")
    _add(family, "Cd", "IDDT")
    _add(family, "SubFmlyCd", "ESDD")
