"""Decisions about what customers are told of their account, without Odoo."""
