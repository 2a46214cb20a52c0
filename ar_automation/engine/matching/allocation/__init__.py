"""Which open items add up to a payment, and who gets what when several want the same."""
