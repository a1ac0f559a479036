"""What people see on a terminal, and the JSON that other programs read."""

from qa.terminal.answers import print_answer, print_found
from qa.terminal.console import (
    err,
    out,
    prepare_signals,
    prepare_streams,
    print_table,
    size,
    visible,
    wait_for_interrupt,
)
from qa.terminal.following import following
from qa.terminal.progress import amount, progress_bars
from qa.terminal.syncs import print_plan, print_report

__all__ = [
    "amount",
    "err",
    "following",
    "out",
    "prepare_signals",
    "prepare_streams",
    "print_answer",
    "print_found",
    "print_plan",
    "print_report",
    "print_table",
    "progress_bars",
    "size",
    "visible",
    "wait_for_interrupt",
]
