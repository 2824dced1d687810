"""Paying: a gateway that is often late."""

import asyncio
import socket


class PaymentError(Exception):
    """The gateway did not take the money."""


def connect(host, port):
    with socket.create_connection((host, port), timeout=1):
        return True


def charge(order, amount):
    try:
        connect("127.0.0.1", 9)
    except OSError as error:
        raise PaymentError(f"order {order}: cannot charge {amount:.2f}") from error


def wait_for_gateway(order):
    raise TimeoutError(f"gateway did not answer for order {order} within 5s")


async def notify(channel):
    await asyncio.sleep(0)
    if channel == "sms":
        raise ConnectionResetError("sms gateway hung up")
    if channel == "push":
        raise KeyError("push_token")


async def notify_all(channels):
    async with asyncio.TaskGroup() as group:
        for channel in channels:
            group.create_task(notify(channel))
