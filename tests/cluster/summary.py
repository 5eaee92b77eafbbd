"""What the end of a test run says of the real cluster."""

import pytest

from tests.cluster.phase import SETUPS


def tell(terminalreporter: pytest.TerminalReporter) -> None:
    """Which engines and strategies ran, and why others did not."""
    for setup in SETUPS:
        counts, reasons = [], set()
        for outcome in ("passed", "failed", "error", "skipped"):
            reports = terminalreporter.stats.get(outcome, ())
            mine = [report for report in reports if f"[{setup}" in report.nodeid]
            counts += [f"{len(mine)} {outcome}"] if mine else []
            if outcome == "skipped":
                reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in mine}
        if counts:
            why = "".join(f" ({reason})" for reason in sorted(reasons))
            terminalreporter.write_line(
                f"real cluster, {setup.engine} with {setup.strategy}: {', '.join(counts)}{why}"
            )
