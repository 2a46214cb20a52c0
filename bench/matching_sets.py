"""Labelled sets: payments of which it is known what they pay, written as payers write.

A set is one company with its customers, open items and paid items, and payments of every kind
that cash application meets. Two *styles* share no texts and no number schemes: weights are
learnt on one and measured on the other, so that what is measured is not what was learnt.
Everything follows from the seed::

    one = make_set(7, TEST, 1000)
    one.truth[payment_id]  # frozenset of item ids, or None if nobody could tell
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from matching_styles import Style
from odoo.addons.ar_automation.engine.matching.facts import (
    Customer,
    Knowledge,
    OpenItem,
    Payment,
    SettledItem,
)
from odoo.addons.ar_automation.engine.matching.text import normalise_key

TODAY = date(2026, 6, 30)
CUSTOMER_SHARE = 5  # open items per customer
KINDS = {
    "exact": 16, "embedded": 10, "several": 10, "partial": 6, "short": 6, "over": 4,
    "credit": 5, "foreign": 4, "unknown_payer": 6, "noise": 8, "twins": 4, "misleading": 3,
    "duplicate": 2, "lookalike": 4, "typo": 3, "tail": 4, "range": 2, "split": 3,
    "structured": 5, "stranger": 4, "on_account": 3, "discount": 3, "instalment": 3,
    "other_customer": 1, "similar_name": 3, "group": 2,
}  # fmt: skip


@dataclass
class LabelledSet:
    """Payments with what they pay: ids of the items, or ``None`` if nobody could tell."""

    payments: list[Payment] = field(default_factory=list)
    items: list[OpenItem] = field(default_factory=list)
    knowledge: Knowledge = field(default_factory=Knowledge)
    truth: dict[int, frozenset[int] | None] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


def make_set(seed: int, style: Style, size: int, *, item_share: float = 2.0) -> LabelledSet:
    """Write ``size`` payments for a company with about ``item_share`` open items for each."""
    return _Writer(seed, style, size, item_share).write()


class _Writer:
    def __init__(self, seed, style, size, item_share):
        self.rng = Random(seed)
        self.style = style
        self.size = size
        self.set = LabelledSet()
        self.scheme = style.schemes[seed % len(style.schemes)]
        self.number = self.rng.randrange(1, 400)
        self.settled = {}
        self.customers = [
            self.make_customer(number + 1)
            for number in range(max(int(size * item_share / CUSTOMER_SHARE), 30))
        ]
        self.free = {customer.customer_id: [] for customer in self.customers}
        self.background(int(size * item_share) - int(size * 1.3))

    def make_customer(self, customer_id):
        style, rng = self.style, self.rng
        name = f"{rng.choice(style.surnames)} {rng.choice(style.trades)}"
        if rng.random() < 0.5:
            name += f" {rng.choice(style.surnames)}"
        if rng.random() < 0.5:
            name += f" {rng.randrange(2, 99)}"
        return Customer(customer_id, (f"{name} {rng.choice(style.forms)}",))

    def background(self, count):
        """Items that nobody pays today, and paid ones of the months before."""
        for _n in range(max(count, 0)):
            self.item(self.rng.choice(self.customers), self.amount())
        for _n in range(self.size // 3):
            customer = self.rng.choice(self.customers)
            name = self.next_name()
            self.settled[normalise_key(name)] = SettledItem(
                name, customer.customer_id, self.amount(), "EUR"
            )

    def write(self):
        kinds = self.rng.choices(list(KINDS), list(KINDS.values()), k=self.size)
        for number, kind in enumerate(kinds, 1):
            self.now, self.kind = number, kind
            getattr(self, f"pay_{kind}")()
        self.set.knowledge = Knowledge(tuple(self.customers), self.settled)
        self.rng.shuffle(self.set.payments)
        return self.set

    # --- material ---

    def amount(self):
        rng = self.rng
        if rng.random() < 0.15:
            return Decimal(rng.choice((50, 100, 120, 250, 500, 1000, 1200, 2500)))
        return Decimal(rng.randrange(1500, 900_000)) / 100

    def next_name(self):
        self.number += self.rng.randrange(1, 3)
        return self.scheme.format(y=2026, s=26, n=self.number)

    def item(self, customer, amount, **facts):
        name = facts.pop("name", None) or self.next_name()
        reference = facts.pop("reference", None)
        keys = {normalise_key(name): "invoice number"}
        if reference:
            keys[normalise_key(reference)] = "payment reference"
        item = OpenItem(
            len(self.set.items) + 1, name, customer.customer_id, Decimal(amount),
            facts.pop("currency", "EUR"), 5, tuple(keys.items()),
            due=TODAY - timedelta(days=self.rng.randrange(-20, 60)), **facts,
        )  # fmt: skip
        self.set.items.append(item)
        return item

    def customer(self):
        return self.rng.choice(self.customers)

    def written(self, name):
        """A number as its payer writes it."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.5:
            return name
        if roll < 0.65:
            return name.replace("/", "-")
        if roll < 0.75:
            return name.lower()
        if roll < 0.85:
            return normalise_key(name)
        return name.replace("/", " ").replace("-", " ")

    def text(self, *names):
        joined = self.rng.choice(self.style.joints).join(self.written(name) for name in names)
        return self.rng.choice(self.style.texts).format(r=joined)

    def payer_name(self, customer):
        rng, name = self.rng, customer.names[0]
        roll = rng.random()
        if roll < 0.35:
            return name
        if roll < 0.6:
            return name.upper()
        if roll < 0.8:
            plain = name.upper().replace("Ü", "UE").replace("Ö", "OE").replace("Ä", "AE")
            return plain.replace(".", "")
        return " ".join(name.split()[:-1])

    def pay(self, customer, amount, texts, truth, **facts):
        """Write a payment; ``customer`` is ``None`` if the payer is nobody we know."""
        known = self.rng.random() < 0.6
        ids = frozenset({customer.customer_id}) if customer and known else frozenset()
        name = (
            self.payer_name(customer) if customer else self.rng.choice(self.style.surnames) + " X"
        )
        values = {
            "payer_ids": ids, "payer_name": name, "day": TODAY, "currency": "EUR", **facts
        }  # fmt: skip
        currency = values.pop("currency")
        texts = (texts,) if isinstance(texts, str) else texts
        payment = Payment(self.now, Decimal(amount), currency, texts, **values)
        self.set.payments.append(payment)
        self.set.kinds[payment.payment_id] = self.kind
        ids = frozenset(item.item_id for item in truth) if truth else None
        self.set.truth[payment.payment_id] = ids

    # --- kinds ---

    def pay_exact(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        self.pay(customer, item.residual, self.text(item.name), [item])

    def pay_embedded(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        noise = self.rng.sample(self.style.noise, 2)
        day = f"{self.rng.randrange(1, 28)}.06.2026"
        self.pay(
            customer, item.residual,
            f"{noise[0]} {day} {self.text(item.name)} {noise[1]} {self.rng.randrange(10**7)}",
            [item],
        )  # fmt: skip

    def pay_several(self):
        customer = self.customer()
        items = [self.item(customer, self.amount()) for _n in range(self.rng.randrange(2, 6))]
        total = sum(item.residual for item in items)
        self.pay(customer, total, self.text(*(item.name for item in items)), items)

    def pay_partial(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        part = (item.residual * Decimal(self.rng.randrange(20, 80)) / 100).quantize(Decimal("0.01"))
        self.pay(
            customer,
            part,
            self.text(item.name) + self.rng.choice(("", " part", " 1. Rate")),
            [item],
        )

    def pay_short(self):
        customer = self.customer()
        item = self.item(customer, self.amount() + 100)
        charge = self.rng.choice((Decimal(5), Decimal("7.50"), Decimal(15), Decimal("12.35")))
        self.pay(customer, item.residual - charge, self.text(item.name), [item])

    def pay_over(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        more = self.rng.choice((Decimal(1), Decimal(10), Decimal("33.33"), Decimal(100)))
        self.pay(customer, item.residual + more, self.text(item.name), [item])

    def pay_credit(self):
        customer = self.customer()
        items = [self.item(customer, self.amount() + 500) for _n in range(self.rng.randrange(1, 3))]
        credit = -Decimal(self.rng.randrange(1000, 40000)) / 100
        items.append(self.item(customer, credit, name="R" + self.next_name()))
        names = [item.name for item in items]
        if self.rng.random() < 0.3:
            names.pop()
        self.pay(customer, sum(item.residual for item in items), self.text(*names), items)

    def pay_foreign(self):
        customer = self.customer()
        item = self.item(customer, self.amount(), currency="USD")
        if self.rng.random() < 0.6:
            self.pay(customer, item.residual, self.text(item.name), [item], currency="USD")
            return
        rate = Decimal(self.rng.randrange(9850, 10150)) / 10000
        paid = (item.residual / Decimal("1.08") * rate).quantize(Decimal("0.01"))
        worth = (paid * Decimal("1.08")).quantize(Decimal("0.01"))
        self.pay(customer, paid, self.text(item.name), [item], converted=(("USD", worth),))

    def pay_unknown_payer(self):
        item = self.item(self.customer(), self.amount())
        self.pay(None, item.residual, self.text(item.name), [item])

    def pay_noise(self):
        customer = self.customer()
        item = self.item(customer, Decimal(self.rng.randrange(1500, 900_000)) / 100)
        self.pay(customer, item.residual, self.rng.choice(self.style.noise), [item])

    def pay_twins(self):
        customer, amount = self.customer(), self.amount()
        first, _second = self.item(customer, amount), self.item(customer, amount)
        if self.rng.random() < 0.5:
            self.pay(customer, amount, self.text(first.name), [first])
        else:
            self.pay(customer, amount, self.rng.choice(self.style.noise), None)

    def paid_of(self, customer):
        name = self.next_name()
        paid = SettledItem(name, customer.customer_id, self.amount(), "EUR")
        self.settled[normalise_key(name)] = paid
        return paid

    def pay_misleading(self):
        customer = self.customer()
        paid = self.paid_of(customer)
        item = self.item(customer, Decimal(self.rng.randrange(1500, 900_000)) / 100)
        self.pay(customer, item.residual, self.text(paid.name), [item])

    def pay_duplicate(self):
        customer = self.customer()
        paid = self.paid_of(customer)
        if self.rng.random() < 0.5:
            self.item(customer, paid.amount)
        self.pay(customer, paid.amount, self.text(paid.name), None)

    def pay_lookalike(self):
        """The payer's own number reads like one of ours; it pays an item, or nothing of ours."""
        customer, other = self.customer(), self.item(self.customer(), self.amount())
        digits = "".join(char for char in other.name if char.isdigit())
        text = f"{self.rng.choice(('PO', 'Order', 'Bestellung', 'KdNr', 'Contract'))} {digits}"
        if self.rng.random() < 0.5:
            self.pay(None, self.amount() + Decimal("0.37"), text, None)
        else:
            item = self.item(customer, Decimal(self.rng.randrange(1500, 900_000)) / 100)
            self.pay(customer, item.residual, f"{self.text(item.name)} {text}", [item])

    def pay_typo(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        places = [place for place, char in enumerate(item.name) if char.isdigit()]
        place = self.rng.choice(places[-4:])
        name = item.name[:place] + str(self.rng.randrange(10)) + item.name[place + 1 :]
        self.pay(customer, item.residual, self.text(name), [item])

    def pay_tail(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        counter = item.name.replace("-", "/").split("/")[-1].lstrip("0")
        self.pay(customer, item.residual, self.text(counter), [item])

    def pay_range(self):
        customer = self.customer()
        self.number += 1
        items = []
        for _n in range(self.rng.randrange(2, 5)):
            name = self.scheme.format(y=2026, s=26, n=self.number)
            items.append(self.item(customer, self.amount(), name=name))
            self.number += 1
        total = sum(item.residual for item in items)
        tail = str(self.number - 1)[-2:]
        if self.scheme.endswith("{y}"):
            text = self.text(*(item.name for item in items))
        elif self.rng.random() < 0.5:
            text = f"{items[0].name}-{tail}"
        else:
            tails = [str(self.number - len(items) + place)[-2:] for place in range(1, len(items))]
            text = f"{items[0].name}, {', '.join(tails)}"
        self.pay(customer, total, text, items)

    def pay_split(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        text = self.text(item.name)
        place = text.find(item.name[:3]) + self.rng.randrange(3, 8)
        self.pay(customer, item.residual, f"{text[:place]}\n{text[place:]}", [item])

    def pay_structured(self):
        customer = self.customer()
        body = str(self.rng.randrange(10**9, 10**10))
        check = int(body) % 97 or 97
        reference = f"{body}{check:02d}"
        item = self.item(customer, self.amount(), reference=reference)
        shown = f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"
        self.pay(customer, item.residual, self.rng.choice((reference, shown)), [item])

    def pay_stranger(self):
        """Money that is none of a customer's: nothing named, amount as it comes."""
        self.pay(None, self.amount() + Decimal("0.01"), self.rng.choice(self.style.noise), None)

    def pay_on_account(self):
        customer = self.customer()
        self.item(customer, self.amount())
        self.pay(
            customer, Decimal(self.rng.randrange(1, 40) * 100) + Decimal("0.07"), "a conto", None
        )

    def pay_discount(self):
        customer = self.customer()
        amount = self.amount() + 100
        discount = (amount * Decimal("0.02")).quantize(Decimal("0.01"))
        item = self.item(
            customer, amount, discount=discount, discount_until=TODAY + timedelta(days=3)
        )
        self.pay(customer, amount - discount, self.text(item.name), [item])

    def pay_instalment(self):
        customer = self.customer()
        name, first, second = self.next_name(), self.amount(), self.amount() + Decimal("0.11")
        document = 10**6 + self.now
        items = [
            self.item(customer, part, name=name, document_id=document) for part in (first, second)
        ]
        chosen = self.rng.choice(items)
        self.pay(customer, chosen.residual, self.text(name), [chosen])

    def pay_other_customer(self):
        """Somebody's account, another customer's invoice: a person decides."""
        payer, owner = self.customer(), self.customer()
        item = self.item(owner, self.amount())
        truth = [item]
        self.pay(payer, item.residual, self.text(item.name), truth,
                 payer_ids=frozenset({payer.customer_id}))  # fmt: skip

    def pay_similar_name(self):
        customer = self.customer()
        item = self.item(customer, self.amount())
        name = customer.names[0]
        place = self.rng.randrange(1, 5)
        self.pay(customer, item.residual, self.text(item.name), [item], payer_ids=frozenset(),
                 payer_name=name[:place] + name[place + 1 :])  # fmt: skip

    def pay_group(self):
        """All that is open, in one sum, without a word."""
        customer = self.make_customer(len(self.customers) + 1)
        self.customers.append(customer)
        items = [self.item(customer, Decimal(self.rng.randrange(1500, 900_000)) / 100)
                 for _n in range(self.rng.randrange(2, 5))]  # fmt: skip
        total = sum(item.residual for item in items)
        self.pay(customer, total, self.rng.choice(self.style.noise), items,
                 payer_ids=frozenset({customer.customer_id}))  # fmt: skip
