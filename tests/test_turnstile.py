"""First come, first served; whoever leaves the queue is not waited for."""

import threading
import time

import pytest

from qa.turnstile import Turnstile


def test_five_threads_are_served_in_the_order_of_their_asking() -> None:
    turnstile = Turnstile()
    served: list[int] = []

    def ask(number: int) -> None:
        with turnstile.queue() as ticket:
            while ticket.wait(5):
                pass
            served.append(number)
            time.sleep(0.01)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    with turnstile.queue() as first:
        assert first.wait(0) == 0
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while turnstile.ahead() <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert served == [0, 1, 2, 3, 4]
    assert turnstile.ahead() == 0


def test_whoever_waits_is_told_how_many_are_ahead() -> None:
    turnstile = Turnstile()
    with turnstile.queue() as one, turnstile.queue() as two, turnstile.queue() as three:
        assert [ticket.wait(0) for ticket in (one, two, three)] == [0, 1, 2]


def test_a_waiter_that_gives_up_frees_its_place() -> None:
    turnstile = Turnstile()
    with turnstile.queue(), turnstile.queue() as last:
        with turnstile.queue():
            assert turnstile.ahead() == 3
        assert turnstile.ahead() == 2
        assert last.wait(0) == 1


def test_the_next_in_line_is_woken_at_once() -> None:
    turnstile = Turnstile()
    waited: list[float] = []

    def ask() -> None:
        with turnstile.queue() as ticket:
            assert ticket.wait(30) == 0
            waited.append(time.monotonic())

    with turnstile.queue():
        thread = threading.Thread(target=ask)
        thread.start()
        while turnstile.ahead() < 2:
            time.sleep(0.001)
        left = time.monotonic()
    thread.join(10)
    assert waited[0] - left < 5


def test_an_error_at_the_model_frees_the_turnstile() -> None:
    turnstile = Turnstile()
    with pytest.raises(RuntimeError, match="broken"), turnstile.queue() as ticket:
        assert ticket.wait(0) == 0
        raise RuntimeError("broken")
    assert turnstile.ahead() == 0
