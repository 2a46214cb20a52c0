"""How invoicing decides: what keeps an invoice from being posted, and how one is delivered."""
