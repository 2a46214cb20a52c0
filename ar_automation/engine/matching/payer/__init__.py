"""Who paid: account, learnt payer, quoted customer number, name, parent of the customer."""
