"""Visitors without a browser: they speak the pages' own protocol over a socket, so that only the server's work is measured."""

import asyncio
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

FINISHED = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY


def visits(address: str, addresses: Sequence[str], *, count: int, questions: int, thinking_seconds: float) -> list[float]:
    """Seconds from each question to the end of its answer, all visitors together.

    `addresses`: the queries of views, such as `grain=month&period=2025-03`, of which each visitor asks others. Thinking varies by a half around
    its mean. The first view of a visit, which opens the session, is not among the answers.
    """
    work = _visits(address.replace("http://", "ws://"), addresses, count, questions, thinking_seconds)
    # In a thread, because Playwright, once it was used, keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _visits(address: str, addresses: Sequence[str], count: int, questions: int, thinking_seconds: float) -> list[float]:
    chance = random.Random(7)
    wanted = [[chance.choice(addresses) for _ in range(questions + 1)] for _ in range(count)]
    pauses = [[thinking_seconds * chance.uniform(0.5, 1.5) for _ in range(questions + 1)] for _ in range(count)]
    found = await asyncio.gather(*(_visit(address, *plan) for plan in zip(wanted, pauses, strict=True)))
    return [each for spent in found for each in spent]


async def _visit(address: str, wanted: Sequence[str], pauses: Sequence[float]) -> list[float]:
    await asyncio.sleep(pauses[0])
    async with connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None, compression=None) as socket:
        spent = [await _asked(socket, wanted[0])]
        for query, pause in zip(wanted[1:], pauses[1:], strict=True):
            await asyncio.sleep(pause)
            spent.append(await _asked(socket, query))
    return spent[1:]


async def _asked(socket: ClientConnection, query: str) -> float:
    question = BackMsg()
    question.rerun_script.query_string = query
    started = perf_counter()
    await socket.send(question.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(await socket.recv())
        kind = answer.WhichOneof("type")
        if kind == "script_finished":
            assert answer.script_finished == FINISHED, f"{query}: the page ended with {answer.script_finished}"
            return perf_counter() - started
        if kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
            raise AssertionError(f"{query}: {answer.delta.new_element.exception.message}")
