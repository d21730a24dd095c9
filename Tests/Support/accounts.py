#!/usr/bin/env python3
"""Prints one sign-in per role from a demo's accounts file: accounts.py FILE."""
import json
import sys

accounts = json.load(open(sys.argv[1], encoding="utf-8"))
if isinstance(accounts, dict):
    accounts = accounts["accounts"]
rows = [("role", "username", "password", "place")]
rows += [(a["role"], a["username"], a["password"], a.get("org") or "") for a in accounts]
widths = [max(len(row[column]) for row in rows) for column in range(3)]
for row in rows:
    print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + "  " + row[3])
