"""How a payment's amount fits a set of items, and what each item gets of it."""
