"""How credit is decided: what a customer owes in all, and whether an order may pass."""
