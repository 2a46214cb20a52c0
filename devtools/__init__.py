"""What ``./dev`` does, in Python's standard library only.

``__main__`` knows the commands; ``setup`` brings the environment into being
step by step (each step is a module: ``odoo_source``, ``python_env``,
``machine_tools``, ``postgres``, ``databases``); ``workspace`` knows where
everything lies. Every step may be interrupted and run again.
"""
