"""The bank's day, made from the items that are open that morning.

A third of the entries name their invoice and pay it to the cent. Another third
needs thought: several invoices in one transfer, numbers written differently or
wrongly, deductions, discounts, a group that pays for its subsidiary, an amount
that fits two invoices, a payment made twice, fees that a foreign bank kept. The
rest is what every account sees: fees, interest, suppliers, salaries, cards.

>>> entries = make_entries(Morning({}, {}, (), date(2026, 3, 2), Decimal("1.08")), "seed")
>>> [entry.info for entry in entries][:2]
['Kontoführung und Buchungsposten', 'Habenzinsen']
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from . import bank_values as bank
from .bank_values import Conversion, Detail, Entry, Party
from .customers import Customer
from .identifiers import bic_of, make_iban
from .payment_texts import write_text
from .scene import roll
from .story import CENT, Invoice, Payment

Pair = tuple[Customer, Invoice]


@dataclass(frozen=True)
class Morning:
    """What is known before the bank's file arrives.

    :param open_items: open invoices by customer key, oldest first
    :param recent: payments that were booked in the last weeks, oldest first
    :param rate: dollars for one euro
    """

    customers: Mapping[str, Customer]
    open_items: Mapping[str, list[Invoice]]
    recent: tuple[Payment, ...]
    day: date
    rate: Decimal


class Pool:
    """Open invoices; each is paid by one entry of the day at most."""

    def __init__(self, morning: Morning) -> None:
        pairs = [
            (morning.customers[key], item)
            for key, items in morning.open_items.items()
            for item in items
            if not item.partly_paid
        ]
        self._pairs = sorted(pairs, key=lambda pair: (pair[1].due, pair[1].number))

    def take(self, count: int, wanted: Callable[[Customer, Invoice], bool]) -> list[Pair]:
        """Take at most ``count`` invoices that are wanted, one per customer first."""
        chosen: list[Pair] = []
        for once in (True, False):
            for pair in list(self._pairs):
                known = any(pair[0] is customer for customer, _ in chosen)
                if len(chosen) < count and wanted(*pair) and not (once and known):
                    chosen.append(pair)
                    self._pairs.remove(pair)
        return chosen

    def take_group(self, size: int, wanted: Callable[[Customer, Invoice], bool]) -> list[Pair]:
        """Take ``size`` invoices of one customer, or none."""
        for customer in dict.fromkeys(customer for customer, _ in self._pairs):
            group = [pair for pair in self._pairs if pair[0] is customer and wanted(*pair)]
            if len(group) >= size:
                self._pairs = [pair for pair in self._pairs if pair not in group[:size]]
                return group[:size]
        return []

    def take_twin(self) -> list[Pair]:
        """Take an invoice of a customer that owes the same amount on another one."""
        for customer, invoice in self._pairs:
            twins = [
                pair
                for pair in self._pairs
                if pair[0] is customer and pair[1].total == invoice.total
            ]
            if len(twins) > 1 and customer.currency == "EUR":
                self._pairs = [pair for pair in self._pairs if pair not in twins]
                return twins[:1]
        return []


def _pays_in_euro(customer: Customer, invoice: Invoice) -> bool:
    """Whether an invoice may be paid today as a plain transfer in euro."""
    pays = customer.behaviour not in ("silent", "dormant", "disputing")
    return pays and customer.currency == "EUR" and not customer.direct_debit and not customer.parent


def _pays_in_dollars(customer: Customer, invoice: Invoice) -> bool:
    return customer.currency == "USD" and customer.behaviour not in (
        "silent",
        "disputing",
        "short-paying",
    )


def make_entries(morning: Morning, seed: str) -> tuple[Entry, ...]:
    """Return the day's entries in the order in which the bank lists them."""
    rng = roll(f"{seed}:bank:{morning.day}")
    pool = Pool(morning)
    groups = _take_thoughtful(pool, morning, rng)
    groups += _take_foreign(pool, morning, rng)
    groups += [[detail] for detail in _take_plain(pool, morning, rng)]
    groups += [[detail] for detail in _repeat_and_return(morning)]
    rng.shuffle(groups)
    entries = [_book(group, morning.day) for group in groups] + _make_noise(morning.day, rng)
    return tuple(
        replace(entry, reference=f"{morning.day:%y%m%d}{number:05d}HHB")
        for number, entry in enumerate(entries, 1)
    )


def announce(morning: Morning, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return a payment that the bank announces today and books tomorrow, of who did not pay yet."""
    paid = {detail.party.name for entry in entries for detail in entry.details}
    texts = " ".join(detail.text for entry in entries for detail in entry.details)

    def wanted(customer: Customer, invoice: Invoice) -> bool:
        new = customer.name not in paid and invoice.number not in texts
        return new and customer.country == "DE" and _pays_in_euro(customer, invoice)

    return tuple(
        replace(
            _book(
                [_transfer(customer, invoice.total, f"Rechnung {invoice.number}")],
                morning.day + timedelta(days=1),
            ),
            reference=f"{morning.day:%y%m%d}V0001HHB",
        )
        for customer, invoice in Pool(morning).take(1, wanted)
    )


def _book(details: list[Detail], day: date) -> Entry:
    first = details[0]
    code = (
        bank.FOREIGN_IN
        if first.conversion
        else bank.DEBIT_RETURNED
        if first.return_code
        else bank.TRANSFER_IN
    )
    return Entry(
        amount=sum((detail.amount for detail in details), Decimal(0)),
        code=code,
        valued=day,
        reference="",
        details=tuple(details),
        info="Sammelgutschrift" if len(details) > 1 else "",
        batch=f"SAMMLER{day:%Y%m%d}" if len(details) > 1 else "",
    )


def _party(customer: Customer) -> Party:
    return Party(customer.name, customer.account, bic_of(customer.account))


def _transfer(customer: Customer, amount: Decimal, text: str, *, end_to_end: str = "") -> Detail:
    return Detail(amount=amount, party=_party(customer), text=text, end_to_end=end_to_end)


def _name(pairs: list[Pair], rng: Random) -> str:
    customer, invoice = pairs[0]
    dated = f"{invoice.issued:%d.%m.%Y}" if customer.country == "DE" else invoice.issued.isoformat()
    numbers = [item.number for _, item in pairs]
    return write_text(customer.country, numbers, rng, customer_number=customer.number, dated=dated)


def _take_plain(pool: Pool, morning: Morning, rng: Random) -> list[Detail]:
    """Payments to the cent that name their invoice: in words, as document, or as reference."""
    pairs = pool.take(15, _pays_in_euro)
    details = []
    for place, (customer, invoice) in enumerate(pairs):
        plain = _transfer(customer, invoice.total, "")
        if place % 5 == 3:
            details.append(replace(plain, document=invoice.number))
        elif place % 5 == 4:
            details.append(replace(plain, end_to_end=invoice.number))
        else:
            details.append(replace(plain, text=_name([(customer, invoice)], rng)))
    return details


def _take_thoughtful(pool: Pool, morning: Morning, rng: Random) -> list[list[Detail]]:
    """Payments that a person recognises and a simple comparison does not."""
    singles = [
        *_pay_twin(pool),
        *_pay_for_subsidiary(pool, rng),
        *_take_discount(pool, morning, rng),
        *_pay_short(pool, rng),
        *_write_numbers_differently(pool),
        *_mistype_numbers(pool),
        *_pay_several(pool, rng),
    ]
    batch = [_transfer(*_plain_values(pair, rng)) for pair in pool.take(4, _pays_in_euro)]
    return [[detail] for detail in singles] + ([batch] if batch else [])


def _plain_values(pair: Pair, rng: Random) -> tuple[Customer, Decimal, str]:
    return pair[0], pair[1].total, _name([pair], rng)


def _pay_twin(pool: Pool) -> list[Detail]:
    return [_transfer(customer, invoice.total, "Zahlung") for customer, invoice in pool.take_twin()]


def _pay_several(pool: Pool, rng: Random) -> list[Detail]:
    """Three invoices in one transfer; the last payer does not say which."""
    details = []
    for names in (True, True, False):
        group = pool.take_group(3, _pays_in_euro)
        if group:
            total = sum((invoice.total for _, invoice in group), Decimal(0))
            text = _name(group, rng) if names else "Sammelzahlung offene Posten"
            details.append(_transfer(group[0][0], total, text))
    return details


def _pay_for_subsidiary(pool: Pool, rng: Random) -> list[Detail]:
    """The group's treasury pays: once with the number, once with the subsidiary's name only."""
    details = []
    for place, (customer, invoice) in enumerate(
        pool.take(2, lambda customer, _: bool(customer.parent))
    ):
        text = (
            f"{_name([(customer, invoice)], rng)} {customer.name}"
            if place == 0
            else f"Konzernzahlung {customer.name}"
        )
        treasury = Party(customer.parent, _treasury_account(customer.parent), "COBADEFFXXX")
        details.append(Detail(invoice.total, treasury, text=text, ultimate=customer.name))
    return details


def _treasury_account(name: str) -> str:
    """The group pays from an account that the company has not seen yet."""
    return make_iban("DE", roll(f"treasury:{name}"))


def _take_discount(pool: Pool, morning: Morning, rng: Random) -> list[Detail]:
    def offered(customer: Customer, invoice: Invoice) -> bool:
        valid = invoice.discount_until is not None and invoice.discount_until >= morning.day
        return valid and invoice.discounted < invoice.total and _pays_in_euro(customer, invoice)

    return [
        _transfer(
            customer, invoice.discounted, f"{_name([(customer, invoice)], rng)} abzgl. 2 % Skonto"
        )
        for customer, invoice in pool.take(2, offered)
    ]


def _pay_short(pool: Pool, rng: Random) -> list[Detail]:
    def large(customer: Customer, invoice: Invoice) -> bool:
        return (
            _pays_in_euro(customer, invoice)
            and customer.behaviour == "short-paying"
            and invoice.total > 400
        )

    texts = ("abzgl. Fracht", "Abzug Transportschaden")
    return [
        _transfer(
            customer,
            invoice.total - Decimal("39.00"),
            f"{_name([(customer, invoice)], rng)} {text}",
        )
        for (customer, invoice), text in zip(pool.take(2, large), texts, strict=False)
    ]


def _write_numbers_differently(pool: Pool) -> list[Detail]:
    """What payers' software makes of slashes and of leading zeroes."""
    writers = (
        lambda number: f"RE-NR {number.replace('/', '-')}",
        lambda number: f"Rechnung {number.replace('/', ' ')}",
        lambda number: f"{number.replace('/', '')}",
    )
    pairs = pool.take(3, _pays_in_euro)
    return [
        _transfer(customer, invoice.total, write(invoice.number))
        for (customer, invoice), write in zip(pairs, writers, strict=False)
    ]


def _mistype_numbers(pool: Pool) -> list[Detail]:
    """Two digits swapped: the number means another invoice, or none."""
    return [
        _transfer(customer, invoice.total, f"Rechnung {_swap_digits(invoice.number)}")
        for customer, invoice in pool.take(2, _pays_in_euro)
    ]


def _swap_digits(number: str) -> str:
    """Swap the last two digits that differ.

    >>> _swap_digits("INV/2026/00122")
    'INV/2026/00212'
    """
    for place in range(len(number) - 1, 0, -1):
        before, after = number[place - 1], number[place]
        if before != after and before.isdigit() and after.isdigit():
            return number[: place - 1] + after + before + number[place + 1 :]
    return number


def _take_foreign(pool: Pool, morning: Morning, rng: Random) -> list[list[Detail]]:
    """Dollars that the bank converts; from the last one a bank on the way kept its fee."""
    details = []
    for place, (customer, invoice) in enumerate(pool.take(3, _pays_in_dollars)):
        kept = Decimal("18.00") if place == 2 else Decimal(0)
        euro = ((invoice.total - kept) / morning.rate).quantize(CENT, ROUND_HALF_UP)
        conversion = Conversion(invoice.total, "USD", morning.rate, kept)
        details.append(
            [
                replace(
                    _transfer(customer, euro, _name([(customer, invoice)], rng)),
                    conversion=conversion,
                )
            ]
        )
    return details


def _repeat_and_return(morning: Morning) -> list[Detail]:
    """A payment that its payer made twice, and a direct debit that comes back unpaid."""
    details = []
    single = [
        p for p in morning.recent if len(p.invoices) == 1 and not p.direct_debit and not p.discount
    ]
    euro = [p for p in single if morning.customers[p.customer].currency == "EUR"]
    if euro:
        payer = morning.customers[euro[-1].customer]
        details.append(_transfer(payer, euro[-1].amount, f"Rechnung {euro[-1].invoices[0]}"))
    debits = [payment for payment in morning.recent if payment.direct_debit]
    if debits:
        details.append(_return_debit(debits[-1], morning))
    return details


def _return_debit(payment: Payment, morning: Morning) -> Detail:
    customer = morning.customers[payment.customer]
    return Detail(
        amount=-payment.amount,
        party=_party(customer),
        text=f"Rückgabe SEPA-Lastschrift {payment.invoices[0]}",
        end_to_end=payment.invoices[0],
        mandate=f"MND-{customer.number}",
        return_code="AM04",
        return_text="Konto nicht gedeckt",
    )


def _make_noise(day: date, rng: Random) -> list[Entry]:
    """What has nothing to do with receivables, or not with one invoice."""
    cards = Decimal(rng.randrange(30_000, 90_000)) / 100
    rows = (
        ("-23.90", bank.FEES, "Hanseatische Handelsbank", "Kontoführung und Buchungsposten", ""),
        ("41.17", bank.INTEREST, "Hanseatische Handelsbank", "Habenzinsen", ""),
        ("-8216.40", bank.TRANSFER_OUT, "Elektronik Großhandel Kiel AG", "", "Rechnung EGK-204417"),
        ("-1934.05", bank.TRANSFER_OUT, "Spedition Nordlicht GmbH", "", "Frachtrechnung 88-3102"),
        ("-4120.00", bank.SALARIES, "Gehälter", "Lohn und Gehalt, Sammelauftrag", ""),
        (
            f"{cards:.2f}",
            bank.CARDS_IN,
            "Kartenakquirer Nord AG",
            "",
            f"Kartenumsatz {day - timedelta(days=1)} abzgl. Entgelt",
        ),
    )
    return [
        Entry(
            amount=Decimal(amount),
            code=code,
            valued=day,
            reference="",
            details=(Detail(Decimal(amount), Party(name), text=text or info),),
            info=info,
        )
        for amount, code, name, info, text in rows
    ]
