#!/usr/bin/env python3
"""The browser tests: every role walks through a demo school at 1280 and 360 px, then the journeys.

usage: run.py [--binary .build/debug/hoaban] [--data DIR] [--only WORDS] [--full]

Ends with `N passed, N failed`; screenshots are in .build-test/shots.
"""
import argparse
import os
import pathlib
import shutil
import sys
import time

os.chdir(pathlib.Path(__file__).resolve().parents[2])

from playwright.sync_api import Error, sync_playwright  # noqa: E402

import journeys  # noqa: E402, F401
import journeys_accounts  # noqa: E402, F401
import journeys_connect  # noqa: E402, F401
import journeys_files  # noqa: E402, F401
import journeys_late  # noqa: E402, F401
import journeys_people  # noqa: E402, F401
import journeys_plain  # noqa: E402, F401
import journeys_pupils  # noqa: E402, F401
import journeys_records  # noqa: E402, F401
import journeys_quality  # noqa: E402, F401
import journeys_rights  # noqa: E402, F401
import journeys_units  # noqa: E402, F401
from person import Person, Wrong  # noqa: E402
from walk import walk  # noqa: E402
from world import JOURNEYS, WIDTHS, World  # noqa: E402


class Report:
    def __init__(self, only):
        self.only, self.passed, self.failed = only, 0, 0

    def run(self, name, act):
        """Runs one test: a function that answers findings or raises."""
        if self.only and self.only.lower() not in name.lower():
            return
        began = time.monotonic()
        try:
            findings = act()
        except (Wrong, Error, AssertionError) as wrong:
            findings = [str(wrong)]
        if findings:
            self.failed += 1
        else:
            self.passed += 1
        print(f"{'✘' if findings else '✔'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        for finding in dict.fromkeys(findings):
            print(f"    {finding}", flush=True)


def walking(world, role, width):
    def act():
        with Person(world, width, role) as person:
            walk(person)
            return person.findings
    return act


def travelling(world, role, width, javascript, dark, journey):
    def act():
        with Person(world, width, role, javascript, dark) as person:
            if role:
                person.sign_in()
            journey(person)
            return person.findings
    return act


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--binary", default=".build/debug/hoaban")
    options.add_argument("--data", help="a demo's data directory, instead of a new one")
    options.add_argument("--only", help="run the tests whose name has these words")
    options.add_argument("--full", action="store_true", help="let axe look at every page for every role")
    given = options.parse_args()
    shutil.rmtree(".build-test/shots", ignore_errors=True)
    pathlib.Path(".build-test/shots").mkdir(parents=True)
    report = Report(given.only)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        world = World(browser, given.binary, given.data, given.full)
        try:
            for width in WIDTHS:
                for role in world.roles:
                    report.run(f"{role} walks through the menu at {width} px", walking(world, role, width))
            for name, role, widths, javascript, dark, journey in JOURNEYS:
                for width in widths:
                    report.run(f"{name}, at {width} px", travelling(world, role, width, javascript, dark, journey))
        finally:
            browser.close()
            report.run("the server ends in order", world.close)
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
