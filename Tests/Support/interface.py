#!/usr/bin/env python3
"""Schemathesis over the programming interface: what its OpenAPI document says is what three roles get, and nothing answers 5xx.

Usage: interface.py --binary .build/debug/hoaban [--examples 20]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import served

ROLES = ("clerk", "department", "homeroom")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"


def checked(server, token, examples, role, folder):
    """One run with one role's token; answers whether all held."""
    tool = pathlib.Path(sys.executable).parent / "st"
    done = subprocess.run(
        [str(tool), "run", f"{server.url}/api/openapi.json", "--checks", CHECKS, "--header", f"Authorization: Bearer {token}",
         "--phases", "examples,fuzzing", "--max-examples", str(examples), "--seed", "20261130", "--no-shrink",
         "--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all"],
        capture_output=True, text=True, timeout=1800, cwd=folder)
    tail = "\n".join(done.stdout.splitlines()[-25:])
    print(f"{role}: {'all held' if done.returncode == 0 else 'NOT HELD'}\n{tail if done.returncode else ''}")
    if done.returncode:
        (served.ROOT / f".build-test/schemathesis-{role}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoaban-interface.") as folder:
        data = f"{folder}/data"
        served.run(args.binary, "demo", "--scale", "school", "--data", data, "--json")
        accounts = {account["role"]: account for account in served.accounts(data)}
        tokens = {
            role: json.loads(served.run(
                args.binary, "token", "create", "--data", data, "--user", accounts[role]["username"],
                "--scope", "register.read", "register.write", "--json").stdout)["token"]
            for role in ROLES}
        server = served.Server(args.binary, data, "--rate-limits", "off")
        server.start()
        server.wait_until_ready(60)
        try:
            held = [checked(server, tokens[role], args.examples * (5 if args.full else 1), role, folder) for role in ROLES]
        finally:
            server.stop()
    print(f"{sum(held)} of {len(ROLES)} roles: schema-true answers, no 5xx")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
