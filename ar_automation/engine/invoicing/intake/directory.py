"""What we know of customers, products and earlier orders, to look rows up in.

>>> directory = Directory(
...     parties={("code", "c7"): (Party(5, 5),), ("name", "blue"): (Party(5, 5), Party(6, 6))})
>>> directory.find_party(Buyer(code="C7", name="Blue"))
Party(contact=5, customer=5)
>>> directory.find_party(Buyer(name="Blue"))
Problem(code='customer_ambiguous', values=('Blue', '2'))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .rows import Buyer, Problem, text_key


@dataclass(frozen=True, slots=True)
class Party:
    """Who orders: a contact, and the customer that it belongs to."""

    contact: int
    customer: int


@dataclass(frozen=True, slots=True)
class Directory:
    """Facts, by keys as they are compared.

    :ivar parties: by kind of key and key, see :meth:`Buyer.given`
    :ivar products: by code or barcode
    :ivar orders: names of earlier orders by customer and reference
    """

    parties: Mapping[tuple[str, str], tuple[Party, ...]] = field(default_factory=dict)
    products: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    orders: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def find_party(self, buyer: Buyer) -> Party | Problem:
        """Return who orders, or why that is not known.

        The strongest key that is given decides, and must name one customer; a weaker one that
        names others only contradicts it.
        """
        keys = buyer.given()
        if not keys:
            return Problem("customer_missing")
        hits, written = self.parties.get(keys[0], ()), buyer.as_written(keys[0][0])
        if not hits:
            return Problem("customer_unknown", (written,))
        customers = {hit.customer for hit in hits}
        if len(customers) > 1:
            return Problem("customer_ambiguous", (written, str(len(customers))))
        customer = hits[0].customer
        for key in keys[1:]:
            others = {hit.customer for hit in self.parties.get(key, ())}
            if others and customer not in others:
                return Problem("customer_contradicts", (written, buyer.as_written(key[0])))
        return hits[0] if len(hits) == 1 else Party(customer, customer)

    def find_product(self, code: str, barcode: str) -> int | Problem:
        """Return the product that both name, as far as they are given."""
        given = [text.strip() for text in (code, barcode) if text_key(text)]
        if not given:
            return Problem("product_missing")
        found: set[int] = set()
        for place, text in enumerate(given):
            hits = set(self.products.get(text_key(text), ()))
            if not hits:
                return Problem("product_unknown", (text,))
            found = hits if place == 0 else found & hits
        if not found:
            return Problem("product_contradicts", tuple(given))
        if len(found) > 1:
            return Problem("product_ambiguous", (given[0], str(len(found))))
        return found.pop()
