"""Look whether the world can reach us, and where a provider delivers: for `chasqui doctor`, and nothing is sent."""

from __future__ import annotations

import aiohttp

_PATIENCE = aiohttp.ClientTimeout(total=10)


async def trouble_reaching(url: str) -> str:
    """Ask for `url` as anybody would; empty where it answers 200, else what went wrong."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return "" if answer.status == 200 else f"it answers {answer.status}"
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return type(error).__name__


async def twilio_webhook(*, account_sid: str, auth_token: str, number: str, api_url: str) -> str | None:
    """Where Twilio delivers what is written to `number`: an address, empty where none is set, None where the account
    has no such number. Raises SendFailed where Twilio gives no clear answer."""
    from messaging.twilio import failed
    from messaging.twilio_transport import Transport, client

    transport = Transport(account_sid=account_sid, auth_token=auth_token, timeout=10.0)
    try:
        made = client(account_sid=account_sid, auth_token=auth_token, api_url=api_url, transport=transport)
        page = await made.incoming_phone_numbers.page_async(phone_number=number, page_size=1)
        return next((each.sms_url or "" for each in page), None)
    except Exception as error:
        raise failed(error) from error
    finally:
        await transport.close()
