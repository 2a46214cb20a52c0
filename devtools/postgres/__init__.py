"""The PostgreSQL server that everything runs on.

``binaries`` finds the programs of the machine, ``place`` decides where a
private cluster can live, ``cluster`` makes, starts and stops it, and
``server`` is what the rest of the tool talks to, private cluster or not.
"""
