"""What people see on a terminal, and the JSON that other programs read."""

from qa.terminal.answers import print_answer, print_found
from qa.terminal.console import (
    Interrupt,
    err,
    noted_interrupt,
    out,
    prepare_signals,
    prepare_streams,
    print_table,
    size,
    visible,
)
from qa.terminal.following import following
from qa.terminal.progress import amount, progress_bars
from qa.terminal.syncs import print_plan, print_report

__all__ = [
    "Interrupt",
    "amount",
    "err",
    "following",
    "noted_interrupt",
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
]
