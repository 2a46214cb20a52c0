"""Orders that customers send as tables: which column means what, and what the rows order.

- ``columns`` guesses the meaning of a column by its title;
- ``rows`` holds what a row says, ``directory`` what we know: customers, products, orders;
- ``orders`` puts rows together into orders and says what is wrong with them.

A customer or a product is found exactly or not at all. What is ambiguous is a problem for a
person; nothing is guessed.
"""
