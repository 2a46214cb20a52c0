import doctest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...banking.formats.table import cells, read_amounts, read_cells, read_days
from ...engine.invoicing.intake import columns, directory, orders, rows
from ...engine.invoicing.intake.columns import MEANINGS, guess_columns, title_key
from ...engine.invoicing.intake.directory import Directory, Party
from ...engine.invoicing.intake.orders import decide_orders
from ...engine.invoicing.intake.rows import Buyer, IntakeRow
from ...exceptions import ArError

BLUE, RED = Party(5, 5), Party(7, 7)
DIRECTORY = Directory(
    parties={("code", "c7"): (BLUE,), ("name", "blue"): (BLUE,), ("name", "red"): (RED,)},
    products={"a-1": (1,), "541": (1,), "twin": (2, 3), "542": (4,)},
    orders={(5, "po 1"): "S00001"},
)
ROWS = st.builds(
    IntakeRow,
    number=st.integers(2, 500),
    buyer=st.builds(Buyer, code=st.sampled_from(["", "C7", "x"]), name=st.text(max_size=4)),
    reference=st.sampled_from(["", "PO 1", "po 1", "PO 2"]),
    product=st.sampled_from(["", "A-1", "twin", "?"]),
    quantity=st.none() | st.decimals(-5, 5, allow_nan=False, places=2),
)


@tagged("post_install", "-at_install")
class TestIntakePure(BaseCase):
    def test_examples_of_the_modules(self):
        for module in (cells, columns, directory, orders, rows):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_titles_are_known_once_and_as_they_are_compared(self):
        titles = [title for titles in MEANINGS.values() for title in titles.split()]
        self.assertEqual(len(titles), len(set(titles)))
        self.assertEqual(titles, [title_key(title) for title in titles])
        self.assertEqual(guess_columns(["Qty", "Menge", "SKU"]), ["quantity", "", "product"])

    @given(st.lists(ROWS, max_size=12))
    def test_each_row_is_in_one_order_and_only_sound_orders_are_ready(self, given_rows):
        decided = decide_orders(given_rows, DIRECTORY)
        placed = [line.row for order in decided for line in order.lines]
        self.assertEqual(len(placed), len(given_rows))
        for order in decided:
            if order.is_ready:
                self.assertTrue(order.party)
                for line in order.lines:
                    self.assertTrue(line.product)
                    self.assertGreater(line.row.quantity, 0)

    def test_customers_and_products_are_found_exactly_or_not_at_all(self):
        find = DIRECTORY.find_party
        self.assertEqual(find(Buyer(code="C7", name="unknown")), BLUE)
        self.assertEqual(find(Buyer(code="C7", name="Red")).code, "customer_contradicts")
        self.assertEqual(find(Buyer(code="C77")).code, "customer_unknown")
        product = DIRECTORY.find_product
        self.assertEqual(product("a-1", "541"), 1)
        self.assertEqual(product("a-1", "542").code, "product_contradicts")
        self.assertEqual(product("Twin", "").code, "product_ambiguous")

    def test_an_earlier_order_with_the_number_is_named(self):
        row = IntakeRow(2, Buyer(code="C7"), "Po  1", product="A-1", quantity=Decimal(1))
        [order] = decide_orders([row], DIRECTORY)
        self.assertEqual((order.repeats, order.is_ready), ("S00001", True))

    @given(st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused_in_words(self, content):
        try:
            table = read_cells(content)
        except ArError as error:
            self.assertTrue(error.message)
        else:
            self.assertTrue(table.rows)

    def test_cells_that_cannot_be_read_do_not_stop_the_column(self):
        amounts = read_amounts(["1.5", "x", ""])
        self.assertEqual((amounts[0], amounts[2]), (Decimal("1.5"), None))
        self.assertIsInstance(amounts[1], ArError)
        self.assertTrue(
            all(isinstance(day, ArError) for day in read_days(["1/2/2026", "2/1/2026"]))
        )
