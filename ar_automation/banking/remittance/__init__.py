"""Remittance advices: which documents a customer's payment is for, as the customer lists them.

``reader`` opens a file of any kind; ``table`` reads CSV and XLSX by the titles of their columns,
``free_text`` reads e-mails and the text of PDFs, ``pdf`` gets at that text, ``advice`` is what
comes out. Nothing is invented: what is not sure is marked.
"""
