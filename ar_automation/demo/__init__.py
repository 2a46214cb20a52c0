"""A company whose story shows every feature: Nordwind Components and its day.

Values are generated apart from the database, so that they can be read and
tested without one:

* ``identifiers``: VAT numbers, IBANs and bank references whose check digits are right;
* ``customer_names`` and ``customers``: sixty customers in three countries;
* ``catalogue``: what the company sells, to whom, on which terms;
* ``story``: what each customer ordered in a year, and how it paid;
* ``bank_values`` and ``bank_day``: the banks' day, made from the items that are open;
* ``bank_accounts``: the company's three accounts, and which of them a payment arrives on;
* ``camt_writer``: a bank statement as a CAMT.053 file.

What writes to the database:

* ``company``: the company, its journals, catalogue, terms, rates and users;
* ``history``: the year, as orders, invoices and bank transactions;
* ``quarter``: the past quarter, day by day on a frozen clock, with the jobs of each day;
* ``collections_terms``, ``collections_story`` and ``replies``: what people did in it to be paid;
* ``returning``: who is reminded on the day itself;
* ``closing_story``: what was given up, handed over and provided for;
* ``team``: which collector calls whom;
* ``invoicing_terms`` and ``invoicing_story``: the past month's orders, billed by the jobs alone;
* ``credit_terms`` and ``credit_story``: what was agreed, reviewed and asked for;
* ``plans``: what is invoiced again and again;
* ``day``: the quotations and the bank files of one business day;
* ``summary``: what the day did, read back from the database.

Nothing here looks at the clock: the business day is an argument, and the same
day and seed give the same company. The addon does not import this package; it
is for scratch databases (see ``docs/administrator.md``).
"""
